#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "core/picture/moment.h"

namespace leasescope {

/// How often something happened within the last second. Single-threaded.
class RateMeter {
 public:
  void count(SteadyTime now, std::int64_t times = 1) {
    if (!recent_.empty() && now - recent_.back().first < kSlot) {
      recent_.back().second += times;
    } else {
      recent_.emplace_back(now, times);
    }
    sum_ += times;
  }

  double perSecond(SteadyTime now) {
    while (!recent_.empty() && now - recent_.front().first > kWindow) {
      sum_ -= recent_.front().second;
      recent_.pop_front();
    }
    return static_cast<double>(sum_);
  }

 private:
  static constexpr std::chrono::milliseconds kSlot{50};
  static constexpr std::chrono::milliseconds kWindow{1000};
  std::deque<std::pair<SteadyTime, std::int64_t>> recent_;
  std::int64_t sum_ = 0;
};

}  // namespace leasescope
