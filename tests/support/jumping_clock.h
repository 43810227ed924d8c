#pragma once

#include "absl/time/time.h"

namespace leasescope {

/// Moves clocks of this process on, for as long as this object lives. One at a time.
class JumpingClock {
 public:
  JumpingClock() = default;
  ~JumpingClock();
  JumpingClock(const JumpingClock&) = delete;
  JumpingClock& operator=(const JumpingClock&) = delete;

  /// Only the wall clock, as when somebody sets it, or when a virtual machine goes on that was stopped.
  void jump(absl::Duration by);
  /// The machine sleeps: the monotonic clock alone stands still.
  void sleep(absl::Duration by);
};

}  // namespace leasescope
