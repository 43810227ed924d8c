#pragma once

#include <stop_token>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/probe/goroutine_profile.h"
#include "core/probe/pprof_target.h"

namespace leasescope {

struct PprofLimits {
  absl::Duration connect = absl::Seconds(2);  // to each address that the host's name has
  absl::Duration answer =
      absl::Seconds(5);  // from there on, until all of it has come; two are asked for at most
};

/// Asks a Go service for its goroutines: as protobuf, and if that can't be read, as text. Answers of more
/// than kLargestProfile are not read to their end, redirections not followed; https trusts whom the system
/// trusts. Blocks, on any thread; looking up the host's name has no limit but the system's. Errors, in one
/// line: Unavailable, DeadlineExceeded, NotFound (there is no pprof), PermissionDenied, FailedPrecondition
/// (redirected) and those of parseGoroutineProfile. Cancelled soon after `stop` is requested: what is being
/// looked up or connected is waited for.
absl::StatusOr<GoroutineProfile> fetchGoroutineProfile(const PprofTarget& target,
                                                       const PprofLimits& limits = {},
                                                       const std::stop_token& stop = {});

}  // namespace leasescope
