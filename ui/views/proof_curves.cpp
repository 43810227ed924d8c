#include "ui/views/proof_curves.h"

#include <algorithm>

#include <QLabel>
#include <QVBoxLayout>

#include "ui/models/finding_words.h"
#include "ui/models/format.h"
#include "ui/models/trend.h"
#include "ui/plots/trend_plot.h"

namespace leasescope::ui {
namespace {

constexpr int kPlotHeight = 84;
constexpr double kRoomForStart = 0.015;  // of the time that is shown
constexpr double kLowestTop = 10;        // so that one more or less is no mountain

QString inCounts(double value) { return countText(qRound64(value)); }

Tone toneOf(Curve::Of of) { return of == Curve::Of::Contenders ? Tone::Neutral : Tone::Warning; }

QList<QPointF> pointsOf(const Curve& curve) {
  QList<QPointF> points;
  points.reserve(static_cast<qsizetype>(curve.points.size()));
  for (const CountPoint& point : curve.points) {
    points.append({Trend::seconds(point.at), static_cast<double>(point.count)});
  }
  return points;
}

std::optional<QLineF> lineOf(const Curve& curve) {
  if (!curve.slope) return std::nullopt;
  const double from = Trend::seconds(curve.points.front().at);
  const double to = Trend::seconds(curve.points.back().at);
  return QLineF(from, curve.slope->start, to, curve.slope->start + curve.slope->perSecond * (to - from));
}

double highest(const std::vector<Curve>& curves) {
  std::int64_t highest = 0;
  for (const Curve& curve : curves) {
    highest = std::max(highest, std::ranges::max(curve.points, {}, &CountPoint::count).count);
  }
  return static_cast<double>(highest);
}

}  // namespace

ProofCurves::ProofCurves(QWidget* parent) : QWidget(parent), caption_(new QLabel(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(9);
  for (std::size_t i = 0; i < kCurves; ++i) {
    const auto of = static_cast<Curve::Of>(i);
    plots_[i] = new TrendPlot(curveTitle(of), toneOf(of), inCounts, this);
    plots_[i]->setFixedHeight(kPlotHeight);
    const bool forecast = of == Curve::Of::Endings;
    plots_[i]->setStartMarked(!forecast);
    plots_[i]->setSaid(forecast ? TrendPlot::Said::Highest : TrendPlot::Said::Last);
    plots_[i]->setStepped(true);
    plots_[i]->hide();
    column->addWidget(plots_[i]);
  }
  caption_->setFont(scaled(0.85));
  caption_->setWordWrap(true);
  setRole(caption_, LabelRole::Muted);
  column->addWidget(caption_);
}

void ProofCurves::setCurves(const std::vector<Curve>& curves) {
  const double top = TrendPlot::roundTop(std::max(kLowestTop, highest(curves)));
  for (std::size_t i = 0; i < kCurves; ++i) {
    const auto curve = std::ranges::find(curves, static_cast<Curve::Of>(i), &Curve::of);
    plots_[i]->setVisible(curve != curves.end());
    if (curve == curves.end()) continue;
    const double from = Trend::seconds(curve->points.front().at);
    const double to = Trend::seconds(curve->points.back().at);
    plots_[i]->setScale(from - (to - from) * kRoomForStart, to, top);
    plots_[i]->setPoints(pointsOf(*curve));
    plots_[i]->setLine(lineOf(*curve));
  }
  caption_->setText(curveCaption(curves.front()));
}

}  // namespace leasescope::ui
