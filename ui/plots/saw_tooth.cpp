#include "ui/plots/saw_tooth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace leasescope::ui {
namespace {

SteadyTime expiryOf(const TtlPoint& point) {
  return point.at.steady + absl::ToChronoNanoseconds(point.remaining);
}

void append(SawTooth::Curve& curve, double time, double seconds) {
  curve.times.append(time);
  curve.seconds.append(seconds);
}

double shownSeconds(absl::Duration remaining) { return std::max(0.0, absl::ToDoubleSeconds(remaining)); }

}  // namespace

SawTooth::SawTooth(std::span<const TtlPoint> points, std::optional<SteadyTime> expiry, const Moment& now)
    : now_(now) {
  const TtlPoint* previous = nullptr;
  for (const TtlPoint& point : points) {
    add(point, previous);
    previous = &point;
  }
  if (previous && expiry) carryOn(previous->at.steady, *expiry);
}

double SawTooth::axisTime(SteadyTime time, const Moment& now) {
  // Seconds since 1970 in a double are exact to less than a microsecond, plenty for a pixel.
  return absl::ToDoubleSeconds(now.wall - absl::UnixEpoch()) +
         std::chrono::duration<double>(time - now.steady).count();
}

absl::Duration SawTooth::tickStep(absl::Duration top) {
  constexpr std::array kSteps = {1,   2,    5,    10,   15,   30,    60,    120,   300,
                                 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200, 86400};
  constexpr double kMostTicks = 5;
  const double least = absl::ToDoubleSeconds(top) / kMostTicks;
  const auto step = std::ranges::find_if(kSteps, [least](int seconds) { return seconds >= least; });
  if (step != kSteps.end()) return absl::Seconds(*step);
  return absl::Hours(24) * std::ceil(least / kSteps.back());
}

void SawTooth::add(const TtlPoint& point, const TtlPoint* previous) {
  const SteadyTime time = point.at.steady;
  if (previous && point.afterGap) {
    openAt(time);
  } else if (previous && (point.renewal || point.leaderChange || point.remaining <= absl::ZeroDuration())) {
    fallTo(time, expiryOf(*previous));
  }
  lineTo(time, point.remaining);
  if (point.renewal) append(renewals_, axisTime(time, now_), shownSeconds(point.remaining));
  if (point.leaderChange) append(leaderChanges_, axisTime(time, now_), shownSeconds(point.remaining));
}

void SawTooth::carryOn(SteadyTime from, SteadyTime expiry) {
  if (from < now_.steady) fallTo(now_.steady, expiry);
}

/// A second a second from the last vertex on; an expired lease stays at zero until it is renewed or removed.
void SawTooth::fallTo(SteadyTime time, SteadyTime expiry) {
  const bool landsBefore = expiry < time && axisTime(expiry, now_) > line_.times.back();
  if (landsBefore) lineTo(expiry, absl::ZeroDuration());
  lineTo(time, absl::FromChrono(expiry - time));
}

void SawTooth::lineTo(SteadyTime time, absl::Duration remaining) {
  append(line_, axisTime(time, now_), shownSeconds(remaining));
}

void SawTooth::openAt(SteadyTime time) {
  append(line_, axisTime(time, now_), std::numeric_limits<double>::quiet_NaN());
}

}  // namespace leasescope::ui
