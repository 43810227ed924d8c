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

Curve queueCurve(const ObservedQueue& queue, std::size_t waiters, const Moment& now) {
  Curve curve{.of = Curve::Of::Waiters, .points = queue.waiters.points(), .slope = std::nullopt};
  curve.points.push_back({.at = now, .count = static_cast<std::int64_t>(waiters)});
  return curve;
}

/// Sessions that came after that, and wait or gave up. Those from before may stand by.
struct Late {
  std::int64_t waiting = 0;
  std::int64_t gaveUp = 0;
};

Late cameAfter(SteadyTime stuck, const Lock& lock, const ObservedQueue& queue) {
  Late late;
  absl::flat_hash_set<LeaseId> waiting;
  for (const Contender& contender : lock.queue) {
    waiting.insert(contender.lease);
    if (contender.since.exact && contender.since.moment.steady >= stuck) ++late.waiting;
  }
  for (const auto& [session, since] : queue.sessionsThatGaveUp) {
    if (since.steady >= stuck && !waiting.contains(session)) ++late.gaveUp;
  }
  return late;
}

}  // namespace

std::optional<Finding> stuckQueue(const Lock& lock, const Observations& seen, const Thresholds& thresholds,
                                  const Moment& now) {
  const Contender* holder = lock.holder();
  if (holder == nullptr || holder->mismatched() || lock.kind == Lock::Kind::Election) return std::nullopt;
  const ObservedQueue* queue = seen.queue(lock.name);
  if (queue == nullptr) return std::nullopt;
  const ObservedLease* lease = seen.lease(holder->lease);
  if (lease == nullptr || !lease->lease->granted) return std::nullopt;
  const absl::Duration ttl = *lease->lease->granted;
  const absl::Duration stuckAfter = ttl * thresholds.stuckQueueTtls;
  const absl::Duration held = now - lock.heldSince.moment;
  if (held < stuckAfter) return std::nullopt;
  const SteadyTime stuck = lock.heldSince.moment.steady + absl::ToChronoNanoseconds(stuckAfter);
  const Late late = cameAfter(stuck, lock, *queue);
  if (late.waiting + late.gaveUp < thresholds.stuckQueueWaiters) return std::nullopt;
  const std::size_t waiters = lock.waiterCount();
  const std::string left = late.gaveUp > 0 ? fmt::format("; {} gave up waiting", late.gaveUp) : "";
  Finding finding{
      .kind = FindingKind::StuckQueue,
      .severity = waiters > 0 ? FindingSeverity::Critical : FindingSeverity::Warning,
      .confidence = Confidence::Suspected,
      .subject = {.lease = holder->lease, .lock = lock.name},
      .summary =
          fmt::format("{} for {}, and nobody got it for {}{}: lease {} holds it{}.", waitersWait(waiters),
                      printableKey(lock.name), lock.heldSince.exact ? "" : "at least ", roughly(held),
                      etcd::leaseHex(holder->lease), left),
      .evidence = {{"waiters", static_cast<std::int64_t>(waiters)},
                   {"joined_when_stuck", late.waiting + late.gaveUp},
                   {"gave_up", queue->gaveUp, !lock.heldSince.exact},
                   {"hand_overs_since", std::int64_t{0}},
                   {"held_for", held, !lock.heldSince.exact},
                   {"renewals", lease->lease->renewals},
                   {"granted_ttl", ttl}},
      .curves = std::make_shared<const std::vector<Curve>>(1, queueCurve(*queue, waiters, now)),
      .advice = fmt::format("See whether the holder still works; if not, {} lets the next one in.",
                            revokeCommand(holder->lease)),
      .revoke = holder->lease};
  if (waiters > 0) {
    const Since& first = lock.queue[1].since;
    finding.evidence.push_back({"longest_wait", now - first.moment, !first.exact});
  }
  return finding;
}

}  // namespace leasescope
