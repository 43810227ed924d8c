#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {

std::optional<Finding> leakedLock(const Lock& lock, const Observations& seen, const Thresholds& thresholds,
                                  const Moment& now) {
  const Contender* holder = lock.holder();
  if (holder == nullptr || holder->mismatched() || lock.kind == Lock::Kind::Election) return std::nullopt;
  const HoldHabit* habit = seen.habit(lock.name);
  if (habit == nullptr || habit->count() < thresholds.leakedLockHolds) return std::nullopt;
  const absl::Duration held = now - lock.heldSince.moment;
  const absl::Duration watched = seen.watchedSince(lock.heldSince.moment, now);
  if (watched < habit->p99() * thresholds.leakedLockHabits) return std::nullopt;
  const ObservedLease* lease = seen.lease(holder->lease);
  if (lease == nullptr || !lease->lease->granted || lease->lease->renewals == 0) return std::nullopt;
  if (watched < *lease->lease->granted * thresholds.leakedLockTtls) return std::nullopt;
  return Finding{.kind = FindingKind::LeakedLock,
                 .severity = lock.waiterCount() > 0 ? FindingSeverity::Critical : FindingSeverity::Warning,
                 .confidence = Confidence::Suspected,
                 .subject = {.lease = holder->lease, .lock = lock.name},
                 .summary = fmt::format(
                     "{} is held for {}{} by lease {}, which is still renewed; usually it is held for {}.",
                     printableKey(lock.name), lock.heldSince.exact ? "" : "at least ", roughly(held),
                     etcd::leaseHex(holder->lease), roughly(habit->median())),
                 .evidence = {{"held_for", held, !lock.heldSince.exact},
                              {"usual_median", habit->median()},
                              {"usual_p99", habit->p99()},
                              {"holds_seen", habit->count()},
                              {"renewals", lease->lease->renewals},
                              {"granted_ttl", *lease->lease->granted},
                              {"waiters", static_cast<std::int64_t>(lock.waiterCount())}},
                 .advice = fmt::format(
                     "See whether the holder still works on it: an error path without Unlock looks like "
                     "this. {} gives the lock to the next.",
                     revokeCommand(holder->lease)),
                 .revoke = holder->lease};
}

}  // namespace leasescope
