#pragma once

#include "absl/time/time.h"

namespace leasescope {

/// Moves the wall clock of this process on, for as long as this object lives, while the steady clock goes on
/// as before: as after a machine has slept, or when somebody sets its clock. One at a time.
class JumpingClock {
 public:
  JumpingClock() = default;
  ~JumpingClock();
  JumpingClock(const JumpingClock&) = delete;
  JumpingClock& operator=(const JumpingClock&) = delete;

  void jump(absl::Duration by);
};

}  // namespace leasescope
