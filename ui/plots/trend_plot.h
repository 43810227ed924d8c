#pragma once

#include <functional>
#include <optional>

#include <QLineF>
#include <QList>
#include <QPointF>
#include <QString>
#include <QWidget>

#include "ui/theme/theme.h"

class QCPGraph;
class QCustomPlot;
class QLabel;

namespace leasescope::ui {

/// One quantity over time, small: a title with one value, the line, and a grid line at zero and at the
/// top of the scale.
class TrendPlot : public QWidget {
  Q_OBJECT

 public:
  /// `valueText` says a value of the scale for people.
  TrendPlot(const QString& title, Tone tone, std::function<QString(double)> valueText,
            QWidget* parent = nullptr);

  /// x: seconds, rising; y: the quantity, not negative; NaN in a gap, where nothing is known. None: it is not
  /// known at all.
  void setPoints(const QList<QPointF>& points);
  /// Which value the title says: the last one is what is now, the highest what matters of a forecast.
  enum class Said { Last, Highest };
  void setSaid(Said said);
  /// A straight line through the points, dashed; nullopt: none.
  void setLine(const std::optional<QLineF>& line);
  /// A dot at the first point.
  void setStartMarked(bool marked);
  /// Each value holds until the next point.
  void setStepped(bool stepped);
  /// The window that is shown: `from` … `to` on the points' clock, 0 … `top`. Plots with the same scale can
  /// be compared.
  void setScale(double from, double to, double top);

  /// 1, 2 or 5 times a power of ten, at least `value` and at least 1.
  static double roundTop(double value);

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  void setUpAxes();
  void applyColours();
  void showTop();
  void showValue();
  void redraw();

  const Tone tone_;
  const std::function<QString(double)> valueText_;
  QLabel* title_;
  QLabel* value_;
  QLabel* top_;
  QString topText_;
  Said said_ = Said::Last;
  QCustomPlot* plot_;
  QCPGraph* points_;
  QCPGraph* line_;
  QCPGraph* start_;
};

}  // namespace leasescope::ui
