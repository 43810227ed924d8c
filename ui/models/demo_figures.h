#pragma once

#include <array>
#include <optional>

#include <QString>

#include "core/lockers/demo.h"
#include "ui/models/go_service.h"
#include "ui/models/role_trends.h"

namespace leasescope::ui {

/// What both sides of the demo can be compared by, and what only one kind of side has.
enum class DemoTrend {
  Leases,
  KeepAlives,  // threads of a program, goroutines of a service
  Keys,
  Waiters,
  Timers,
  Goroutines,
  Memory,  // MiB
};
inline constexpr std::size_t kDemoTrends = 7;

/// What is seen at one side of the demo, be it a program of ours or somebody's Go service. What can't be
/// known of it has no points and no number.
struct DemoFigures {
  QString subject;                              // the program's lock, the service's name
  std::array<TrendPoints, kDemoTrends> trends;  // x as Trend's
  std::optional<qint64> served;                 // requests
  bool fresh = true;                            // false: this is how it was
  bool complete = true;                         // false: there are at least so many

  TrendPoints& of(DemoTrend trend) { return trends.at(static_cast<std::size_t>(trend)); }
  const TrendPoints& of(DemoTrend trend) const { return trends.at(static_cast<std::size_t>(trend)); }
};

/// `start`: of the samples' clock.
DemoFigures figuresOf(const DemoSide& program, const Moment& start);
/// Of a service's goroutines; nothing else is known of it.
DemoFigures figuresOf(const GoService& service, const RoleTrends& trends, const Moment& now);

/// What both sides are drawn to, so that they can be compared: the time since the demo's start, or since the
/// service was seen first while the demo does not run.
struct DemoScale {
  double from = 0;  // seconds, as Trend's
  double to = 0;
  std::array<double, kDemoTrends> tops{};

  static DemoScale of(const DemoFigures& left, const DemoFigures& right);
  double top(DemoTrend trend) const { return tops.at(static_cast<std::size_t>(trend)); }
};

}  // namespace leasescope::ui
