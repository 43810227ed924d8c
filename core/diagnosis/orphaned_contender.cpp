#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostNamed = 5;

/// A key without a lease below a lock's prefix.
struct Orphan {
  std::string key;
  std::optional<Revision> createRevision;  // nullopt: it is no contender
  Since since;
  std::span<const SharedContender> behind;  // who waits for it
};

std::vector<Orphan> orphansOf(const Lock& lock) {
  const std::span queue = lock.queue;
  std::vector<Orphan> orphans;
  if (lock.blocker && lock.blocker->lease == etcd::kNoLease) {
    orphans.push_back({lock.blocker->key, lock.blocker->createRevision, lock.blocker->since, queue});
  }
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Contender& one = *queue[i];
    if (i > 0 && one.waitsOnLease == etcd::kNoLease && lock.waitedForAt(i) == nullptr) {
      // A key that is no contender: older than who waits for it.
      orphans.push_back({one.waitsOn, std::nullopt, {one.since.moment, false}, queue.subspan(i)});
    }
    if (!one.hasLease()) orphans.push_back({one.key, one.createRevision, one.since, queue.subspan(i + 1)});
  }
  return orphans;
}

Finding found(const Orphan& orphan, const Lock& lock, const Moment& now) {
  std::vector<std::string> first;
  for (const auto& one : orphan.behind.first(std::min(orphan.behind.size(), kMostNamed))) {
    first.push_back(printableKey(one->key));
  }
  const std::string key = printableKey(orphan.key);
  const std::string name = printableKey(lock.name);
  Finding finding{
      .kind = FindingKind::OrphanedContender,
      .severity = orphan.behind.empty() ? FindingSeverity::Warning : FindingSeverity::Critical,
      .confidence = Confidence::Proven,
      .subject = {.lock = lock.name, .key = orphan.key},
      .summary =
          orphan.behind.empty()
              ? fmt::format("The key {} in the queue of {} has no lease, so it never ends by itself.", key,
                            name)
              : fmt::format("The key {} has no lease, so it never ends by itself; {} for {} behind it.", key,
                            waitersWait(orphan.behind.size()), name),
      .evidence = {{"age", now - orphan.since.moment, !orphan.since.exact},
                   {"blocked_waiters", static_cast<std::int64_t>(orphan.behind.size())}},
      .advice =
          fmt::format("See who wrote it and why. {} deletes this one key.", releaseCommand(orphan.key))};
  if (orphan.createRevision) finding.evidence.push_back({"create_revision", *orphan.createRevision});
  if (!first.empty()) finding.evidence.push_back({"first_blocked", std::move(first)});
  return finding;
}

}  // namespace

std::vector<Finding> orphanedContenders(const Lock& lock, const Observations& seen, const Moment& now) {
  const std::vector<Orphan> orphans = orphansOf(lock);
  std::vector<Finding> findings;
  if (orphans.empty() || !seen.isUsedAsLock(lock)) return findings;
  for (const Orphan& orphan : orphans) findings.push_back(found(orphan, lock, now));
  return findings;
}

}  // namespace leasescope
