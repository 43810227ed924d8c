#include "ui/views/trend_grid.h"

#include <algorithm>
#include <map>

#include <QGridLayout>

#include "ui/plots/trend_plot.h"

namespace leasescope::ui {
namespace {

constexpr int kColumns = 2;
constexpr int kPlotHeight = 66;
constexpr double kShortestWindow = 30;  // seconds
constexpr double kLowestTop = 10;       // so that one more or less is no mountain

}  // namespace

TrendGrid::TrendGrid(const std::vector<Cell>& cells, QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(20);
  grid->setVerticalSpacing(9);
  for (const Cell& cell : cells) {
    auto* plot = new TrendPlot(cell.title, cell.tone, cell.valueText, this);
    plot->setToolTip(cell.toolTip);
    plot->setFixedHeight(kPlotHeight);
    plot->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);  // all equally wide
    const auto place = static_cast<int>(shown_.size());
    grid->addWidget(plot, place / kColumns, place % kColumns);
    grid->setColumnStretch(place % kColumns, 1);
    shown_.push_back({plot, cell.scale});
  }
}

void TrendGrid::setTrends(const std::vector<const Trend*>& trends, const Trend& begin, const Moment& now) {
  const double to = Trend::seconds(now);
  const double from = begin.points().isEmpty() ? to : begin.points().first().x();
  const double end = std::max(to, from + kShortestWindow);
  std::map<int, double> tops;
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    double& top = tops.try_emplace(shown_[i].scale, kLowestTop).first->second;
    if (trends[i] != nullptr) top = std::max(top, trends[i]->highest(from));
  }
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    shown_[i].plot->setScale(from, end, TrendPlot::roundTop(tops.at(shown_[i].scale)));
    shown_[i].plot->setPoints(trends[i] != nullptr ? trends[i]->points() : QList<QPointF>());
  }
}

}  // namespace leasescope::ui
