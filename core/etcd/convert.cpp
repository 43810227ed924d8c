#include "core/etcd/convert.h"

#include <utility>

namespace leasescope::etcd {
namespace pb = etcdserverpb;

namespace {

void setOrder(pb::RangeRequest& out, RangeQuery::Order order) {
  using Order = RangeQuery::Order;
  if (order == Order::Key) return;
  // A limit together with a sort by anything but the key needs the order to be named.
  out.set_sort_target(order == Order::Value ? pb::RangeRequest::VALUE : pb::RangeRequest::CREATE);
  out.set_sort_order(order == Order::NewestFirst ? pb::RangeRequest::DESCEND : pb::RangeRequest::ASCEND);
}

void fill(pb::RangeRequest& out, const RangeQuery& query) {
  out.set_key(query.range.key);
  out.set_range_end(query.range.end);
  out.set_limit(query.limit);
  out.set_revision(query.revision);
  out.set_keys_only(query.keysOnly);
  out.set_max_create_revision(query.maxCreateRevision);
  setOrder(out, query.order);
}

void fill(pb::RequestOp& out, const Operation& operation) {
  if (const auto* query = std::get_if<RangeQuery>(&operation)) {
    fill(*out.mutable_request_range(), *query);
  } else if (const auto* put = std::get_if<PutOp>(&operation)) {
    out.mutable_request_put()->set_key(put->key);
    out.mutable_request_put()->set_value(put->value);
    out.mutable_request_put()->set_lease(put->lease);
  } else if (const auto* removal = std::get_if<DeleteOp>(&operation)) {
    out.mutable_request_delete_range()->set_key(removal->range.key);
    out.mutable_request_delete_range()->set_range_end(removal->range.end);
  }
}

}  // namespace

Header fromProto(const pb::ResponseHeader& header) {
  return {header.cluster_id(), header.member_id(), header.revision(), header.raft_term()};
}

KeyValue fromProto(pb::KeyValue&& kv) {
  return {.key = std::move(*kv.mutable_key()),
          .value = std::move(*kv.mutable_value()),
          .createRevision = kv.create_revision(),
          .modRevision = kv.mod_revision(),
          .version = kv.version(),
          .lease = kv.lease()};
}

Event fromProto(pb::Event&& event) {
  Event out;
  out.type = event.type() == pb::Event::DELETE ? Event::Type::Delete : Event::Type::Put;
  out.kv = fromProto(std::move(*event.mutable_kv()));
  return out;
}

RangeResult fromProto(pb::RangeResponse&& response) {
  RangeResult out{.header = fromProto(response.header()), .kvs = {}, .more = response.more()};
  out.kvs.reserve(static_cast<std::size_t>(response.kvs_size()));
  for (pb::KeyValue& kv : *response.mutable_kvs()) out.kvs.push_back(fromProto(std::move(kv)));
  return out;
}

TransactionResult fromProto(pb::TxnResponse&& response) {
  TransactionResult out{
      .header = fromProto(response.header()), .succeeded = response.succeeded(), .answers = {}};
  for (pb::ResponseOp& op : *response.mutable_responses()) {
    TransactionResult::Answer answer;
    if (op.has_response_range()) {
      answer.kvs = fromProto(std::move(*op.mutable_response_range())).kvs;
    } else if (op.has_response_delete_range()) {
      answer.deleted = op.response_delete_range().deleted();
    }
    out.answers.push_back(std::move(answer));
  }
  return out;
}

LeaseTtl fromProto(pb::LeaseTimeToLiveResponse&& response) {
  LeaseTtl out{.header = fromProto(response.header()),
               .id = response.id(),
               .remaining = absl::Seconds(response.ttl()),
               .granted = absl::Seconds(response.grantedttl()),
               .keys = {},
               .found = response.ttl() != -1 || response.grantedttl() != 0};
  for (std::string& key : *response.mutable_keys()) out.keys.push_back(std::move(key));
  return out;
}

MemberStatus fromProto(const pb::StatusResponse& response) {
  return {.header = fromProto(response.header()),
          .version = response.version(),
          .databaseBytes = response.dbsize(),
          .databaseBytesInUse = response.dbsizeinuse(),
          .leader = response.leader(),
          .raftTerm = response.raftterm(),
          .learner = response.islearner(),
          .errors = {response.errors().begin(), response.errors().end()}};
}

pb::RangeRequest toProto(const RangeQuery& query) {
  pb::RangeRequest out;
  fill(out, query);
  return out;
}

pb::TxnRequest toProto(const Transaction& transaction) {
  pb::TxnRequest out;
  for (const CreateRevisionIs& condition : transaction.conditions) {
    pb::Compare& compare = *out.add_compare();
    compare.set_result(pb::Compare::EQUAL);
    compare.set_target(pb::Compare::CREATE);
    compare.set_key(condition.key);
    compare.set_create_revision(condition.createRevision);
  }
  for (const Operation& operation : transaction.then) fill(*out.add_success(), operation);
  for (const Operation& operation : transaction.otherwise) fill(*out.add_failure(), operation);
  return out;
}

}  // namespace leasescope::etcd
