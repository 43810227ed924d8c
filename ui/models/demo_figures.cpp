#include "ui/models/demo_figures.h"

#include <algorithm>

#include "ui/models/format.h"

namespace leasescope::ui {
namespace {

constexpr double kShortestWindow = 30;  // seconds
constexpr double kLowestTop = 10;       // so that one request more or less is no mountain

/// 0: there is none.
double beginOf(const DemoFigures& figures) {
  const TrendPoints& points = figures.of(DemoTrend::KeepAlives);  // known of either kind of side
  return points.isEmpty() ? 0 : points.first().x();
}

double endOf(const DemoFigures& figures) {
  const TrendPoints& points = figures.of(DemoTrend::KeepAlives);
  return points.isEmpty() ? 0 : points.last().x();
}

}  // namespace

DemoFigures figuresOf(const DemoSide& program, const Moment& start) {
  DemoFigures figures{.subject = keyText(program.lock)};
  for (const DemoSample& sample : program.samples) {
    const double at = Trend::seconds(start) + absl::ToDoubleSeconds(sample.at);
    const auto add = [&](DemoTrend trend, auto value) {
      figures.of(trend).append({at, static_cast<double>(value)});
    };
    add(DemoTrend::Leases, sample.leases);
    add(DemoTrend::KeepAlives, sample.threads);
    add(DemoTrend::Keys, sample.keys);
    add(DemoTrend::Waiters, sample.waiters());
    add(DemoTrend::Timers, sample.timers);
    add(DemoTrend::Memory, static_cast<double>(sample.residentKb) / 1024);
  }
  if (!program.samples.empty()) figures.served = program.now().served;
  return figures;
}

DemoFigures figuresOf(const GoService& service, const RoleTrends& trends, const Moment& now) {
  DemoFigures figures{.subject = service.name,
                      .fresh = service.state(now) == GoService::State::Fresh,
                      .complete = !service.seen || service.seen->complete};
  figures.of(DemoTrend::KeepAlives) = trends.keptAlive.points();
  figures.of(DemoTrend::Waiters) = trends.waiters.points();
  figures.of(DemoTrend::Goroutines) = trends.total.points();
  return figures;
}

DemoScale DemoScale::of(const DemoFigures& left, const DemoFigures& right) {
  DemoScale scale;
  scale.from = beginOf(left) > 0 ? beginOf(left) : beginOf(right);
  scale.to = std::max({scale.from + kShortestWindow, endOf(left), endOf(right)});
  for (std::size_t i = 0; i < kDemoTrends; ++i) {
    scale.tops.at(i) = std::max(
        {kLowestTop, highest(left.trends.at(i), scale.from), highest(right.trends.at(i), scale.from)});
  }
  return scale;
}

}  // namespace leasescope::ui
