#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/picture/lease.h"
#include "core/picture/lock.h"

namespace leasescope {

/// One thing that happened to a lock, in the words of the console's `watch`.
struct Happening {
  enum class Type {
    Acquired,    // took a free lock
    Queued,      // joined the queue behind somebody
    LeftQueue,   // a waiter is gone
    Released,    // the holder is gone: unlocked, closed, revoked
    HandedOver,  // the next in the queue holds the lock now
    Expired,     // the holder is gone because its lease ran out
    Resynced,    // the picture was made anew; what happened in between is not known
  };
  Moment at;            // it became known
  bool missed = false;  // it happened before that, while nobody watched
  Revision revision = 0;
  Type type = Type::Resynced;
  std::string lock;
  std::string key;
  LeaseId lease = etcd::kNoLease;
  Revision createRevision = 0;  // of the key
  /// A waiter left, and all other keys of its lease, one at least, in the same revision: the lease was
  /// revoked or ran out (etcd: server/lease/lessor.go Revoke), which no client does by deleting its key.
  bool leaseEnded = false;
};

/// "acquired", "queued", "left_queue", …: what scripts call it.
std::string_view happeningName(Happening::Type type);

/// What changed in a picture: values that may cross threads.
struct ChangeSet {
  std::uint64_t epoch = 0;  // counts the full lists
  Revision revision = 0;    // the picture is complete up to here
  std::uint64_t clusterId = 0;
  std::size_t keyCount = 0;
  /// Everything there is: what is not among the upserts does not exist (any more).
  bool complete = false;
  std::vector<std::shared_ptr<const Lock>> locks;  // upserts
  std::vector<std::string> removedLocks;
  std::vector<std::shared_ptr<const Lease>> leases;  // upserts
  std::vector<LeaseId> removedLeases;
  std::vector<Happening> happenings;

  bool empty() const {
    return !complete && locks.empty() && removedLocks.empty() && leases.empty() && removedLeases.empty() &&
           happenings.empty();
  }
};

/// Change sets waiting to be taken: the result is what one change set would have said, each lock and lease at
/// most once, so that its size is bounded by what there is and not by how long nobody came.
class ChangeBacklog {
 public:
  /// Of happenings only this many, the newest, are kept.
  explicit ChangeBacklog(std::size_t maxHappenings = 10'000) : maxHappenings_(maxHappenings) {}

  void add(ChangeSet later);
  bool empty() const { return pending_.empty() && locks_.empty() && leases_.empty(); }
  /// Newest state, whether anything was added or not.
  Revision revision() const { return pending_.revision; }
  ChangeSet take();

 private:
  std::size_t maxHappenings_;
  ChangeSet pending_;                                                    // without locks and leases
  absl::flat_hash_map<std::string, std::shared_ptr<const Lock>> locks_;  // null: removed
  absl::flat_hash_map<LeaseId, std::shared_ptr<const Lease>> leases_;    // null: removed
};

}  // namespace leasescope
