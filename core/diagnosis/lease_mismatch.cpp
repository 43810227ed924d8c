#include <algorithm>

#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {

namespace {

/// The last segment may be any hex number: it is a lease's id when there is or was such a lease, or the
/// others in the queue are named after theirs.
bool namesALease(const Contender& contender, const Lock& lock, const Observations& seen) {
  if (seen.lease(contender.nameLease) != nullptr || seen.habit(lock.name) != nullptr) return true;
  return std::ranges::any_of(lock.queue, [](const auto& one) { return !one->mismatched(); });
}

}  // namespace

std::vector<Finding> leaseMismatches(const Lock& lock, const Observations& seen) {
  std::vector<Finding> findings;
  for (const auto& contender : lock.queue) {
    const Contender& one = *contender;
    if (!one.hasLease() || !one.mismatched() || !namesALease(one, lock, seen)) continue;
    findings.push_back(
        {.kind = FindingKind::LeaseMismatch,
         .severity = FindingSeverity::Warning,
         .confidence = Confidence::Proven,
         .subject = {.lease = one.lease, .lock = lock.name, .key = one.key},
         .summary =
             fmt::format("The key {} is named after lease {}, but belongs to lease {}.",
                         printableKey(one.key), etcd::leaseHex(one.nameLease), etcd::leaseHex(one.lease)),
         .evidence = {{"lease", etcd::leaseHex(one.lease)},
                      {"named_lease", etcd::leaseHex(one.nameLease)},
                      {"create_revision", one.createRevision}},
         .advice =
             fmt::format("Somebody put the key again under another lease: it lives as long as that one. Look "
                         "for code that writes lock keys itself; {} deletes this one key.",
                         releaseCommand(one.key))});
  }
  return findings;
}

}  // namespace leasescope
