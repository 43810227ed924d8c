#pragma once

// Internal to core/etcd: channels, stubs, the token, and the calls under way. Everything that touches gRPC
// goes through here.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/etcd/connection_options.h"
#include "core/etcd/errors.h"
#include "core/proto/rpc.grpc.pb.h"
#include "grpcpp/grpcpp.h"

namespace leasescope::etcd {

/// One endpoint with its channel and stubs; immutable, shared by all threads.
struct Route {
  std::size_t index = 0;
  Endpoint endpoint;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<etcdserverpb::KV::Stub> kv;
  std::unique_ptr<etcdserverpb::Watch::Stub> watch;
  std::unique_ptr<etcdserverpb::Lease::Stub> lease;
  std::unique_ptr<etcdserverpb::Cluster::Stub> cluster;
  std::unique_ptr<etcdserverpb::Maintenance::Stub> maintenance;
  std::unique_ptr<etcdserverpb::Auth::Stub> auth;
};

/// Thread-safe. Stays with one endpoint while it answers and moves on to the next when it does not.
class Transport {
 public:
  static absl::StatusOr<std::unique_ptr<Transport>> create(ConnectionOptions options);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  using Attempt = std::function<grpc::Status(const Route&, grpc::ClientContext&)>;

  /// Runs `attempt` until it succeeds, is final, or the command timeout is over. Blocks.
  absl::Status call(Effect effect, const Attempt& attempt);
  /// Once, at exactly this endpoint.
  absl::Status callAt(std::size_t index, const Attempt& attempt);

  const Route& current() const { return *routes_[current_.load()]; }
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }
  /// The endpoint did not answer: use the next one from now on, unless somebody moved on already.
  void failOver(const Route& failed);

  /// Adds token and deadline. For streams the deadline is infinite.
  void prepare(grpc::ClientContext& context, absl::Duration timeout);
  absl::Status ensureToken();
  absl::Duration commandTimeout() const { return options_.commandTimeout; }

  /// Calls and streams under way; a call that is begun after shutdown() is refused (false).
  bool begin(std::shared_ptr<grpc::ClientContext> context);
  void finish(const std::shared_ptr<grpc::ClientContext>& context);
  /// Cancels everything and waits until the last call has finished. Not from a callback of gRPC.
  void shutdown();

 private:
  explicit Transport(ConnectionOptions options) : options_(std::move(options)) {}
  absl::Status addRoutes();
  grpc::Status attemptOnce(const Route& route, const Attempt& attempt, absl::Duration timeout);
  absl::Status authenticate();

  ConnectionOptions options_;
  std::vector<std::unique_ptr<Route>> routes_;
  std::atomic<std::size_t> current_ = 0;

  std::mutex authMutex_;   // one authentication at a time, shared by all who need it
  std::mutex tokenMutex_;  // guards token_
  std::string token_;

  std::mutex callsMutex_;  // guards calls_ and closed_
  std::condition_variable callsDone_;
  std::unordered_set<std::shared_ptr<grpc::ClientContext>> calls_;
  bool closed_ = false;
};

}  // namespace leasescope::etcd
