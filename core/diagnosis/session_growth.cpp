#include <algorithm>
#include <cmath>

#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

// Robust slopes cost the square of the number of points.
constexpr std::size_t kMostPoints = 64;

struct Growth {
  absl::Duration time;
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t contenders = 0;  // more of them than at the beginning
};

Growth growthOf(const std::vector<CountPoint>& sessions, const std::vector<CountPoint>& contenders) {
  return {.time = sessions.back().at - sessions.front().at,
          .from = sessions.front().count,
          .to = sessions.back().count,
          .contenders = contenders.back().count - contenders.front().count};
}

std::optional<RobustSlope> slopeOf(const std::vector<CountPoint>& points) {
  const std::size_t step = points.size() / kMostPoints + 1;
  std::vector<SlopePoint> thinned;
  for (std::size_t i = 0; i < points.size(); i += step) {
    thinned.push_back({.seconds = absl::ToDoubleSeconds(points[i].at - points.front().at),
                       .value = static_cast<double>(points[i].count)});
  }
  return robustSlope(thinned);
}

/// A pool that is being filled stops growing; a leak goes on: the newest third of the time has its share.
bool goesOn(const std::vector<CountPoint>& points, const Growth& growth) {
  const CountPoint& before = points[points.size() * 2 / 3];
  return growth.to - before.count >= (growth.to - growth.from) / 6;
}

/// Who grants leases and does not renew them leaks nothing: they end.
std::int64_t renewedSessions(const Observations& seen) {
  return std::ranges::count_if(seen.leases(), [](const auto& item) {
    return item.second.keylessSince && item.second.lease->renewals > 0;
  });
}

/// Half of the sessions came closer upon each other than this.
std::optional<absl::Duration> rhythmOf(const std::deque<Moment>& begun) {
  std::vector<absl::Duration> gaps;
  for (std::size_t i = 1; i < begun.size(); ++i) gaps.push_back(begun[i] - begun[i - 1]);
  if (gaps.empty()) return std::nullopt;
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::ranges::nth_element(gaps, middle);
  return *middle;
}

}  // namespace

std::optional<Finding> sessionGrowth(const Observations& seen, const Thresholds& thresholds) {
  const std::vector<CountPoint>& points = seen.keylessSessions().points();
  const std::vector<CountPoint>& contenders = seen.contenders().points();
  if (points.size() < 2) return std::nullopt;
  const Growth growth = growthOf(points, contenders);
  const std::int64_t more = growth.to - growth.from;
  if (growth.time < thresholds.growthTime || more < thresholds.growthSessions) return std::nullopt;
  if (growth.contenders * 2 > more || !goesOn(points, growth)) return std::nullopt;
  const std::optional<RobustSlope> slope = slopeOf(points);
  if (!slope || slope->lower <= 0) return std::nullopt;
  const std::int64_t renewed = renewedSessions(seen);
  if (renewed < thresholds.growthSessions / 2) return std::nullopt;
  Finding finding{
      .kind = FindingKind::SessionGrowth,
      .severity = FindingSeverity::Critical,
      .confidence = Confidence::Suspected,
      .summary =
          fmt::format("Sessions without a lock become more and more: {} now, {} more in {}, while locks in "
                      "use do not.",
                      growth.to, more, roughly(growth.time)),
      .evidence = {{"start", points.front().at.wall},
                   {"sessions_now", growth.to},
                   {"sessions_at_start", growth.from},
                   {"observed", growth.time},
                   {"more_per_minute", slope->perSecond * 60},
                   {"more_per_minute_lower", slope->lower * 60},
                   {"more_per_minute_upper", slope->upper * 60},
                   {"doubles_in", absl::Seconds(static_cast<double>(growth.to) / slope->perSecond)},
                   {"renewed_sessions", renewed},
                   {"more_contenders", growth.contenders}},
      .curves = std::make_shared<const std::vector<Curve>>(
          std::vector<Curve>{{.of = Curve::Of::KeylessSessions, .points = points, .slope = slope},
                             {.of = Curve::Of::Contenders, .points = contenders, .slope = std::nullopt}}),
      .advice =
          "Find the service that opens a session for each request and does not close it (Go: "
          "concurrency.NewSession without defer session.Close()); its goroutines grow in the same rhythm."};
  if (const auto rhythm = rhythmOf(seen.sessionsBegun())) {
    finding.evidence.push_back({"a_new_one_every", *rhythm});
  }
  return finding;
}

}  // namespace leasescope
