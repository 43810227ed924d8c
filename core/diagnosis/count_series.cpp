#include "core/diagnosis/count_series.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace leasescope {
namespace {

constexpr double kTwoSided95 = 1.96;  // of the normal distribution

double medianOf(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Half of the points lie above the line, half below.
double startOf(const std::vector<SlopePoint>& points, double perSecond) {
  std::vector<double> starts;
  starts.reserve(points.size());
  for (const SlopePoint& point : points) starts.push_back(point.value - perSecond * point.seconds);
  return medianOf(std::move(starts));
}

}  // namespace

void CountSeries::add(const CountPoint& point) {
  if (++skipped_ < every_) return;
  skipped_ = 0;
  points_.push_back(point);
  if (points_.size() < kMostPoints) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points_.size(); i += 2) points_[kept++] = points_[i];
  points_.resize(kept);
  every_ *= 2;
}

std::optional<RobustSlope> robustSlope(const std::vector<SlopePoint>& points) {
  const std::size_t n = points.size();
  if (n < 4) return std::nullopt;
  std::vector<double> slopes;
  slopes.reserve(n * (n - 1) / 2);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const double passed = points[j].seconds - points[i].seconds;
      if (passed > 0) slopes.push_back((points[j].value - points[i].value) / passed);
    }
  }
  if (slopes.empty()) return std::nullopt;
  std::ranges::sort(slopes);
  const auto count = static_cast<double>(n);
  const double width = kTwoSided95 * std::sqrt(count * (count - 1) * (2 * count + 5) / 18);
  const auto all = static_cast<double>(slopes.size());
  const auto at = [&](double place) {
    return slopes[static_cast<std::size_t>(std::clamp(place, 0.0, all - 1))];
  };
  const double perSecond = at(all / 2);
  return RobustSlope{.start = startOf(points, perSecond),
                     .perSecond = perSecond,
                     .lower = at(std::floor((all - width) / 2)),
                     .upper = at(std::ceil((all + width) / 2))};
}

}  // namespace leasescope
