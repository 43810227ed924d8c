#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace leasescope {

/// A process of this machine that has connections to a cluster.
struct LocalProcess {
  pid_t pid = 0;
  std::string command;  ///< at most 15 bytes, as the kernel knows it
  std::string
      commandLine;   ///< arguments with blanks between them; may hold what should not be shown everywhere
  std::string user;  ///< a number if the user has no name
  int threads = 0;
  std::int64_t residentKb = 0;  ///< KiB
  int connections = 0;          ///< of its own and inherited ones
};

struct LocalProcesses {
  std::vector<LocalProcess> processes;    ///< most connections first, then by pid
  int connectionsOfOthers = 0;            ///< of processes that only they themselves or root may look into
  std::vector<std::string> notLookedFor;  ///< endpoints that are names: none but "localhost" is looked up
};

/// Who on this machine (in its network namespace: containers have their own) has established TCP connections
/// to these endpoints, "host:port" each or with http:// or https:// before it. Of an endpoint that is this
/// machine itself, connections to all of its addresses count. This program is among them if it is connected.
/// Linux only. InvalidArgument for an endpoint that is none, Unavailable if the kernel tells nothing. On any
/// thread; reads the descriptors of every process that it may, which takes some milliseconds.
absl::StatusOr<LocalProcesses> findLocalProcesses(const std::vector<std::string>& endpoints);

}  // namespace leasescope
