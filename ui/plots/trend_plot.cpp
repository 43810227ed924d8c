#include "ui/plots/trend_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <qcustomplot.h>

namespace leasescope::ui {
namespace {

// Room for the line's own width at zero and at the top.
constexpr double kHeadroom = 0.04;
constexpr QSize kLeastSize(40, 40);
constexpr double kStartSize = 7;

QLabel* smallLabel(QWidget* parent, LabelRole role) {
  auto* label = new QLabel(parent);
  label->setFont(scaled(0.85));
  setRole(label, role);
  return label;
}

}  // namespace

TrendPlot::TrendPlot(const QString& title, Tone tone, std::function<QString(double)> valueText,
                     QWidget* parent)
    : QWidget(parent),
      tone_(tone),
      valueText_(std::move(valueText)),
      title_(smallLabel(this, LabelRole::Heading)),
      value_(smallLabel(this, LabelRole::Plain)),
      top_(smallLabel(this, LabelRole::Muted)),
      plot_(new QCustomPlot(this)),
      points_(plot_->addGraph()),
      line_(plot_->addGraph()),
      start_(plot_->addGraph()) {
  title_->setText(title.toUpper());
  setAccessibleName(title);
  auto* head = new QHBoxLayout;
  head->setSpacing(7);
  head->addWidget(title_);
  head->addWidget(value_);
  head->addStretch();
  head->addWidget(top_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(head);
  column->addWidget(plot_, 1);
  setUpAxes();
  applyColours();
  setScale(0, 30, 1);
  setPoints({});
}

void TrendPlot::setUpAxes() {
  plot_->setMinimumSize(kLeastSize);
  plot_->setAttribute(Qt::WA_TransparentForMouseEvents);
  plot_->plotLayout()->setAutoMargins(QCP::msNone);
  plot_->axisRect()->setAutoMargins(QCP::msNone);
  plot_->axisRect()->setMargins(QMargins(0, 0, 0, 0));
  plot_->xAxis->setVisible(false);
  plot_->xAxis->grid()->setVisible(false);
  plot_->yAxis->setTicks(false);
  plot_->yAxis->setTickLabels(false);
  plot_->yAxis->setBasePen(Qt::NoPen);
  plot_->yAxis->grid()->setVisible(true);
  points_->setAdaptiveSampling(true);
  start_->setLineStyle(QCPGraph::lsNone);
  start_->setVisible(false);
}

void TrendPlot::applyColours() {
  const Colours& now = colours();
  plot_->setBackground(QBrush(now.pane));
  plot_->yAxis->grid()->setPen(QPen(now.line, 1));
  plot_->yAxis->grid()->setZeroLinePen(QPen(now.line, 1));
  points_->setPen(QPen(now.text(tone_), 2));
  line_->setPen(QPen(palette().color(QPalette::WindowText), 1, Qt::DashLine));
  start_->setScatterStyle({QCPScatterStyle::ssDisc, now.text(tone_), kStartSize});
  redraw();
}

void TrendPlot::setPoints(const QList<QPointF>& points) {
  QVector<double> times;
  QVector<double> values;
  for (const QPointF& point : points) {
    times.append(point.x());
    values.append(point.y());
  }
  points_->setData(times, values, true);
  start_->setData(times.first(std::min<qsizetype>(times.size(), 1)),
                  values.first(std::min<qsizetype>(values.size(), 1)), true);
  showValue();
  showTop();
  redraw();
}

void TrendPlot::setSaid(Said said) {
  said_ = said;
  showValue();
}

void TrendPlot::showValue() {
  double value = std::numeric_limits<double>::quiet_NaN();
  for (const QCPGraphData& point : *points_->data()) {
    value = said_ == Said::Last || std::isnan(value) ? point.value : std::max(value, point.value);
  }
  value_->setText(std::isnan(value) ? QStringLiteral("—") : valueText_(value));
}

void TrendPlot::setLine(const std::optional<QLineF>& line) {
  if (line) {
    line_->setData({line->x1(), line->x2()}, {line->y1(), line->y2()}, true);
  } else {
    line_->data()->clear();
  }
  redraw();
}

void TrendPlot::setStartMarked(bool marked) {
  start_->setVisible(marked);
  redraw();
}

void TrendPlot::setStepped(bool stepped) {
  points_->setLineStyle(stepped ? QCPGraph::lsStepLeft : QCPGraph::lsLine);
  redraw();
}

void TrendPlot::setScale(double from, double to, double top) {
  auto ticks = QSharedPointer<QCPAxisTickerFixed>::create();
  ticks->setTickStep(top);
  plot_->yAxis->setTicker(ticks);
  plot_->xAxis->setRange(from, to);
  plot_->yAxis->setRange(-top * kHeadroom, top * (1 + kHeadroom));
  topText_ = valueText_(top);
  showTop();
  redraw();
}

/// A scale without a line would say something that nobody measured.
void TrendPlot::showTop() { top_->setText(points_->data()->isEmpty() ? QString() : topText_); }

void TrendPlot::redraw() {
  if (isVisible()) plot_->replot(QCustomPlot::rpQueuedReplot);
}

double TrendPlot::roundTop(double value) {
  if (value <= 1) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (value <= step * power) return step * power;
  }
  return 10 * power;
}

void TrendPlot::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  redraw();
}

void TrendPlot::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) applyColours();
}

}  // namespace leasescope::ui
