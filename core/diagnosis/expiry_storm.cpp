#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "core/diagnosis/rules.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::int64_t kRemovedPerSecond = 1'000;  // etcd: server/lease/lessor.go, leaseRevokeRate
constexpr std::int64_t kSecondsAround = 15;        // of the storm, in the curve

using Endings = std::map<std::int64_t, std::int64_t>;  // leases by second of the steady clock

/// A lease that is renewed in time does not get that far.
bool willEnd(const Lease& lease, absl::Duration left) {
  return left > absl::ZeroDuration() && left < *lease.granted / 2;
}

std::int64_t secondOf(SteadyTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

Endings endingsOf(const Observations& seen, const Moment& now) {
  Endings endings;
  for (const auto& [id, lease] : seen.leases()) {
    const auto left = lease.lease->remaining(now);
    if (left && lease.lease->granted && willEnd(*lease.lease, *left))
      ++endings[secondOf(*lease.lease->expiry)];
  }
  return endings;
}

Moment beginOf(std::int64_t second, const Moment& now) {
  const SteadyTime begin{std::chrono::seconds(second)};
  return {.steady = begin, .wall = now.wall + absl::FromChrono(begin - now.steady)};
}

/// Second by second, also those in which nothing ends.
Curve curveAround(std::int64_t storm, const Endings& endings, const Moment& now) {
  Curve curve{.of = Curve::Of::Endings, .points = {}, .slope = std::nullopt};
  const std::int64_t first = std::max(storm - kSecondsAround, secondOf(now.steady));
  for (std::int64_t second = first; second <= storm + kSecondsAround; ++second) {
    const auto found = endings.find(second);
    curve.points.push_back({.at = beginOf(second, now), .count = found != endings.end() ? found->second : 0});
  }
  return curve;
}

}  // namespace

std::optional<Finding> expiryStorm(const Observations& seen, const Thresholds& thresholds,
                                   const Moment& now) {
  const Endings endings = endingsOf(seen, now);
  const auto worst = std::ranges::max_element(endings, {}, &Endings::value_type::second);
  if (worst == endings.end() || worst->second < thresholds.expiryStormLeases) return std::nullopt;
  const auto& [second, leases] = *worst;
  const auto storms = std::ranges::count_if(
      endings, [&](const auto& ending) { return ending.second >= thresholds.expiryStormLeases; });
  const Moment when = beginOf(second, now);
  return Finding{
      .kind = FindingKind::ExpiryStorm,
      .severity = FindingSeverity::Warning,
      .confidence = Confidence::Suspected,
      .summary = fmt::format("At least {} leases that nobody renews end within one second, in {:.0f} s; etcd "
                             "removes about 1,000 a second.",
                             leases, std::max(0.0, absl::ToDoubleSeconds(when - now))),
      .evidence = {{"leases", leases},
                   {"at", when.wall},
                   {"seconds_over_threshold", std::int64_t{storms}},
                   {"removed_per_second", kRemovedPerSecond}},
      .curves = std::make_shared<const std::vector<Curve>>(1, curveAround(second, endings, now)),
      .advice = "Locks of the later ones stay longer than their TTL. Let the service spread its TTLs."};
}

}  // namespace leasescope
