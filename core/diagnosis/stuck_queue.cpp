#include <algorithm>
#include <memory>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

Curves queueCurve(const ObservedQueue& queue, std::size_t waiters, const Moment& now) {
  std::vector<CountPoint> points = queue.waiters.points();
  points.push_back({.at = now, .count = static_cast<std::int64_t>(waiters)});
  return curvesOf(Curve::Of::Waiters, std::move(points));
}

/// Whose key all who wait for a lock wait for: its holder's, or another below its prefix.
struct InTheWay {
  std::string key;
  Since since;
  std::shared_ptr<const Lease> lease;
  absl::Duration stuckAfter;
};

/// nullopt: not known, or nobody's.
std::optional<InTheWay> inTheWayOf(const Lock& lock, const Observations& seen, const Thresholds& thresholds) {
  if (lock.kind == Lock::Kind::Election) return std::nullopt;
  const ObservedQueue* queue = seen.queue(lock.name);
  const Contender* holder = lock.holder();
  if (queue == nullptr || (holder != nullptr && holder->mismatched())) return std::nullopt;
  const ObservedLease* lease = seen.lease(lock.leaseInTheWay());
  if (lease == nullptr || !lease->lease->granted) return std::nullopt;
  return InTheWay{.key = holder != nullptr ? holder->key : lock.blocker->key,
                  .since = queue->inTheWay,
                  .lease = lease->lease,
                  .stuckAfter = *lease->lease->granted * thresholds.stuckQueueTtls};
}

/// Sessions that came after that, and wait or gave up. Those from before may stand by.
struct Late {
  std::int64_t waiting = 0;
  std::int64_t gaveUp = 0;
};

Late cameAfter(SteadyTime stuck, const Lock& lock, const ObservedQueue& queue) {
  Late late;
  absl::flat_hash_set<LeaseId> waiting;
  for (const auto& contender : lock.queue) {
    waiting.insert(contender->lease);
    if (contender->since.exact && contender->since.moment.steady >= stuck) ++late.waiting;
  }
  for (const auto& [session, since] : queue.sessionsThatGaveUp) {
    if (since.steady >= stuck && !waiting.contains(session)) ++late.gaveUp;
  }
  return late;
}

std::string summaryOf(const Lock& lock, const InTheWay& inTheWay, const Late& late, absl::Duration held) {
  const std::string lease = etcd::leaseHex(inTheWay.lease->id);
  return fmt::format("{} for {}, and nobody got it for {}{}: {}{}.", waitersWait(lock.waiterCount()),
                     printableKey(lock.name), inTheWay.since.exact ? "" : "at least ", roughly(held),
                     lock.blocker
                         ? fmt::format("{} of lease {} is in the way", printableKey(inTheWay.key), lease)
                         : fmt::format("lease {} holds it", lease),
                     late.gaveUp > 0 ? fmt::format("; {} gave up waiting", late.gaveUp) : "");
}

/// Its revoke would let the next one in: no other key stands between the two.
bool isAlone(const Lock& lock) {
  return !lock.blocker || lock.waiters().front()->waitsOn == lock.blocker->key;
}

/// etcd's clients of a lock wait for all keys below its prefix (etcd: client/v3/concurrency/mutex.go).
std::string adviceFor(const Lock& lock, const InTheWay& inTheWay) {
  const std::string revoke = revokeCommand(inTheWay.lease->id);
  if (!lock.blocker) {
    return fmt::format("See whether the holder still works; if not, {} lets the next one in.", revoke);
  }
  return fmt::format(
      "That key is not in this queue, but its name begins with {}/: whoever wants the lock waits for it, "
      "too. "
      "Give one of the two another name. {}",
      printableKey(lock.name),
      isAlone(lock)
          ? fmt::format("{} takes that key from whoever has it, and lets the next one in now.", revoke)
          : "More keys below that name are in the way, so that to revoke one lets nobody in.");
}

}  // namespace

std::optional<Finding> stuckQueue(const Lock& lock, const Observations& seen, const Thresholds& thresholds,
                                  const Moment& now) {
  const ObservedQueue* queue = seen.queue(lock.name);
  if (queue == nullptr) return std::nullopt;
  const std::optional<InTheWay> inTheWay = inTheWayOf(lock, seen, thresholds);
  if (!inTheWay) return std::nullopt;
  const auto& [key, since, lease, stuckAfter] = *inTheWay;
  const absl::Duration held = now - since.moment;
  const absl::Duration watched = seen.watchedSince(since.moment, now);
  if (watched < stuckAfter) return std::nullopt;
  const absl::Duration stuck = stuckAfter + (held - watched);
  const Late late = cameAfter(since.moment.steady + absl::ToChronoNanoseconds(stuck), lock, *queue);
  if (late.waiting + late.gaveUp < thresholds.stuckQueueWaiters) return std::nullopt;
  const std::size_t waiters = lock.waiterCount();
  Finding finding{.kind = FindingKind::StuckQueue,
                  .severity = waiters > 0 ? FindingSeverity::Critical : FindingSeverity::Warning,
                  .confidence = Confidence::Suspected,
                  .subject = {.lease = lease->id, .lock = lock.name},
                  .summary = summaryOf(lock, *inTheWay, late, held),
                  .evidence = {{"waiters", static_cast<std::int64_t>(waiters)},
                               {"joined_when_stuck", late.waiting + late.gaveUp},
                               {"gave_up", queue->gaveUp, !since.exact},
                               {"hand_overs_since", std::int64_t{0}},
                               {"held_for", held, !since.exact},
                               {"renewals", lease->renewals},
                               {"granted_ttl", *lease->granted}},
                  .curves = queueCurve(*queue, waiters, now),
                  .advice = adviceFor(lock, *inTheWay),
                  .revoke = isAlone(lock) ? lease->id : etcd::kNoLease};
  if (lock.blocker) finding.evidence.push_back({"key_in_the_way", key});
  if (waiters > 0) {
    const Since& first = lock.waiters().front()->since;
    finding.evidence.push_back({"longest_wait", now - first.moment, !first.exact});
  }
  return finding;
}

bool isUnmovedQueue(const Lock& lock, const Observations& seen, const Thresholds& thresholds) {
  if (static_cast<std::int64_t>(lock.waiterCount()) < thresholds.stuckQueueWaiters) return false;
  const std::optional<InTheWay> inTheWay = inTheWayOf(lock, seen, thresholds);
  return inTheWay && !inTheWay->since.exact && !lock.waiters().back()->since.exact &&
         seen.queue(lock.name)->sessionsThatGaveUp.empty();
}

std::optional<absl::Duration> tooShortForStuckQueue(const Lock& lock, const Observations& seen,
                                                    const Thresholds& thresholds, const Moment& now) {
  if (static_cast<std::int64_t>(lock.waiterCount()) < thresholds.stuckQueueWaiters) return std::nullopt;
  const std::optional<InTheWay> inTheWay = inTheWayOf(lock, seen, thresholds);
  if (!inTheWay || inTheWay->since.exact) return std::nullopt;
  if (seen.watchedSince(inTheWay->since.moment, now) >= inTheWay->stuckAfter) return std::nullopt;
  return inTheWay->stuckAfter;
}

}  // namespace leasescope
