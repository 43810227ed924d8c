#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace leasescope {

/// What a child process is to be. The descriptors stay the caller's and must be above 2.
struct SpawnRequest {
  std::string program;                   ///< path, not searched in PATH
  std::vector<std::string> arguments;    ///< argv, the first one included
  std::vector<std::string> environment;  ///< NAME=VALUE, complete
  std::string workingDirectory;          ///< empty: this process's
  int standardInput = -1;
  int standardOutput = -1;
  int standardError = -1;
};

/// Forks and execs; returns once the exec has succeeded or failed. The child leads a process group of its
/// own, has default signal handling and no descriptors but the three.
///
/// The kernel kills the child when the *thread* that called this ends, not the process (prctl(2),
/// PR_SET_PDEATHSIG): the caller's thread must live as long as the child.
absl::StatusOr<pid_t> spawnBoundToThisThread(const SpawnRequest& request);

}  // namespace leasescope
