#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/proto/rpc.grpc.pb.h"

namespace leasescope {

/// What goes wrong on the way: each is called with a real server's answer and may change it or answer with an
/// error instead. Called on many threads.
struct Faults {
  template <class Request, class Response>
  using Unary = std::function<grpc::Status(const Request&, Response&)>;

  Unary<etcdserverpb::RangeRequest, etcdserverpb::RangeResponse> range;
  Unary<etcdserverpb::TxnRequest, etcdserverpb::TxnResponse> txn;
  Unary<etcdserverpb::LeaseRevokeRequest, etcdserverpb::LeaseRevokeResponse> revoke;
  Unary<etcdserverpb::LeaseTimeToLiveRequest, etcdserverpb::LeaseTimeToLiveResponse> timeToLive;
  Unary<etcdserverpb::LeaseLeasesRequest, etcdserverpb::LeaseLeasesResponse> leases;
  Unary<etcdserverpb::StatusRequest, etcdserverpb::StatusResponse> status;
  Unary<etcdserverpb::AlarmRequest, etcdserverpb::AlarmResponse> alarm;
  /// The messages to send for one message of a real watch stream.
  std::function<std::vector<etcdserverpb::WatchResponse>(const etcdserverpb::WatchResponse&)> watch;
};

/// A server that passes every call on to a real etcd, and faults in where a test wants one that a real server
/// can't be brought to make. Thread-safe.
class FaultyEtcd {
 public:
  /// `real` as "127.0.0.1:PORT".
  explicit FaultyEtcd(const std::string& real);
  ~FaultyEtcd();
  FaultyEtcd(const FaultyEtcd&) = delete;
  FaultyEtcd& operator=(const FaultyEtcd&) = delete;

  const std::string& endpoint() const { return endpoint_; }
  /// Holds for answers from now on; default Faults: none.
  void use(Faults faults);

 private:
  class Services;
  std::string endpoint_;  // set by the services
  std::unique_ptr<Services> services_;
};

}  // namespace leasescope
