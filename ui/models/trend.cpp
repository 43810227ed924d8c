#include "ui/models/trend.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leasescope::ui {

double Trend::seconds(const Moment& moment) {
  return std::chrono::duration<double>(moment.steady.time_since_epoch()).count();
}

void Trend::add(const Moment& at, std::optional<double> value) {
  if (!value && (points_.isEmpty() || std::isnan(points_.last().y()))) return;  // one is enough for a gap
  points_.append({seconds(at), value.value_or(std::numeric_limits<double>::quiet_NaN())});
  if (points_.size() > kMostPoints) points_.removeFirst();
}

double Trend::highest(double from) const {
  double highest = 0;
  for (const QPointF& point : points_) {
    if (point.x() >= from && !std::isnan(point.y())) highest = std::max(highest, point.y());
  }
  return highest;
}

std::optional<double> Trend::growth() const {
  const auto known = [](const QPointF& point) { return !std::isnan(point.y()); };
  const auto first = std::ranges::find_if(points_, known);
  const auto last = std::find_if(points_.rbegin(), points_.rend(), known);
  if (first == points_.end() || first->x() == last->x()) return std::nullopt;
  return last->y() - first->y();
}

}  // namespace leasescope::ui
