#pragma once

#include <optional>

#include <QList>
#include <QPointF>

#include "core/picture/moment.h"

namespace leasescope::ui {

/// Points as TrendPlot draws them: y is NaN in a gap.
using TrendPoints = QList<QPointF>;

/// Of the points at `from` or later; 0 if there is none.
double highest(const TrendPoints& points, double from);
/// The last that is known; nullopt if there is none.
std::optional<double> newest(const TrendPoints& points);

/// A quantity a minute ago, or when it was seen first if that is not so long ago, and now.
struct LastMinute {
  double before = 0;
  double now = 0;
  absl::Duration apart;

  double growth() const { return now - before; }
};
/// nullopt while there are not two values.
std::optional<LastMinute> lastMinute(const TrendPoints& points);

/// One quantity over time as TrendPlot draws it: only the newest points, with gaps where it was not known.
class Trend {
 public:
  static constexpr qsizetype kMostPoints = 720;

  /// Seconds on the steady clock, of which only differences mean something.
  static double seconds(const Moment& moment);

  /// Later than all before. nullopt: not known.
  void add(const Moment& at, std::optional<double> value);

  const TrendPoints& points() const { return points_; }
  double highest(double from) const { return ui::highest(points_, from); }
  /// The newest value minus the first one that is shown; nullopt while there are not two.
  std::optional<double> growth() const;

 private:
  TrendPoints points_;
};

}  // namespace leasescope::ui
