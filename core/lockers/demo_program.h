#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/lockers/demo_task.h"

namespace leasescope {

struct DemoProgramOptions {
  std::string endpoint;
  std::string lock;
  DemoTask task;  // to begin with
  absl::Duration lockTimeout = absl::Seconds(5);
  absl::Duration work = absl::Milliseconds(20);
  absl::Duration sessionTtl = absl::Seconds(60);
};

/// One of the two programs of the demo, in a process of its own: serves requests, each on a thread of its
/// own with a session and a context of its own, until the process is told to stop. Without mistakes it is the
/// fixed one.
///
/// Standard input: lines of demo_task.h, each for the requests that come in from then on; other lines are
/// passed over. SIGUSR1: no more requests; what was leaked lives on. SIGTERM: ends at once, without cleaning
/// up, as a service does. Four times a second it prints a line of JSON to standard output:
/// {"requests","served","gave_up","under_way","new_leases":[hex…]}
absl::Status runDemoProgram(const DemoProgramOptions& options);

}  // namespace leasescope
