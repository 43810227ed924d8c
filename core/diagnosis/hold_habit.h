#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace leasescope {

/// How long a lock is usually held: the newest holds whose beginning and end were both seen. A value.
class HoldHabit {
 public:
  void add(absl::Duration held);

  /// Of all holds that were seen, those that are forgotten included.
  std::int64_t count() const { return count_; }
  /// Half of the holds were shorter. Zero without any.
  absl::Duration median() const { return quantile(0.5); }
  /// Nearly all holds were shorter.
  absl::Duration p99() const { return quantile(0.99); }

 private:
  static constexpr std::size_t kKept = 64;
  absl::Duration quantile(double part) const;

  std::array<float, kKept> seconds_{};  // a ring; small, because there may be very many locks
  std::int64_t count_ = 0;
};

}  // namespace leasescope
