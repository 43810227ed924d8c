#include "ui/plots/ttl_plot.h"

#include <algorithm>
#include <cmath>

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include "ui/plots/saw_tooth.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr double kLeastSpan = 2;  // seconds on the time axis
constexpr double kMostSpan = 7 * 24 * 3600;
constexpr double kShortestFollowed = 30;  // what is shown at least while following
constexpr double kLongestFollowed = 6 * 3600;
constexpr int kGraphsPerLease = 3;
constexpr double kPeriodsFollowed = 3;  // granted TTLs; about nine renewals
constexpr double kSideMargin = 0.015;   // of the span, so that no dot is cut at the edge
constexpr int kPixelsPerTimeTick = 90;
constexpr int kLegendColumns = 2;
constexpr absl::Duration kUnknownGranted = absl::Seconds(10);

/// "5 s", "10 m", "1 h": round values only, in their largest unit.
class DurationTicker : public QCPAxisTickerFixed {
 protected:
  QString getTickLabel(double tick, const QLocale&, QChar, int) override {
    const auto seconds = static_cast<qint64>(std::llround(tick));
    if (seconds == 0 || seconds % 60 != 0) return TtlPlot::tr("%1 s").arg(seconds);
    if (seconds % 3600 != 0) return TtlPlot::tr("%1 m").arg(seconds / 60);
    return TtlPlot::tr("%1 h").arg(seconds / 3600);
  }
};

}  // namespace

/// Times of day, and "now" where it lies, if it is.
class TtlPlot::NowTicker : public QCPAxisTickerDateTime {
 public:
  NowTicker() { setDateTimeFormat("hh:mm:ss"); }
  void setNow(double now, bool runs) {
    now_ = now;
    runs_ = runs;
  }

 protected:
  QVector<double> createTickVector(double step, const QCPRange& range) override {
    QVector<double> ticks = QCPAxisTickerDateTime::createTickVector(step, range);
    if (!range.contains(now_)) return ticks;
    const double clearance = range.size() * 0.12;
    ticks.removeIf([&](double tick) { return std::abs(tick - now_) < clearance; });
    ticks.insert(std::ranges::lower_bound(ticks, now_), now_);
    return ticks;
  }
  QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
    if (tick == now_ && runs_) return TtlPlot::tr("now");
    return QCPAxisTickerDateTime::getTickLabel(tick, locale, format, precision);
  }

 private:
  double now_ = 0;
  bool runs_ = true;
};

TtlPlot::TtlPlot(QWidget* parent)
    : QWidget(parent),
      plot_(new QCustomPlot(this)),
      follow_(new QPushButton(icon(QStringLiteral("follow")), tr("Follow now"), plot_)),
      empty_(new QLabel(plot_)),
      omitted_(new QLabel(this)),
      now_(Moment::now()) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  column->addWidget(plot_, 1);
  column->addWidget(omitted_);
  setMinimumHeight(120);
  follow_->setToolTip(tr("Show the newest renewals again"));
  follow_->setCursor(Qt::PointingHandCursor);
  follow_->hide();
  omitted_->setFont(scaled(0.85));
  omitted_->hide();
  for (QLabel* label : {empty_, omitted_}) setRole(label, LabelRole::Muted);
  empty_->setAlignment(Qt::AlignCenter);
  setUpAxes();
  setUpLegend();
  applyColours();
  connect(follow_, &QPushButton::clicked, this, [this] { setFollowing(true); });
  connect(plot_->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &TtlPlot::userMoved);
  rebuildGraphs();
}

void TtlPlot::setUpAxes() {
  QCPAxisRect* area = plot_->axisRect();
  area->setupFullAxesBox();
  area->setRangeDrag(Qt::Horizontal);
  area->setRangeZoom(Qt::Horizontal);
  area->setMinimumMargins(QMargins(2, 8, 2, 2));
  plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  plot_->xAxis->setTicker(QSharedPointer<NowTicker>::create());
  plot_->xAxis->grid()->setVisible(false);
  plot_->xAxis2->setVisible(false);
  plot_->yAxis->setTickLabels(false);
  plot_->yAxis2->setTickLabels(true);
  const auto ttlTicks = QSharedPointer<DurationTicker>::create();
  for (QCPAxis* axis : {plot_->yAxis, plot_->yAxis2}) {
    axis->setTicker(ttlTicks);
    axis->setTicks(axis == plot_->yAxis2);
    axis->setBasePen(Qt::NoPen);
  }
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis2}) {
    axis->setTickPen(Qt::NoPen);
    axis->setSubTicks(false);
    axis->setTickLabelFont(scaled(0.8));
    axis->setTickLabelPadding(4);
  }
  plot_->xAxis->setSubTickPen(Qt::NoPen);
}

/// In a row of its own above the curves, which it would hide otherwise.
void TtlPlot::setUpLegend() {
  plot_->plotLayout()->insertRow(0);
  plot_->plotLayout()->addElement(0, 0, plot_->legend);
  plot_->plotLayout()->setRowStretchFactor(0, 0.001);
  plot_->legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
  plot_->legend->setWrap(kLegendColumns);
  plot_->legend->setBorderPen(Qt::NoPen);
  plot_->legend->setMargins(QMargins(0, 0, 0, 0));
  plot_->legend->setRowSpacing(0);
  QFont font = monospace();
  font.setPointSizeF(font.pointSizeF() * 0.9);
  plot_->legend->setFont(font);
}

void TtlPlot::applyColours() {
  const Colours& now = colours();
  plot_->setBackground(QBrush(now.pane));
  plot_->legend->setBrush(Qt::NoBrush);
  plot_->legend->setTextColor(palette().color(QPalette::WindowText));
  plot_->yAxis->grid()->setPen(QPen(now.line, 1));
  plot_->yAxis->grid()->setZeroLinePen(QPen(now.line, 1));
  plot_->xAxis->setBasePen(QPen(now.line, 1));
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis2}) axis->setTickLabelColor(now.muted);
  rebuildGraphs();
}

void TtlPlot::setSeries(std::vector<TtlSeries> series) {
  const bool sameCurves = std::ranges::equal(series, series_, {}, &TtlSeries::lease, &TtlSeries::lease);
  series_ = std::move(series);
  if (sameCurves) {
    refresh();
  } else {
    rebuildGraphs();
  }
}

void TtlPlot::setNow(const Moment& now, bool runs) {
  now_ = now;
  nowRuns_ = runs;
  refresh();
}

void TtlPlot::setFollowing(bool following) {
  if (following_ == following) return;
  following_ = following;
  follow_->setVisible(!following);
  placeOverlays();
  refresh();
  emit followingChanged(following);
}

int TtlPlot::drawn() const { return std::min<int>(kMostSeries, static_cast<int>(series_.size())); }

QString TtlPlot::whyEmpty() const {
  if (series_.empty()) return tr("No lease selected");
  if (!std::ranges::all_of(series_, &TtlSeries::gone)) return tr("Not sampled yet");
  return series_.size() == 1 ? tr("The lease is gone") : tr("These leases are gone");
}

bool TtlPlot::sampled() const {
  return std::ranges::any_of(series_,
                             [](const TtlSeries& one) { return one.points && !one.points->empty(); });
}

/// A graph that only marks points.
void TtlPlot::addMarks(const QCPScatterStyle& style) {
  QCPGraph* marks = plot_->addGraph();
  marks->setLineStyle(QCPGraph::lsNone);
  marks->setScatterStyle(style);
  marks->removeFromLegend();
}

/// kGraphsPerLease of each: its line and, above all lines, its renewals and the changes of leader.
void TtlPlot::rebuildGraphs() {
  plot_->clearGraphs();
  const Colours& now = colours();
  const bool single = drawn() <= 1;
  for (int i = 0; i < drawn(); ++i) {
    const QColor colour = single ? now.accent : now.series.at(i % now.series.size());
    QCPGraph* line = plot_->addGraph();
    line->setName(series_[i].label);
    line->setPen(QPen(colour, 2, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    line->setAdaptiveSampling(false);  // it loses gaps
    addMarks({QCPScatterStyle::ssDisc, single ? now.good : colour, 6});
    addMarks({QCPScatterStyle::ssDiamond, now.warning, now.warning, 9});
  }
  plot_->legend->setVisible(!single);
  omitted_->setVisible(static_cast<int>(series_.size()) > kMostSeries);
  omitted_->setText(
      tr("%n more of the selection not drawn", nullptr, static_cast<int>(series_.size()) - drawn()));
  refresh();
}

void TtlPlot::refresh() {
  if (!isVisible()) return;  // showEvent catches up
  empty_->setText(whyEmpty());
  empty_->setVisible(!sampled());
  plot_->yAxis2->setTickLabels(sampled());
  drawCurves();
  scaleTtl();
  qSharedPointerDynamicCast<NowTicker>(plot_->xAxis->ticker())
      ->setNow(SawTooth::axisTime(now_.steady, now_), nowRuns_);
  if (following_) followNow();
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void TtlPlot::drawCurves() {
  bool leaderChanged = false;
  for (int i = 0; i < drawn(); ++i) {
    const TtlSeries& one = series_[i];
    const std::span<const TtlPoint> points =
        one.points ? std::span(*one.points) : std::span<const TtlPoint>();
    const SawTooth tooth(points, one.expiry, now_);
    const SawTooth::Curve* curves[kGraphsPerLease] = {&tooth.line(), &tooth.renewals(),
                                                      &tooth.leaderChanges()};
    for (int graph = 0; graph < kGraphsPerLease; ++graph) {
      plot_->graph(kGraphsPerLease * i + graph)->setData(curves[graph]->times, curves[graph]->seconds, true);
    }
    leaderChanged = leaderChanged || !tooth.leaderChanges().times.isEmpty();
  }
  setToolTip(leaderChanged ? tr("◆ A new leader extended the lease: no renewal") : QString());
}

void TtlPlot::scaleTtl() {
  absl::Duration top;
  for (int i = 0; i < drawn(); ++i) top = std::max(top, series_[i].granted.value_or(top));
  if (top <= absl::ZeroDuration()) top = kUnknownGranted;
  const double seconds = absl::ToDoubleSeconds(top);
  const double step = absl::ToDoubleSeconds(SawTooth::tickStep(top));
  qSharedPointerDynamicCast<QCPAxisTickerFixed>(plot_->yAxis2->ticker())->setTickStep(step);
  for (QCPAxis* axis : {plot_->yAxis, plot_->yAxis2}) axis->setRange(0, seconds * 1.04);
}

void TtlPlot::followNow() {
  double first = SawTooth::axisTime(now_.steady, now_);
  const double now = first;
  for (int i = 0; i < drawn(); ++i) {
    const TtlHistory& points = series_[i].points;
    if (points && !points->empty())
      first = std::min(first, SawTooth::axisTime(points->front().at.steady, now_));
  }
  const double periods = plot_->yAxis->range().upper * kPeriodsFollowed;
  const double most = std::clamp(periods, kShortestFollowed, kLongestFollowed);
  const double span = std::clamp(now - first, kShortestFollowed, most);
  moving_ = true;
  plot_->xAxis->setRange(now - span * (1 + kSideMargin), now + span * kSideMargin);
  moving_ = false;
}

void TtlPlot::userMoved(const QCPRange& range) {
  if (moving_) return;
  moving_ = true;
  plot_->xAxis->setRange(range.bounded(0, SawTooth::axisTime(now_.steady, now_) + kMostSpan));
  if (range.size() < kLeastSpan) plot_->xAxis->setRange(range.center(), kLeastSpan, Qt::AlignCenter);
  if (range.size() > kMostSpan) plot_->xAxis->setRange(range.center(), kMostSpan, Qt::AlignCenter);
  moving_ = false;
  setFollowing(false);
}

void TtlPlot::placeOverlays() {
  follow_->adjustSize();
  const QRect area = plot_->axisRect()->rect();
  follow_->move(area.left() + 4, area.bottom() - follow_->height() - 4);
  empty_->setGeometry(plot_->rect());
  follow_->raise();
}

void TtlPlot::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) applyColours();
}

void TtlPlot::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  plot_->xAxis->ticker()->setTickCount(std::max(2, plot_->width() / kPixelsPerTimeTick));
  placeOverlays();
}

void TtlPlot::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
  placeOverlays();
}

}  // namespace leasescope::ui
