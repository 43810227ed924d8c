#pragma once

// Internal to core/etcd: between etcd's messages and the plain values of types.h.

#include "core/etcd/types.h"
#include "core/proto/rpc.pb.h"

namespace leasescope::etcd {

Header fromProto(const etcdserverpb::ResponseHeader& header);
KeyValue fromProto(etcdserverpb::KeyValue&& kv);
Event fromProto(etcdserverpb::Event&& event);
RangeResult fromProto(etcdserverpb::RangeResponse&& response);
TransactionResult fromProto(etcdserverpb::TxnResponse&& response);
LeaseTtl fromProto(etcdserverpb::LeaseTimeToLiveResponse&& response);
MemberStatus fromProto(const etcdserverpb::StatusResponse& response);

etcdserverpb::RangeRequest toProto(const RangeQuery& query);
etcdserverpb::TxnRequest toProto(const Transaction& transaction);

}  // namespace leasescope::etcd
