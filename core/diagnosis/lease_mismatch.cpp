#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {

std::vector<Finding> leaseMismatches(const Lock& lock, const Observations& seen) {
  std::vector<Finding> findings;
  const bool isUsed = seen.isUsedAsLock(lock);
  for (const auto& contender : lock.queue) {
    const Contender& one = *contender;
    if (!one.hasLease() || !one.mismatched()) continue;
    // The last segment may be any hex number: where nobody locks it is a lease's id only if there is such a
    // lease.
    if (!isUsed && seen.lease(one.nameLease) == nullptr) continue;
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
