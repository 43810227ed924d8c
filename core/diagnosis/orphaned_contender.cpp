#include <algorithm>
#include <span>
#include <utility>

#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostNamed = 5;

/// `behind`: who waits for it.
Finding orphan(const Lock& lock, const std::string& key, Revision createRevision, const Since& since,
               std::span<const Contender> behind, const Moment& now) {
  std::vector<std::string> first;
  for (const Contender& one : behind.first(std::min(behind.size(), kMostNamed))) {
    first.push_back(printableKey(one.key));
  }
  Finding finding{
      .kind = FindingKind::OrphanedContender,
      .severity = behind.empty() ? FindingSeverity::Warning : FindingSeverity::Critical,
      .confidence = Confidence::Proven,
      .subject = {.lock = lock.name, .key = key},
      .summary =
          behind.empty()
              ? fmt::format("The key {} in the queue of {} has no lease, so it never ends by itself.",
                            printableKey(key), printableKey(lock.name))
              : fmt::format(
                    "The key {} has no lease, so it never ends by itself; {} for {} behind it.",
                    printableKey(key),
                    behind.size() == 1 ? "1 waiter waits" : fmt::format("{} waiters wait", behind.size()),
                    printableKey(lock.name)),
      .evidence = {{"age", now - since.moment, !since.exact},
                   {"create_revision", createRevision},
                   {"blocked_waiters", static_cast<std::int64_t>(behind.size())}},
      .advice = fmt::format("See who wrote it and why. {} deletes this one key.", releaseCommand(key))};
  if (!first.empty()) finding.evidence.push_back({"first_blocked", std::move(first)});
  return finding;
}

}  // namespace

std::vector<Finding> orphanedContenders(const Lock& lock, const Moment& now) {
  const std::span<const Contender> queue = lock.queue;
  std::vector<Finding> findings;
  if (lock.blocker && lock.blocker->lease == etcd::kNoLease) {
    findings.push_back(
        orphan(lock, lock.blocker->key, lock.blocker->createRevision, lock.blocker->since, queue, now));
  }
  for (std::size_t i = 0; i < queue.size(); ++i) {
    if (queue[i].hasLease()) continue;
    findings.push_back(
        orphan(lock, queue[i].key, queue[i].createRevision, queue[i].since, queue.subspan(i + 1), now));
  }
  return findings;
}

}  // namespace leasescope
