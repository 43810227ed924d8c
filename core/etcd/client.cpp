#include "core/etcd/client.h"

#include <algorithm>
#include <utility>

#include "core/etcd/convert.h"
#include "core/etcd/transport.h"

namespace leasescope::etcd {
namespace pb = etcdserverpb;

namespace {

template <class Stub, class Request, class Response>
using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

/// One unary call: `stub` says which service of a route, `method` which of its methods.
template <class Stub, class Request, class Response>
absl::StatusOr<Response> unary(Transport& transport, Effect effect, std::unique_ptr<Stub> Route::*stub,
                               Method<Stub, Request, Response> method, const Request& request) {
  Response response;
  const Route* answering = nullptr;
  absl::Status status = transport.call(effect, [&](const Route& route, grpc::ClientContext& context) {
    answering = &route;
    return ((*(route.*stub)).*method)(&context, request, &response);
  });
  if (status.ok()) {
    status = transport.check(response.header().cluster_id(), *answering);
  }
  if (!status.ok()) return status;
  return response;
}

/// The same at exactly one endpoint, once.
template <class Stub, class Request, class Response>
absl::StatusOr<Response> unaryAt(Transport& transport, std::size_t endpoint,
                                 std::unique_ptr<Stub> Route::*stub, Method<Stub, Request, Response> method,
                                 const Request& request) {
  Response response;
  absl::Status status = transport.callAt(endpoint, [&](const Route& route, grpc::ClientContext& context) {
    return ((*(route.*stub)).*method)(&context, request, &response);
  });
  if (status.ok()) {
    status = transport.check(response.header().cluster_id(), *transport.routes()[endpoint]);
  }
  if (!status.ok()) return status;
  return response;
}

std::vector<LeaseId> idsOf(const pb::LeaseLeasesResponse& response) {
  std::vector<LeaseId> ids;
  ids.reserve(static_cast<std::size_t>(response.leases_size()));
  for (const pb::LeaseStatus& lease : response.leases()) ids.push_back(lease.id());
  return ids;
}

/// An asynchronous call owns what gRPC writes into until its callback has run.
struct TtlCall {
  std::shared_ptr<grpc::ClientContext> context = std::make_shared<grpc::ClientContext>();
  pb::LeaseTimeToLiveRequest request;
  pb::LeaseTimeToLiveResponse response;
};

Alarm::Kind alarmKind(pb::AlarmType type) {
  if (type == pb::NOSPACE) return Alarm::Kind::NoSpace;
  if (type == pb::CORRUPT) return Alarm::Kind::Corrupt;
  return Alarm::Kind::Unknown;
}

bool anyLeased(const std::vector<KeyValue>& kvs) {
  return std::ranges::any_of(kvs, [](const KeyValue& kv) { return kv.lease != kNoLease; });
}

/// The least range with all of these keys, which are in order.
KeyRange spanOf(const std::vector<KeyValue>& kvs) {
  if (kvs.size() == 1) return KeyRange::single(kvs.front().key);
  return {.key = kvs.front().key, .end = kvs.back().key + '\0'};
}

}  // namespace

absl::StatusOr<std::shared_ptr<Client>> Client::create(ConnectionOptions options) {
  return createFor(std::move(options), std::make_shared<ClusterIdentity>());
}

absl::StatusOr<std::shared_ptr<Client>> Client::sibling() const {
  return createFor(transport_->options(), transport_->identity());
}

absl::StatusOr<std::shared_ptr<Client>> Client::createFor(ConnectionOptions options,
                                                          std::shared_ptr<ClusterIdentity> identity) {
  absl::StatusOr<std::unique_ptr<Transport>> transport =
      Transport::create(std::move(options), std::move(identity));
  if (!transport.ok()) return transport.status();
  return std::shared_ptr<Client>(new Client(*std::move(transport)));
}

Client::Client(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}
Client::~Client() = default;

void Client::shutdown() { transport_->shutdown(); }

absl::StatusOr<RangeResult> Client::range(const RangeQuery& query) {
  auto response = unary(*transport_, Effect::Reads, &Route::kv, &pb::KV::Stub::Range, toProto(query));
  if (!response.ok()) return response.status();
  return fromProto(*std::move(response));
}

absl::StatusOr<RangeResult> Client::rangeKeys(RangeQuery query) {
  query.order = RangeQuery::Order::Key;
  query.keysOnly = true;
  absl::StatusOr<RangeResult> page = range(query);
  if (!page.ok() || page->kvs.empty() || anyLeased(page->kvs)) return page;
  // Without values 3.7 answers from its index of keys, which knows no leases (etcd#22209). Asked to sort by
  // value it reads what is stored, as older servers always do (etcd: server/etcdserver/txn/range.go). A limit
  // would then cut off the greatest values, not the last keys; so it is these very keys that are asked for.
  query.range = spanOf(page->kvs);
  query.limit = 0;
  query.order = RangeQuery::Order::Value;
  if (query.revision == 0) query.revision = page->header.revision;
  absl::StatusOr<RangeResult> again = range(query);
  if (!again.ok()) return again;
  std::ranges::sort(again->kvs, {}, &KeyValue::key);
  page->kvs = std::move(again->kvs);
  return page;
}

absl::StatusOr<Header> Client::put(const PutOp& operation) {
  pb::PutRequest request;
  request.set_key(operation.key);
  request.set_value(operation.value);
  request.set_lease(operation.lease);
  auto response = unary(*transport_, Effect::Writes, &Route::kv, &pb::KV::Stub::Put, request);
  if (!response.ok()) return response.status();
  return fromProto(response->header());
}

absl::StatusOr<std::int64_t> Client::remove(const KeyRange& range) {
  pb::DeleteRangeRequest request;
  request.set_key(range.key);
  request.set_range_end(range.end);
  auto response = unary(*transport_, Effect::Writes, &Route::kv, &pb::KV::Stub::DeleteRange, request);
  if (!response.ok()) return response.status();
  return response->deleted();
}

absl::StatusOr<TransactionResult> Client::transact(const Transaction& transaction) {
  auto response = unary(*transport_, Effect::Writes, &Route::kv, &pb::KV::Stub::Txn, toProto(transaction));
  if (!response.ok()) return response.status();
  return fromProto(*std::move(response));
}

absl::Status Client::compact(Revision revision) {
  pb::CompactionRequest request;
  request.set_revision(revision);
  request.set_physical(true);
  return unary(*transport_, Effect::Writes, &Route::kv, &pb::KV::Stub::Compact, request).status();
}

absl::StatusOr<LeaseGrant> Client::grantLease(absl::Duration ttl, LeaseId id) {
  pb::LeaseGrantRequest request;
  request.set_ttl(absl::ToInt64Seconds(absl::Ceil(ttl, absl::Seconds(1))));
  request.set_id(id);
  // A grant that was repeated would leave a lease that nobody knows.
  auto response = unary(*transport_, Effect::Writes, &Route::lease, &pb::Lease::Stub::LeaseGrant, request);
  if (!response.ok()) return response.status();
  return LeaseGrant{fromProto(response->header()), response->id(), absl::Seconds(response->ttl())};
}

absl::StatusOr<Header> Client::revokeLease(LeaseId id) {
  pb::LeaseRevokeRequest request;
  request.set_id(id);
  // Repeating would be harmless, but "not found" after a repeat would hide who removed the lease.
  auto response = unary(*transport_, Effect::Writes, &Route::lease, &pb::Lease::Stub::LeaseRevoke, request);
  if (!response.ok()) return response.status();
  return fromProto(response->header());
}

absl::StatusOr<LeaseTtl> Client::leaseTtl(LeaseId id, bool withKeys) {
  pb::LeaseTimeToLiveRequest request;
  request.set_id(id);
  request.set_keys(withKeys);
  auto response =
      unary(*transport_, Effect::Reads, &Route::lease, &pb::Lease::Stub::LeaseTimeToLive, request);
  if (!response.ok()) return response.status();
  return fromProto(*std::move(response));
}

absl::StatusOr<std::vector<LeaseId>> Client::leases() {
  auto response = unary(*transport_, Effect::Reads, &Route::lease, &pb::Lease::Stub::LeaseLeases,
                        pb::LeaseLeasesRequest());
  if (!response.ok()) return response.status();
  return idsOf(*response);
}

absl::StatusOr<std::vector<LeaseId>> Client::leasesOf(std::size_t endpoint) {
  auto response =
      unaryAt(*transport_, endpoint, &Route::lease, &pb::Lease::Stub::LeaseLeases, pb::LeaseLeasesRequest());
  if (!response.ok()) return response.status();
  return idsOf(*response);
}

void Client::leaseTtlAsync(LeaseId id, OnLeaseTtl done, absl::Duration limit) {
  auto call = std::make_shared<TtlCall>();
  call->request.set_id(id);
  transport_->prepare(*call->context, std::min(limit, transport_->commandTimeout()));
  if (!transport_->begin(call->context)) {
    done(absl::CancelledError("the connection is closed"));
    return;
  }
  const Route& route = transport_->current();
  route.lease->async()->LeaseTimeToLive(
      call->context.get(), &call->request, &call->response,
      [this, call, &route, done = std::move(done)](const grpc::Status& status) {
        absl::Status result = fromGrpc(status, route.endpoint.address);
        if (result.ok()) {
          result = transport_->check(call->response.header().cluster_id(), route);
        } else {
          transport_->noteFailure(route, status);
        }
        if (result.ok()) {
          done(fromProto(std::move(call->response)));
        } else {
          done(std::move(result));
        }
        transport_->finish(std::exchange(call->context, nullptr));
      });
}

absl::StatusOr<MemberStatus> Client::status() {
  auto response = unary(*transport_, Effect::Reads, &Route::maintenance, &pb::Maintenance::Stub::Status,
                        pb::StatusRequest());
  if (!response.ok()) return response.status();
  return fromProto(*response);
}

absl::StatusOr<MemberStatus> Client::statusOf(std::size_t endpoint) {
  auto response = unaryAt(*transport_, endpoint, &Route::maintenance, &pb::Maintenance::Stub::Status,
                          pb::StatusRequest());
  if (!response.ok()) return response.status();
  return fromProto(*response);
}

absl::StatusOr<std::vector<Member>> Client::members() {
  auto response = unary(*transport_, Effect::Reads, &Route::cluster, &pb::Cluster::Stub::MemberList,
                        pb::MemberListRequest());
  if (!response.ok()) return response.status();
  std::vector<Member> members;
  for (const pb::Member& member : response->members()) {
    members.push_back({.id = member.id(),
                       .name = member.name(),
                       .clientUrls = {member.clienturls().begin(), member.clienturls().end()},
                       .learner = member.islearner()});
  }
  return members;
}

absl::StatusOr<std::vector<Alarm>> Client::alarms() {
  pb::AlarmRequest request;
  request.set_action(pb::AlarmRequest::GET);
  auto response =
      unary(*transport_, Effect::Reads, &Route::maintenance, &pb::Maintenance::Stub::Alarm, request);
  if (!response.ok()) return response.status();
  std::vector<Alarm> alarms;
  for (const pb::AlarmMember& alarm : response->alarms())
    alarms.push_back({alarm.memberid(), alarmKind(alarm.alarm())});
  return alarms;
}

std::vector<std::string> Client::endpoints() const {
  std::vector<std::string> addresses;
  for (const auto& route : transport_->routes()) addresses.push_back(route->endpoint.address);
  return addresses;
}

std::string Client::endpoint() const { return transport_->current().endpoint.address; }

bool isOtherCluster(const absl::Status& status) {
  return status.GetPayload(kOtherClusterPayload).has_value();
}

}  // namespace leasescope::etcd
