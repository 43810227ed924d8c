#include "ui/models/trend.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leasescope::ui {
namespace {

constexpr double kMinute = 60;  // seconds

bool known(const QPointF& point) { return !std::isnan(point.y()); }

}  // namespace

double highest(const TrendPoints& points, double from) {
  double highest = 0;
  for (const QPointF& point : points) {
    if (point.x() >= from && known(point)) highest = std::max(highest, point.y());
  }
  return highest;
}

std::optional<double> newest(const TrendPoints& points) {
  const auto last = std::find_if(points.rbegin(), points.rend(), known);
  return last == points.rend() ? std::nullopt : std::optional(last->y());
}

std::optional<LastMinute> lastMinute(const TrendPoints& points) {
  const auto now = std::find_if(points.rbegin(), points.rend(), known);
  if (now == points.rend()) return std::nullopt;
  const auto aMinuteAgo = std::find_if(now, points.rend(), [&](const QPointF& point) {
    return known(point) && point.x() <= now->x() - kMinute;
  });
  const QPointF before = aMinuteAgo != points.rend() ? *aMinuteAgo : *std::ranges::find_if(points, known);
  if (before.x() == now->x()) return std::nullopt;
  return LastMinute{before.y(), now->y(), absl::Seconds(now->x() - before.x())};
}

double Trend::seconds(const Moment& moment) {
  return std::chrono::duration<double>(moment.steady.time_since_epoch()).count();
}

void Trend::add(const Moment& at, std::optional<double> value) {
  if (!value && (points_.isEmpty() || std::isnan(points_.last().y()))) return;  // one is enough for a gap
  points_.append({seconds(at), value.value_or(std::numeric_limits<double>::quiet_NaN())});
  if (points_.size() > kMostPoints) points_.removeFirst();
}

std::optional<double> Trend::growth() const {
  const auto first = std::ranges::find_if(points_, known);
  const auto last = std::find_if(points_.rbegin(), points_.rend(), known);
  if (first == points_.end() || first->x() == last->x()) return std::nullopt;
  return last->y() - first->y();
}

}  // namespace leasescope::ui
