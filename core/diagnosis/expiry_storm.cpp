#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/diagnosis/rules.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::int64_t kRemovedPerSecond = 1'000;  // etcd: server/lease/lessor.go, leaseRevokeRate
constexpr int kSecondsAround = 15;                 // of the storm, in the curve
constexpr std::chrono::seconds kSecond{1};

/// A lease that is renewed in time does not get that far.
bool willEnd(const Lease& lease, absl::Duration left) {
  return left > absl::ZeroDuration() && left < *lease.granted / 2;
}

/// When leases end that nobody renews, in order.
std::vector<SteadyTime> endingsOf(const Observations& seen, const Moment& now) {
  std::vector<SteadyTime> endings;
  for (const auto& [id, lease] : seen.leases()) {
    const auto left = lease.lease->remaining(now);
    if (left && lease.lease->granted && willEnd(*lease.lease, *left)) endings.push_back(*lease.lease->expiry);
  }
  std::ranges::sort(endings);
  return endings;
}

std::int64_t countWithin(const std::vector<SteadyTime>& endings, SteadyTime from, SteadyTime to) {
  return std::ranges::lower_bound(endings, to) - std::ranges::lower_bound(endings, from);
}

/// The second in which most end, whenever it begins.
struct Storm {
  SteadyTime begin;
  std::int64_t leases = 0;
};

Storm worstOf(const std::vector<SteadyTime>& endings) {
  Storm worst;
  for (const SteadyTime begin : endings) {
    const std::int64_t leases = countWithin(endings, begin, begin + kSecond);
    if (leases > worst.leases) worst = {begin, leases};
  }
  return worst;
}

Moment momentOf(SteadyTime time, const Moment& now) {
  return {.steady = time, .wall = now.wall + absl::FromChrono(time - now.steady)};
}

/// Second by second before and after the storm's, also those in which nothing ends.
std::vector<CountPoint> pointsAround(const Storm& storm, const std::vector<SteadyTime>& endings,
                                     const Moment& now) {
  std::vector<CountPoint> points;
  for (int second = -kSecondsAround; second <= kSecondsAround; ++second) {
    const SteadyTime begin = storm.begin + second * kSecond;
    if (begin + kSecond < now.steady) continue;
    points.push_back({.at = momentOf(begin, now), .count = countWithin(endings, begin, begin + kSecond)});
  }
  return points;
}

}  // namespace

std::optional<Finding> expiryStorm(const Observations& seen, const Thresholds& thresholds,
                                   const Moment& now) {
  const std::vector<SteadyTime> endings = endingsOf(seen, now);
  const Storm storm = worstOf(endings);
  if (storm.leases == 0 || storm.leases < thresholds.expiryStormLeases) return std::nullopt;
  std::vector<CountPoint> points = pointsAround(storm, endings, now);
  const auto storms = std::ranges::count_if(
      points, [&](const CountPoint& point) { return point.count >= thresholds.expiryStormLeases; });
  const Moment when = momentOf(storm.begin, now);
  return Finding{
      .kind = FindingKind::ExpiryStorm,
      .severity = FindingSeverity::Warning,
      .confidence = Confidence::Suspected,
      .summary = fmt::format("At least {} leases that nobody renews end within one second, in {:.0f} s; etcd "
                             "removes about 1,000 a second.",
                             storm.leases, std::max(0.0, absl::ToDoubleSeconds(when - now))),
      .evidence = {{"leases", storm.leases},
                   {"at", when.wall},
                   {"seconds_over_threshold", std::int64_t{storms}},
                   {"removed_per_second", kRemovedPerSecond}},
      .curves = curvesOf(Curve::Of::Endings, std::move(points)),
      .advice = "Locks of the later ones stay longer than their TTL. Let the service spread its TTLs."};
}

}  // namespace leasescope
