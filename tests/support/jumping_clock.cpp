#include "tests/support/jumping_clock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <ctime>

namespace leasescope {
namespace {

std::atomic<time_t> ahead = 0;  // s
std::atomic<time_t> slept = 0;  // s

}  // namespace

JumpingClock::~JumpingClock() { ahead = slept = 0; }

void JumpingClock::jump(absl::Duration by) { ahead += absl::ToInt64Seconds(by); }

void JumpingClock::sleep(absl::Duration by) { slept += absl::ToInt64Seconds(by); }

}  // namespace leasescope

/// In the place of the C library's clock_gettime(), for all that is linked to this program.
extern "C" int movedClock(clockid_t clock, timespec* now) noexcept __asm__("clock_gettime");

int movedClock(clockid_t clock, timespec* now) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  if (clock == CLOCK_REALTIME) now->tv_sec += leasescope::ahead + leasescope::slept;
  if (clock == CLOCK_BOOTTIME) now->tv_sec += leasescope::slept;
  return result;
}
