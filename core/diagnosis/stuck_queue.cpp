#include <algorithm>

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

}  // namespace

std::optional<Finding> stuckQueue(const Lock& lock, const Observations& seen, const Thresholds& thresholds,
                                  const Moment& now) {
  const Contender* holder = lock.holder();
  if (holder == nullptr || lock.queue.size() < 2 || lock.kind == Lock::Kind::Election) return std::nullopt;
  const ObservedLease* lease = seen.lease(holder->lease);
  if (lease == nullptr || !lease->lease->granted) return std::nullopt;
  const absl::Duration ttl = *lease->lease->granted;
  const absl::Duration stuckAfter = ttl * thresholds.stuckQueueTtls;
  const auto joinedLate = std::ranges::count_if(lock.queue, [&](const Contender& contender) {
    return contender.since.exact && contender.since.moment - lock.heldSince.moment >= stuckAfter;
  });
  if (joinedLate < thresholds.stuckQueueWaiters) return std::nullopt;
  const ObservedQueue* queue = seen.queue(lock.name);
  if (queue == nullptr) return std::nullopt;
  const std::size_t waiters = lock.waiterCount();
  const absl::Duration held = now - lock.heldSince.moment;
  return Finding{.kind = FindingKind::StuckQueue,
                 .severity = FindingSeverity::Critical,
                 .confidence = Confidence::Suspected,
                 .subject = {.lease = holder->lease, .lock = lock.name},
                 .summary = fmt::format("{} wait for {}, and nobody got it for {}{}: lease {} holds it.",
                                        counted(waiters, "waiter"), printableKey(lock.name),
                                        lock.heldSince.exact ? "" : "at least ", roughly(held),
                                        etcd::leaseHex(holder->lease)),
                 .evidence = {{"waiters", static_cast<std::int64_t>(waiters)},
                              {"joined_when_stuck", joinedLate},
                              {"gave_up", queue->gaveUp, !lock.heldSince.exact},
                              {"hand_overs_since", std::int64_t{0}},
                              {"longest_wait", now - lock.queue[1].since.moment, !lock.queue[1].since.exact},
                              {"held_for", held, !lock.heldSince.exact},
                              {"renewals", lease->lease->renewals},
                              {"granted_ttl", ttl}},
                 .curves = std::make_shared<const std::vector<Curve>>(1, queueCurve(*queue, waiters, now)),
                 .advice = fmt::format("See whether the holder still works; if not, {} lets the next one in.",
                                       revokeCommand(holder->lease)),
                 .revoke = holder->lease};
}

}  // namespace leasescope
