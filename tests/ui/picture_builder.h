#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/etcd/lease_id.h"
#include "core/monitor/monitor.h"
#include "core/picture/change_set.h"

namespace leasescope::ui {

/// The moment at which the tests of this folder look at things.
inline Moment testNow() {
  return {SteadyTime(std::chrono::hours(1000)), absl::FromUnixSeconds(1'700'000'000)};
}

inline Moment before(absl::Duration ago) {
  const Moment now = testNow();
  return {now.steady - absl::ToChronoNanoseconds(ago), now.wall - ago};
}

/// A lock held since `held`, by the first of the leases; the others wait in order, each for a second less.
inline std::shared_ptr<Lock> makeLock(const std::string& name, const std::vector<LeaseId>& leases,
                                      absl::Duration held = absl::Seconds(10), Revision firstRevision = 100) {
  auto lock = std::make_shared<Lock>();
  lock->name = name;
  lock->kind = Lock::Kind::Mutex;
  lock->heldSince = {before(held), true};
  std::string previous;
  for (const LeaseId lease : leases) {
    const auto position = static_cast<int>(lock->queue.size());
    lock->queue.push_back(
        std::make_shared<const Contender>(Contender{.key = name + "/" + etcd::leaseHex(lease),
                                                    .lease = lease,
                                                    .nameLease = lease,
                                                    .createRevision = firstRevision + lease,
                                                    .since = {before(held - absl::Seconds(position)), true},
                                                    .waitsOn = previous}));
    previous = lock->queue.back()->key;
  }
  return lock;
}

inline std::shared_ptr<Lease> makeLease(LeaseId id, absl::Duration granted, absl::Duration remaining,
                                        std::vector<std::string> keys = {}) {
  auto lease = std::make_shared<Lease>();
  lease->id = id;
  lease->keys = std::make_shared<const std::vector<std::string>>(std::move(keys));
  lease->granted = granted;
  lease->expiry = testNow().steady + absl::ToChronoNanoseconds(remaining);
  lease->lastSample = testNow();
  lease->firstSeen = {before(absl::Minutes(42)), false};
  return lease;
}

/// Everything there is.
inline ChangeSet completeSet(std::vector<std::shared_ptr<const Lock>> locks,
                             std::vector<std::shared_ptr<const Lease>> leases = {}) {
  ChangeSet changes;
  changes.complete = true;
  changes.revision = 1;
  changes.locks = std::move(locks);
  changes.leases = std::move(leases);
  return changes;
}

}  // namespace leasescope::ui
