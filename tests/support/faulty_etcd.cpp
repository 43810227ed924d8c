#include "tests/support/faulty_etcd.h"

#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "grpcpp/grpcpp.h"

namespace leasescope {
namespace pb = etcdserverpb;

namespace {

/// The token, and whether a stream wants a leader.
void copyMetadata(const grpc::ServerContext& from, grpc::ClientContext& to) {
  for (const char* name : {"token", "hasleader"}) {
    const auto found = from.client_metadata().find(name);
    if (found != from.client_metadata().end())
      to.AddMetadata(name, {found->second.data(), found->second.size()});
  }
  to.set_deadline(from.deadline());
}

class Current {
 public:
  void use(Faults faults) {
    const std::lock_guard lock(mutex_);
    faults_ = std::move(faults);
  }
  Faults get() const {
    const std::lock_guard lock(mutex_);
    return faults_;
  }

 private:
  mutable std::mutex mutex_;  // guards faults_
  Faults faults_;
};

template <class Stub, class Request, class Response>
grpc::Status pass(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const grpc::ServerContext& context, const Request& request, Response& response,
                  const Faults::Unary<Request, Response>& fault = {}) {
  grpc::ClientContext up;
  copyMetadata(context, up);
  grpc::Status status = (stub.*method)(&up, request, &response);
  return status.ok() && fault ? fault(request, response) : status;
}

/// Both directions of a stream, until one side ends it.
template <class Request, class Response, class Open, class Change>
grpc::Status passStream(grpc::ServerContext& context, grpc::ServerReaderWriter<Response, Request>& down,
                        Open open, Change change) {
  grpc::ClientContext up;
  copyMetadata(context, up);
  auto upstream = open(up);
  std::jthread requests([&] {
    Request request;
    while (down.Read(&request)) upstream->Write(request);
    up.TryCancel();
  });
  Response response;
  while (upstream->Read(&response)) {
    for (const Response& one : change(response)) down.Write(one);
  }
  grpc::Status status = upstream->Finish();
  context.TryCancel();  // ends the reading above
  return status;
}

class KvService : public pb::KV::Service {
 public:
  KvService(const std::shared_ptr<grpc::Channel>& channel, const Current& faults)
      : stub_(pb::KV::NewStub(channel)), faults_(faults) {}
  grpc::Status Range(grpc::ServerContext* context, const pb::RangeRequest* in,
                     pb::RangeResponse* out) override {
    return pass(*stub_, &pb::KV::Stub::Range, *context, *in, *out, faults_.get().range);
  }
  grpc::Status Put(grpc::ServerContext* context, const pb::PutRequest* in, pb::PutResponse* out) override {
    return pass(*stub_, &pb::KV::Stub::Put, *context, *in, *out);
  }
  grpc::Status DeleteRange(grpc::ServerContext* context, const pb::DeleteRangeRequest* in,
                           pb::DeleteRangeResponse* out) override {
    return pass(*stub_, &pb::KV::Stub::DeleteRange, *context, *in, *out);
  }
  grpc::Status Txn(grpc::ServerContext* context, const pb::TxnRequest* in, pb::TxnResponse* out) override {
    return pass(*stub_, &pb::KV::Stub::Txn, *context, *in, *out, faults_.get().txn);
  }

 private:
  const std::unique_ptr<pb::KV::Stub> stub_;
  const Current& faults_;
};

class WatchService : public pb::Watch::Service {
 public:
  WatchService(const std::shared_ptr<grpc::Channel>& channel, const Current& faults)
      : stub_(pb::Watch::NewStub(channel)), faults_(faults) {}
  grpc::Status Watch(grpc::ServerContext* context,
                     grpc::ServerReaderWriter<pb::WatchResponse, pb::WatchRequest>* stream) override {
    return passStream<pb::WatchRequest, pb::WatchResponse>(
        *context, *stream, [this](grpc::ClientContext& up) { return stub_->Watch(&up); },
        [this](const pb::WatchResponse& response) {
          const Faults faults = faults_.get();
          return faults.watch ? faults.watch(response) : std::vector{response};
        });
  }

 private:
  const std::unique_ptr<pb::Watch::Stub> stub_;
  const Current& faults_;
};

class LeaseService : public pb::Lease::Service {
 public:
  LeaseService(const std::shared_ptr<grpc::Channel>& channel, const Current& faults)
      : stub_(pb::Lease::NewStub(channel)), faults_(faults) {}
  grpc::Status LeaseGrant(grpc::ServerContext* context, const pb::LeaseGrantRequest* in,
                          pb::LeaseGrantResponse* out) override {
    return pass(*stub_, &pb::Lease::Stub::LeaseGrant, *context, *in, *out);
  }
  grpc::Status LeaseRevoke(grpc::ServerContext* context, const pb::LeaseRevokeRequest* in,
                           pb::LeaseRevokeResponse* out) override {
    return pass(*stub_, &pb::Lease::Stub::LeaseRevoke, *context, *in, *out, faults_.get().revoke);
  }
  grpc::Status LeaseKeepAlive(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<pb::LeaseKeepAliveResponse, pb::LeaseKeepAliveRequest>* stream) override {
    return passStream<pb::LeaseKeepAliveRequest, pb::LeaseKeepAliveResponse>(
        *context, *stream, [this](grpc::ClientContext& up) { return stub_->LeaseKeepAlive(&up); },
        [](const pb::LeaseKeepAliveResponse& response) { return std::vector{response}; });
  }
  grpc::Status LeaseTimeToLive(grpc::ServerContext* context, const pb::LeaseTimeToLiveRequest* in,
                               pb::LeaseTimeToLiveResponse* out) override {
    return pass(*stub_, &pb::Lease::Stub::LeaseTimeToLive, *context, *in, *out, faults_.get().timeToLive);
  }
  grpc::Status LeaseLeases(grpc::ServerContext* context, const pb::LeaseLeasesRequest* in,
                           pb::LeaseLeasesResponse* out) override {
    return pass(*stub_, &pb::Lease::Stub::LeaseLeases, *context, *in, *out, faults_.get().leases);
  }

 private:
  const std::unique_ptr<pb::Lease::Stub> stub_;
  const Current& faults_;
};

class ClusterService : public pb::Cluster::Service {
 public:
  explicit ClusterService(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(pb::Cluster::NewStub(channel)) {}
  grpc::Status MemberList(grpc::ServerContext* context, const pb::MemberListRequest* in,
                          pb::MemberListResponse* out) override {
    return pass(*stub_, &pb::Cluster::Stub::MemberList, *context, *in, *out);
  }

 private:
  const std::unique_ptr<pb::Cluster::Stub> stub_;
};

class MaintenanceService : public pb::Maintenance::Service {
 public:
  MaintenanceService(const std::shared_ptr<grpc::Channel>& channel, const Current& faults)
      : stub_(pb::Maintenance::NewStub(channel)), faults_(faults) {}
  grpc::Status Alarm(grpc::ServerContext* context, const pb::AlarmRequest* in,
                     pb::AlarmResponse* out) override {
    return pass(*stub_, &pb::Maintenance::Stub::Alarm, *context, *in, *out, faults_.get().alarm);
  }
  grpc::Status Status(grpc::ServerContext* context, const pb::StatusRequest* in,
                      pb::StatusResponse* out) override {
    return pass(*stub_, &pb::Maintenance::Stub::Status, *context, *in, *out, faults_.get().status);
  }

 private:
  const std::unique_ptr<pb::Maintenance::Stub> stub_;
  const Current& faults_;
};

class AuthService : public pb::Auth::Service {
 public:
  explicit AuthService(const std::shared_ptr<grpc::Channel>& channel) : stub_(pb::Auth::NewStub(channel)) {}
  grpc::Status Authenticate(grpc::ServerContext* context, const pb::AuthenticateRequest* in,
                            pb::AuthenticateResponse* out) override {
    return pass(*stub_, &pb::Auth::Stub::Authenticate, *context, *in, *out);
  }

 private:
  const std::unique_ptr<pb::Auth::Stub> stub_;
};

}  // namespace

class FaultyEtcd::Services {
 public:
  Services(const std::string& real, std::string& endpoint)
      : channel_(grpc::CreateChannel(real, grpc::InsecureChannelCredentials())),
        kv_(channel_, faults_),
        watch_(channel_, faults_),
        lease_(channel_, faults_),
        cluster_(channel_),
        maintenance_(channel_, faults_),
        auth_(channel_) {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 1000);
    for (grpc::Service* service :
         std::initializer_list<grpc::Service*>{&kv_, &watch_, &lease_, &cluster_, &maintenance_, &auth_}) {
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    if (!server_) throw std::runtime_error("cannot start the server with faults");
    endpoint = "127.0.0.1:" + std::to_string(port);
  }

  ~Services() { server_->Shutdown(std::chrono::system_clock::now()); }

  void use(Faults faults) { faults_.use(std::move(faults)); }

 private:
  Current faults_;
  const std::shared_ptr<grpc::Channel> channel_;
  KvService kv_;
  WatchService watch_;
  LeaseService lease_;
  ClusterService cluster_;
  MaintenanceService maintenance_;
  AuthService auth_;
  std::unique_ptr<grpc::Server> server_;
};

FaultyEtcd::FaultyEtcd(const std::string& real) : services_(std::make_unique<Services>(real, endpoint_)) {}

FaultyEtcd::~FaultyEtcd() = default;

void FaultyEtcd::use(Faults faults) { services_->use(std::move(faults)); }

}  // namespace leasescope
