#include "core/diagnosis/count_series.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace leasescope {
namespace {

constexpr std::size_t kMostKept = CountSeries::kMostPoints - 1;
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
  if (added_ > 0) points_.pop_back();
  points_.push_back(point);
  added_ = (added_ + 1) % every_;
  if (added_ > 0 || points_.size() < kMostKept) return;
  static_assert(kMostKept % 2 == 1, "the first and the newest stay");
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points_.size(); i += 2) points_[kept++] = points_[i];
  points_.resize(kept);
  every_ *= 2;
}

void CountHistory::Recent::add(const CountPoint& point) {
  if (!points.empty() && point.at - points.back().at < apart) return;
  points.push_back(point);
  while (point.at - points.front().at > kept) points.pop_front();
}

void CountHistory::add(const CountPoint& point) {
  minutes_.add(point);
  hours_.add(point);
  all_.add(point);
  newest_ = point;
}

std::vector<CountPoint> CountHistory::last(absl::Duration length) const {
  const std::deque<CountPoint>& points = length <= minutes_.kept ? minutes_.points : hours_.points;
  if (points.empty()) return {};
  const auto begin = std::ranges::find_if(
      points, [&](const CountPoint& point) { return points.back().at - point.at <= length; });
  const auto count = static_cast<std::size_t>(points.end() - begin);
  const std::size_t step = count / kMostKept + 1;  // one more comes last
  std::vector<CountPoint> thinned;
  for (std::size_t i = (count - 1) % step; i < count; i += step)
    thinned.push_back(begin[static_cast<std::ptrdiff_t>(i)]);
  if (newest_->at.steady > thinned.back().at.steady) thinned.push_back(*newest_);
  return thinned;
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
