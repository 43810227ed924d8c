#pragma once

#include <optional>
#include <span>

#include <QList>

#include "absl/time/time.h"
#include "core/picture/moment.h"
#include "core/picture/ttl_track.h"

namespace leasescope::ui {

/// A lease's remaining TTL over time in a plot's coordinates: wall-clock seconds since 1970 to the right,
/// seconds of TTL upwards, never below zero. No widget.
///
/// Times are measured on the steady clock and only placed on the wall clock by `now`, so the curve never
/// runs backwards when the wall clock is set.
class SawTooth {
 public:
  /// A polyline, or single dots; NaN in `seconds` leaves the line open there.
  struct Curve {
    QList<double> times;
    QList<double> seconds;
  };

  /// `expiry` carries the line on from the last point to `now`; without it the line ends at the last point.
  SawTooth(std::span<const TtlPoint> points, std::optional<SteadyTime> expiry, const Moment& now);

  const Curve& line() const { return line_; }
  const Curve& renewals() const { return renewals_; }
  const Curve& leaderChanges() const { return leaderChanges_; }

  /// Where `time` lies on the axis.
  static double axisTime(SteadyTime time, const Moment& now);
  /// A step between ticks that reads well, five of them at most up to `top`. At least a second.
  static absl::Duration tickStep(absl::Duration top);

 private:
  void add(const TtlPoint& point, const TtlPoint* previous);
  void carryOn(SteadyTime from, SteadyTime expiry);
  void fallTo(SteadyTime time, SteadyTime expiry);
  void lineTo(SteadyTime time, absl::Duration remaining);
  void openAt(SteadyTime time);

  Moment now_;
  Curve line_;
  Curve renewals_;
  Curve leaderChanges_;
};

}  // namespace leasescope::ui
