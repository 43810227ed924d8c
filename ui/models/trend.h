#pragma once

#include <optional>

#include <QList>
#include <QPointF>

#include "core/picture/moment.h"

namespace leasescope::ui {

/// One quantity over time as TrendPlot draws it: only the newest points, with gaps where it was not known.
class Trend {
 public:
  static constexpr qsizetype kMostPoints = 720;

  /// Seconds on the steady clock, of which only differences mean something.
  static double seconds(const Moment& moment);

  /// Later than all before. nullopt: not known.
  void add(const Moment& at, std::optional<double> value);

  const QList<QPointF>& points() const { return points_; }
  /// Of the points at `from` or later; 0 if there is none.
  double highest(double from) const;
  /// The newest value minus the first one that is shown; nullopt while there are not two.
  std::optional<double> growth() const;

 private:
  QList<QPointF> points_;  // y is NaN in a gap
};

}  // namespace leasescope::ui
