#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

// Robust slopes cost the square of the number of points.
constexpr std::size_t kMostPoints = 64;
// Times the least time, for growth that begins while the cluster is watched.
constexpr int kLaterTakes = 3;

/// The same moments, judged as one.
struct Stretch {
  std::vector<CountPoint> sessions;
  std::vector<CountPoint> contenders;

  absl::Duration time() const { return sessions.back().at - sessions.front().at; }
  std::int64_t more() const { return sessions.back().count - sessions.front().count; }
  std::int64_t moreContenders() const { return contenders.back().count - contenders.front().count; }
};

/// From when there were fewest of them on: what was before has nothing to do with the growth.
Stretch sinceFewest(Stretch stretch) {
  const auto fewest = std::ranges::min(stretch.sessions, {}, &CountPoint::count).count;
  const auto last =
      std::ranges::find(stretch.sessions.rbegin(), stretch.sessions.rend(), fewest, &CountPoint::count);
  const auto skipped = stretch.sessions.rend() - last - 1;
  stretch.sessions.erase(stretch.sessions.begin(), stretch.sessions.begin() + skipped);
  stretch.contenders.erase(stretch.contenders.begin(), stretch.contenders.begin() + skipped);
  return stretch;
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

/// A pool that is being filled stops growing; a leak goes on: the newest third of the time has a quarter of
/// it, and the newest sixth some.
bool goesOn(const Stretch& stretch) {
  const std::vector<CountPoint>& points = stretch.sessions;
  const auto before = [&](absl::Duration time) {
    const auto after = std::ranges::find_if(
        points, [&](const CountPoint& point) { return points.back().at - point.at < time; });
    return std::prev(after)->count;
  };
  const std::int64_t now = points.back().count;
  return (now - before(stretch.time() / 3)) * 4 >= stretch.more() && now > before(stretch.time() / 6);
}

/// The line through what grows steadily while the locks in use do not; nullopt if it does not.
std::optional<RobustSlope> growthOf(const Stretch& stretch, absl::Duration leastTime,
                                    std::int64_t leastMore) {
  if (stretch.sessions.size() < 2) return std::nullopt;
  if (stretch.time() < leastTime || stretch.more() < leastMore) return std::nullopt;
  if (stretch.moreContenders() * 2 > stretch.more() || !goesOn(stretch)) return std::nullopt;
  const std::optional<RobustSlope> slope = slopeOf(stretch.sessions);
  return slope && slope->lower > 0 ? slope : std::nullopt;
}

struct Growth {
  Stretch stretch;
  RobustSlope slope;
};

/// Over all that was seen, or else since it began. That may be a service that starts, and opens its sessions
/// one after the other, so that more is asked for then: it goes on for longer, and there is half as much
/// again.
std::optional<Growth> longestGrowth(const Observations& seen, const Thresholds& thresholds) {
  const Stretch whole{seen.keylessSessions().all(), seen.contenders().all()};
  if (whole.sessions.empty()) return std::nullopt;
  const bool fromTheStart = sinceFewest(whole).time() * 3 >= whole.time() * 2;
  if (const auto slope = growthOf(whole, thresholds.growthTime, thresholds.growthSessions);
      slope && fromTheStart) {
    return Growth{whole, *slope};
  }
  const absl::Duration least = thresholds.growthTime * kLaterTakes;
  for (absl::Duration length = CountHistory::kLongest; length >= least; length /= 2) {
    Stretch all{seen.keylessSessions().last(length), seen.contenders().last(length)};
    if (all.sessions.empty()) continue;
    Stretch since = sinceFewest(std::move(all));
    const std::int64_t more = std::max(thresholds.growthSessions, since.sessions.front().count / 2);
    if (const auto slope = growthOf(since, least, more)) return Growth{std::move(since), *slope};
  }
  return std::nullopt;
}

/// Sessions without a key.
struct Keyless {
  std::int64_t renewed = 0;       // who grants leases and does not renew them leaks nothing: they end
  std::vector<SteadyTime> begun;  // of those that came since it grows
  std::int64_t stayed = 0;        // of these, such as are there for a third of that time
};

Keyless keylessOf(const Stretch& stretch, const Observations& seen) {
  const SteadyTime start = stretch.sessions.front().at.steady;
  const SteadyTime recent = stretch.sessions.back().at.steady - absl::ToChronoNanoseconds(stretch.time() / 3);
  Keyless keyless;
  for (const auto& [id, observed] : seen.leases()) {
    if (!observed.keylessSince) continue;
    if (observed.lease->renewals > 0) ++keyless.renewed;
    const SteadyTime came = observed.lease->firstSeen.moment.steady;
    if (came <= start) continue;
    keyless.begun.push_back(came);
    if (came <= recent) ++keyless.stayed;
  }
  return keyless;
}

/// On the average: where requests run beside each other several begin at once.
std::optional<absl::Duration> rhythmOf(const std::vector<SteadyTime>& begun) {
  if (begun.size() < 2) return std::nullopt;
  const auto [first, last] = std::ranges::minmax(begun);
  return absl::FromChrono(last - first) / static_cast<double>(begun.size() - 1);
}

}  // namespace

std::optional<Finding> sessionGrowth(const Observations& seen, const Thresholds& thresholds) {
  const std::optional<Growth> growth = longestGrowth(seen, thresholds);
  if (!growth) return std::nullopt;
  const auto& [stretch, slope] = *growth;
  const std::vector<CountPoint>& points = stretch.sessions;
  const Keyless keyless = keylessOf(stretch, seen);  // looks at every lease, so it comes last
  if (keyless.renewed < thresholds.growthSessions / 2) return std::nullopt;
  // What comes and goes beside sessions that leaked before is no growth, however busy it gets.
  if (keyless.stayed * 2 < stretch.more()) return std::nullopt;
  Finding finding{
      .kind = FindingKind::SessionGrowth,
      .severity = FindingSeverity::Critical,
      .confidence = Confidence::Suspected,
      .summary =
          fmt::format("Sessions without a lock become more and more: {} now, {} more in {}, while locks in "
                      "use do not.",
                      points.back().count, stretch.more(), roughly(stretch.time())),
      .evidence = {{"start", points.front().at.wall},
                   {"sessions_now", points.back().count},
                   {"sessions_at_start", points.front().count},
                   {"observed", stretch.time()},
                   {"more_per_minute", slope.perSecond * 60},
                   {"more_per_minute_lower", slope.lower * 60},
                   {"more_per_minute_upper", slope.upper * 60},
                   {"doubles_in", absl::Seconds(static_cast<double>(points.back().count) / slope.perSecond)},
                   {"renewed_sessions", keyless.renewed},
                   {"more_contenders", stretch.moreContenders()}},
      .curves = std::make_shared<const std::vector<Curve>>(std::vector<Curve>{
          {.of = Curve::Of::KeylessSessions, .points = points, .slope = slope},
          {.of = Curve::Of::Contenders, .points = stretch.contenders, .slope = std::nullopt}}),
      .advice =
          "Find the service that opens a session for each request and does not close it (Go: "
          "concurrency.NewSession without defer session.Close()); its goroutines grow in the same rhythm."};
  if (const auto rhythm = rhythmOf(keyless.begun)) {
    finding.evidence.push_back({"a_new_one_every", *rhythm});
  }
  return finding;
}

}  // namespace leasescope
