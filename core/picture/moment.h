#pragma once

#include <chrono>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace leasescope {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One instant on both clocks: `steady` is for measuring, `wall` is for showing. Passed in wherever time
/// matters, so that the same input gives the same picture.
struct Moment {
  SteadyTime steady;
  absl::Time wall;

  static Moment now() { return {std::chrono::steady_clock::now(), absl::Now()}; }
  bool operator==(const Moment&) const = default;
};

inline absl::Duration operator-(const Moment& later, const Moment& earlier) {
  return absl::FromChrono(later.steady - earlier.steady);
}

}  // namespace leasescope
