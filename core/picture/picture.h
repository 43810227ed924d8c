#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/etcd/types.h"
#include "core/picture/change_set.h"
#include "core/picture/lease_table.h"
#include "core/picture/lock_table.h"

namespace leasescope {

struct ListedKey {
  std::string key;
  Revision createRevision = 0;
  Revision modRevision = 0;
  std::int64_t version = 0;
  LeaseId lease = etcd::kNoLease;
  ValueKind value = ValueKind::Unknown;
  std::string identity;  // the value of a key that says who holds its lease; of other keys empty
};

/// Every watched key at one revision.
struct Listing {
  std::uint64_t clusterId = 0;
  Revision revision = 0;
  std::vector<ListedKey> keys;
};

/// What one cluster's keys and leases mean, at one revision. No I/O and no clock of its own: the same input
/// gives the same picture. Single-threaded; others get change sets.
class Picture {
 public:
  /// What the lists and events that it is given are of.
  explicit Picture(Watched watched = Watched::Everything) : leases_(watched) {}

  /// Begins a new epoch from a full list. Since-when and TTLs of what is still there are kept.
  void restore(const Listing& listing, const Moment& now);
  /// Events of whole revisions, in order. Those at or below the list's or a key's known revision change
  /// nothing.
  void apply(const std::vector<etcd::Event>& events, const Moment& now);
  /// Nothing watched changed up to this revision.
  void advance(Revision revision);
  /// Nobody watched while the revisions up to this one came to be: of what their events tell it is known that
  /// it happened, not when.
  void missed(Revision upTo);

  void leasesListed(const std::vector<LeaseId>& ids, const Moment& asked, const Moment& now);
  void leaseSampled(LeaseId id, const TtlSample& sample);
  void leaseNotFound(LeaseId id, const Moment& now);
  void forgetTtls();

  /// What changed since the last call.
  ChangeSet takeChanges();

  Revision revision() const { return revision_; }
  std::uint64_t clusterId() const { return clusterId_; }
  std::uint64_t epoch() const { return epoch_; }
  const KeyTable& keys() const { return keys_; }
  const LeaseTable& leases() const { return leases_; }
  std::shared_ptr<const Lock> lock(const std::string& name) const { return locks_.find(keys_, name); }
  std::size_t lockCount() const { return locks_.size(); }

 private:
  void put(const etcd::KeyValue& kv, const Moment& now);
  void remove(const etcd::KeyValue& kv, const Moment& now);
  void attach(const etcd::KeyValue& kv, const Moment& now);
  void detach(LeaseId lease, const std::string& key, const Moment& now);
  void finishRevision(Revision revision, const Moment& now);
  bool endedNow(LeaseId lease) const;

  std::uint64_t epoch_ = 0;
  std::uint64_t clusterId_ = 0;
  Revision revision_ = 0;
  Revision listed_ = 0;  // the revision of the last full list
  Revision missed_ = 0;  // up to here events tell what happened before they come
  KeyTable keys_;
  LockTable locks_;
  LeaseTable leases_;
  bool complete_ = false;  // the next change set says everything
  std::vector<Happening> happenings_;
  absl::flat_hash_map<LeaseId, int> keysRemoved_;  // by the revision that is being applied
};

}  // namespace leasescope
