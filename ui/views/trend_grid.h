#pragma once

#include <functional>
#include <vector>

#include <QWidget>

#include "ui/models/trend.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {

class TrendPlot;

/// Several quantities over the same time, two beside each other, so that what grows with what is seen at one
/// glance.
class TrendGrid : public QWidget {
  Q_OBJECT

 public:
  struct Cell {
    QString title;
    Tone tone = Tone::Neutral;
    QString toolTip;
    int scale = 0;  // those with the same number have the same scale
    std::function<QString(double)> valueText;
  };

  /// Row by row.
  explicit TrendGrid(const std::vector<Cell>& cells, QWidget* parent = nullptr);

  /// As many as cells; null leaves a plot empty. All show the time from the first point of `begin` to `now`.
  void setTrends(const std::vector<const Trend*>& trends, const Trend& begin, const Moment& now);

 private:
  struct Shown {
    TrendPlot* plot;
    int scale;
  };
  std::vector<Shown> shown_;
};

}  // namespace leasescope::ui
