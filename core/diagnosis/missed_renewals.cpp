#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/contender_name.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leasescope {
namespace {

// etcd tells whole seconds, so an expiry is known to half of one.
constexpr absl::Duration kUnsure = absl::Milliseconds(500);

struct Held {
  std::vector<std::string> locks;
  std::size_t waiters = 0;
};

Held heldBy(const Lease& lease, const Observations& seen) {
  Held held;
  for (const std::string& key : *lease.keys) {
    const auto name = contenderName(key, lease.id, ValueKind::Unknown);
    if (!name) continue;
    const Lock* lock = seen.lock(std::string(name->lock));
    if (lock == nullptr || lock->holder() == nullptr || lock->holder()->lease != lease.id) continue;
    held.locks.push_back(lock->name);
    held.waiters += lock->waiterCount();
  }
  return held;
}

std::string namesOf(const std::vector<std::string>& locks) {
  if (locks.size() > 1) return fmt::format("{} locks", locks.size());
  return "the lock " + printableKey(locks.front());
}

}  // namespace

std::optional<Finding> missedRenewals(const ObservedLease& lease, const Observations& seen,
                                      const Thresholds& thresholds, const Moment& now) {
  const Lease& one = *lease.lease;
  const std::optional<absl::Duration> left = one.remaining(now);
  if (!left || !one.granted || *left <= absl::ZeroDuration()) return std::nullopt;
  // Somebody may have renewed since the last sample: what it said counts, not what time made of it.
  const absl::Duration sampled = absl::FromChrono(*one.expiry - one.lastSample->steady);
  if (sampled + kUnsure > *one.granted * thresholds.missedRenewalsLeft) return std::nullopt;
  // Some clients renew a second before the end: that is their rhythm.
  if (one.leastLeft && sampled + 2 * kUnsure > *one.leastLeft) return std::nullopt;
  const Held held = heldBy(one, seen);
  if (held.locks.empty()) return std::nullopt;
  std::vector<std::string> locks;
  for (const std::string& lock : held.locks) locks.push_back(printableKey(lock));
  Finding finding{
      .kind = FindingKind::MissedRenewals,
      .severity = FindingSeverity::Warning,
      .confidence = one.renewals > 0 ? Confidence::Proven : Confidence::Suspected,
      .subject = {.lease = one.id},
      .summary = fmt::format("Lease {} loses {} in {} unless somebody renews it.", etcd::leaseHex(one.id),
                             namesOf(held.locks), roughly(*left)),
      .evidence = {{"time_left", *left},
                   {"granted_ttl", *one.granted},
                   {"renewals", one.renewals},
                   {"locks", locks},
                   {"waiters", static_cast<std::int64_t>(held.waiters)}},
      .advice =
          "Look at the process that holds it: it has crashed, hangs or cannot reach etcd. Whoever gets "
          "the lock next works beside it if it goes on."};
  if (one.lastRenewal) {
    finding.evidence.push_back({"since_last_renewal", now - *one.lastRenewal});
    // There may have been more renewals than were seen.
    finding.evidence.push_back(
        {"renewed_every", (*one.lastRenewal - one.firstSeen.moment) / static_cast<double>(one.renewals)});
    if (one.leastLeft) finding.evidence.push_back({"left_at_latest_renewal", *one.leastLeft});
  }
  return finding;
}

}  // namespace leasescope
