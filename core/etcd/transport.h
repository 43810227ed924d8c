#pragma once

// Internal to core/etcd: channels, stubs, the token, and the calls under way. Everything that touches gRPC
// goes through here.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
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

/// Marks the status of an answer that came from another cluster.
inline constexpr char kOtherClusterPayload[] = "leasescope/other-cluster";

/// One endpoint with its channel and stubs; shared by all threads, immutable but for what was found out.
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
  mutable std::atomic<bool> verified = false;  // our cluster answered, and the connection has held since
  /// Why no connection came about, as of the last look.
  struct Diagnosis {
    std::timed_mutex mutex;  // guards the two below; held during a handshake
    std::chrono::steady_clock::time_point at;
    std::optional<std::string> words;  // empty: TLS is not to blame
  };
  mutable Diagnosis diagnosis;
};

/// Which cluster the endpoints belong to: the one that answered first. Shared by the clients of one
/// connection, so that none of them acts on another cluster that turns up behind an endpoint. Thread-safe.
class ClusterIdentity {
 public:
  /// OK, or why this answer must not be used. 0 (a gRPC proxy does not always say) is taken.
  absl::Status check(std::uint64_t clusterId, std::string_view endpoint);

 private:
  std::atomic<std::uint64_t> id_ = 0;
};

/// Thread-safe. Stays with one endpoint while it answers and moves on to the next when it does not.
class Transport {
 public:
  static absl::StatusOr<std::unique_ptr<Transport>> create(ConnectionOptions options,
                                                           std::shared_ptr<ClusterIdentity> identity);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  using Attempt = std::function<grpc::Status(const Route&, grpc::ClientContext&)>;

  /// Runs `attempt` until it succeeds, is final, or the command timeout is over. Blocks.
  absl::Status call(Effect effect, const Attempt& attempt);
  /// Once, at exactly this endpoint, for `limit` and for two seconds at most.
  absl::Status callAt(std::size_t index, const Attempt& attempt,
                      absl::Duration limit = absl::InfiniteDuration());

  const Route& current() const { return *routes_[current_.load()]; }
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }
  /// What a call or stream that failed means for those to come: another endpoint, another token.
  void noteFailure(const Route& failed, const grpc::Status& status);
  const std::shared_ptr<ClusterIdentity>& identity() const { return identity_; }
  /// Whether an answer of this route is one of our cluster's.
  absl::Status check(std::uint64_t clusterId, const Route& route);
  const ConnectionOptions& options() const { return options_; }

  /// Adds token and deadline. For streams the deadline is infinite.
  void prepare(grpc::ClientContext& context, absl::Duration timeout);
  /// Within this time, and within the command timeout.
  absl::Status ensureToken(absl::Duration limit = absl::InfiniteDuration());
  absl::Duration commandTimeout() const { return options_.commandTimeout; }

  /// Calls and streams under way; a call that is begun after shutdown() is refused (false).
  bool begin(std::shared_ptr<grpc::ClientContext> context);
  void finish(std::shared_ptr<grpc::ClientContext> context);
  /// Cancels everything and waits until the last call has finished. Not from a callback of gRPC.
  void shutdown();

 private:
  Transport(ConnectionOptions options, std::shared_ptr<ClusterIdentity> identity)
      : options_(std::move(options)), identity_(std::move(identity)) {}
  absl::Status addRoutes();
  absl::Status explain(const grpc::Status& status, const Route& route, absl::Duration limit);
  enum class Patience { WhileConnecting, AlsoAfterFailure };
  void letConnect(const Route& route, absl::Duration limit, Patience patience) const;
  bool closed() const;
  Patience patienceAt(std::size_t tries) const;
  std::size_t mostTries(Effect effect) const;
  absl::Duration attemptLimit(Effect effect, absl::Duration left, std::size_t tries) const;
  void failOver(const Route& failed);
  void forgetToken();
  grpc::Status attemptOnce(const Route& route, const Attempt& attempt, absl::Duration limit,
                           Patience patience);
  std::string token();
  absl::Status authenticate(const std::string& rejected, absl::Duration limit);
  absl::Status verify(const Route& route, absl::Duration limit);

  const ConnectionOptions options_;
  const std::shared_ptr<ClusterIdentity> identity_;
  std::vector<std::unique_ptr<Route>> routes_;
  std::atomic<std::size_t> current_ = 0;

  std::timed_mutex authMutex_;  // one authentication at a time, shared by all who need it
  std::mutex tokenMutex_;       // guards the two below
  std::string token_;
  bool authOff_ = false;  // the cluster wants no token

  mutable std::mutex callsMutex_;  // guards calls_ and closed_
  std::condition_variable callsDone_;
  std::unordered_set<std::shared_ptr<grpc::ClientContext>> calls_;
  bool closed_ = false;
};

}  // namespace leasescope::etcd
