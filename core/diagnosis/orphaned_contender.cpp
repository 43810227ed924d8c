#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

Finding orphan(const Lock& lock, const std::string& key, Revision createRevision, std::size_t blocks,
               const Moment& now, const std::optional<Since>& since) {
  Finding finding{
      .kind = FindingKind::OrphanedContender,
      .severity = blocks > 0 ? FindingSeverity::Critical : FindingSeverity::Warning,
      .confidence = Confidence::Proven,
      .subject = {.lock = lock.name, .key = key},
      .summary =
          blocks > 0
              ? fmt::format("The key {} has no lease, so it never ends by itself; {} for {} behind it.",
                            printableKey(key),
                            blocks == 1 ? "1 waiter waits" : fmt::format("{} waiters wait", blocks),
                            printableKey(lock.name))
              : fmt::format("The key {} in the queue of {} has no lease, so it never ends by itself.",
                            printableKey(key), printableKey(lock.name)),
      .evidence = {{"create_revision", createRevision},
                   {"blocked_waiters", static_cast<std::int64_t>(blocks)}},
      .advice = fmt::format("See who wrote it and why. leasescopectl release {} deletes this one key.",
                            printableKey(key))};
  if (since) {
    finding.evidence.push_back({"age", now - since->moment, !since->exact});
  }
  return finding;
}

}  // namespace

std::vector<Finding> orphanedContenders(const Lock& lock, const Moment& now) {
  std::vector<Finding> findings;
  if (lock.blocker && lock.blocker->lease == etcd::kNoLease) {
    findings.push_back(
        orphan(lock, lock.blocker->key, lock.blocker->createRevision, lock.queue.size(), now, std::nullopt));
  }
  for (std::size_t i = 0; i < lock.queue.size(); ++i) {
    const Contender& one = lock.queue[i];
    if (one.hasLease()) continue;
    findings.push_back(orphan(lock, one.key, one.createRevision, lock.queue.size() - i - 1, now, one.since));
  }
  return findings;
}

}  // namespace leasescope
