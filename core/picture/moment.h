#pragma once

#include <chrono>
#include <ctime>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace leasescope {

/// Never set, and goes on while the machine sleeps, as TTLs and ages do (std::chrono::steady_clock stands
/// still).
struct SteadyClock {
  // NOLINTBEGIN(readability-identifier-naming): the standard calls the parts of a clock so
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SteadyClock>;
  static constexpr bool is_steady = true;
  // NOLINTEND(readability-identifier-naming)

  static time_point now() noexcept {
    timespec since{};
    clock_gettime(CLOCK_BOOTTIME, &since);
    return time_point(std::chrono::seconds(since.tv_sec) + std::chrono::nanoseconds(since.tv_nsec));
  }
};
using SteadyTime = SteadyClock::time_point;

/// One instant on both clocks: `steady` is for measuring, `wall` is for showing. Passed in wherever time
/// matters, so that the same input gives the same picture.
struct Moment {
  SteadyTime steady;
  absl::Time wall;

  static Moment now() { return {SteadyClock::now(), absl::Now()}; }
  bool operator==(const Moment&) const = default;
};

inline absl::Duration operator-(const Moment& later, const Moment& earlier) {
  return absl::FromChrono(later.steady - earlier.steady);
}

}  // namespace leasescope
