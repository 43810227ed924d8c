#pragma once

#include <chrono>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace leasescope {

/// Looks again and again until `condition` holds; false when it did not within `patience`.
template <class Condition>
bool eventually(Condition condition, absl::Duration patience = absl::Seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(patience);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    absl::SleepFor(absl::Milliseconds(10));
  }
  return true;
}

}  // namespace leasescope
