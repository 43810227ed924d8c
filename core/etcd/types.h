#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "core/etcd/lease_id.h"

/// etcd's answers as plain values: no generated code, no gRPC. Keys and values are bytes, not text.
namespace leasescope::etcd {

/// A position in etcd's history: an order, not a time.
using Revision = std::int64_t;

struct Header {
  std::uint64_t clusterId = 0;
  std::uint64_t memberId = 0;
  Revision revision = 0;
  std::uint64_t raftTerm = 0;
};

struct KeyValue {
  std::string key;
  std::string value;
  Revision createRevision = 0;
  Revision modRevision = 0;
  std::int64_t version = 0;
  LeaseId lease = kNoLease;
};

struct Event {
  enum class Type { Put, Delete };
  Type type = Type::Put;
  /// Of a delete only key and modRevision are meaningful (etcd: mvcc/watchable_store_txn.go).
  KeyValue kv;
};

/// All keys k with key <= k < end, as etcd's range_end says it: empty = exactly `key`, "\0" = to the end.
struct KeyRange {
  std::string key;
  std::string end;

  static KeyRange single(std::string key) { return {std::move(key), {}}; }
  /// Every key that begins with `prefix`; all keys for an empty prefix.
  static KeyRange prefix(const std::string& prefix);
  bool contains(const std::string& candidate) const;
};

struct RangeQuery {
  enum class Order { Key, OldestFirst, NewestFirst, Value };  // oldest and newest by create revision
  KeyRange range;
  std::int64_t limit = 0;  // 0: no limit
  Revision revision = 0;   // 0: newest
  Order order = Order::Key;
  bool keysOnly = false;           // 3.7 leaves out the lease, too: see Client::rangeKeys()
  Revision maxCreateRevision = 0;  // 0: any
};

struct RangeResult {
  Header header;
  std::vector<KeyValue> kvs;
  bool more = false;
};

struct PutOp {
  std::string key;
  std::string value;
  LeaseId lease = kNoLease;
};

struct DeleteOp {
  KeyRange range;
};

using Operation = std::variant<RangeQuery, PutOp, DeleteOp>;

/// Succeeds when the create revision of `key` equals `createRevision`; 0 means "the key does not exist".
struct CreateRevisionIs {
  std::string key;
  Revision createRevision = 0;
};

struct Transaction {
  std::vector<CreateRevisionIs> conditions;
  std::vector<Operation> then;
  std::vector<Operation> otherwise;
};

struct TransactionResult {
  struct Answer {
    std::vector<KeyValue> kvs;  // of a RangeQuery
    std::int64_t deleted = 0;   // of a DeleteOp
  };
  Header header;
  bool succeeded = false;
  std::vector<Answer> answers;  // one an operation, in order
};

struct LeaseGrant {
  Header header;
  LeaseId id = kNoLease;
  absl::Duration ttl;  // what the server granted, which may be more than what was asked for
};

/// Answer to LeaseTimeToLive.
struct LeaseTtl {
  Header header;
  LeaseId id = kNoLease;
  /// Whole seconds, rounded down. At or below zero while an expired lease waits for its removal.
  absl::Duration remaining;
  absl::Duration granted;
  std::vector<std::string> keys;  // unsorted; only when asked for
  /// etcd answers "not found" as TTL -1, granted 0 and status OK (etcd: etcdserver/v3_server.go).
  bool found = false;
};

struct MemberStatus {
  Header header;
  std::string version;
  std::int64_t databaseBytes = 0;
  std::int64_t databaseBytesInUse = 0;
  std::uint64_t leader = 0;  // 0: this member knows no leader
  std::uint64_t raftTerm = 0;
  bool learner = false;
  std::vector<std::string> errors;
};

struct Member {
  std::uint64_t id = 0;
  std::string name;
  std::vector<std::string> clientUrls;
  bool learner = false;
};

struct Alarm {
  enum class Kind { NoSpace, Corrupt, Unknown };
  std::uint64_t memberId = 0;
  Kind kind = Kind::Unknown;
};

}  // namespace leasescope::etcd
