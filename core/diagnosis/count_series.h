#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/picture/moment.h"

namespace leasescope {

/// How many there were at one moment.
struct CountPoint {
  Moment at;
  std::int64_t count = 0;
};

/// Counts over time. Bounded: when it is full every other point goes, so that it reaches back to the
/// beginning and becomes coarser instead of shorter.
class CountSeries {
 public:
  static constexpr std::size_t kMostPoints = 256;

  void add(const CountPoint& point);
  /// The newest is among them.
  const std::vector<CountPoint>& points() const { return points_; }

 private:
  std::vector<CountPoint> points_;
  std::size_t every_ = 1;  // of those that are added, one is kept
  std::size_t added_ = 0;  // since the last that is kept; more than 0: the newest is not
};

/// Counts over time of which the last minutes are known by the second and the last hours by the half minute;
/// what was before becomes coarser. Bounded.
class CountHistory {
 public:
  static constexpr absl::Duration kLongest = absl::Hours(5);

  void add(const CountPoint& point);
  /// Of about so long (kLongest at most), or of less when there is not more; oldest first, the newest among
  /// them, at most CountSeries::kMostPoints. Histories to which points were added at the same moments have
  /// these at the same moments.
  std::vector<CountPoint> last(absl::Duration length) const;
  /// From the first point on.
  const std::vector<CountPoint>& all() const { return all_.points(); }

 private:
  struct Recent {
    absl::Duration apart;
    absl::Duration kept;
    std::deque<CountPoint> points;
    void add(const CountPoint& point);
  };
  Recent minutes_{absl::Seconds(1), absl::Minutes(10), {}};
  Recent hours_{absl::Seconds(30), kLongest, {}};
  CountSeries all_;
  std::optional<CountPoint> newest_;
};

/// A straight line through points that outliers do not bend: the median of the slopes of all pairs
/// (Theil-Sen), with the bounds within which it lies with 95 % (by Kendall's rank statistic).
struct RobustSlope {
  double start = 0;  // the line's value at 0 s
  double perSecond = 0;
  double lower = 0;
  double upper = 0;
};
struct SlopePoint {
  double seconds = 0;
  double value = 0;
};
/// nullopt for fewer than four points. Costs the square of their number.
std::optional<RobustSlope> robustSlope(const std::vector<SlopePoint>& points);

}  // namespace leasescope
