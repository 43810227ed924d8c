#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace leasescope {

struct ProcessStats {
  int threads = 0;
  std::int64_t residentKb = 0;  ///< VmRSS, in KiB; 0 for a process without memory (a zombie)
};

/// From /proc/<pid>/status. NotFound if there is no such process (or it may not be seen). On any thread.
absl::StatusOr<ProcessStats> readProcessStats(pid_t pid);

/// How many threads of the process have a name (at most 15 bytes) that begins with `prefix`. Threads that
/// come and go during the call may or may not count. On any thread.
absl::StatusOr<int> countThreadsNamed(pid_t pid, std::string_view prefix);

}  // namespace leasescope
