#include "core/diagnosis/hold_habit.h"

#include <algorithm>
#include <cmath>

namespace leasescope {

void HoldHabit::add(absl::Duration held) {
  seconds_.at(static_cast<std::size_t>(count_) % kKept) = static_cast<float>(absl::ToDoubleSeconds(held));
  ++count_;
}

absl::Duration HoldHabit::quantile(double part) const {
  const std::size_t kept = std::min(static_cast<std::size_t>(count_), kKept);
  if (kept == 0) return absl::ZeroDuration();
  std::array<float, kKept> sorted = seconds_;
  std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(kept));
  const auto place = static_cast<std::size_t>(std::ceil(part * static_cast<double>(kept))) - 1;
  return absl::Seconds(sorted.at(place));
}

}  // namespace leasescope
