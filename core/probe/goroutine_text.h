#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "core/probe/goroutine_profile.h"

namespace leasescope {

/// Text as Go writes it with ?debug=1: "goroutine profile: total 43", then "6 @ 0x43a636 ..." and a line for
/// each function (Go: runtime/pprof/pprof.go printCountProfile). Fewer goroutines than the total: not
/// complete.
bool isCountedStacks(std::string_view text);
absl::StatusOr<GoroutineProfile> parseCountedStacks(std::string_view text);

/// Text as Go writes it with ?debug=2, or to standard error when it ends with SIGQUIT or a panic:
/// "goroutine 57 [select, 5 minutes]:" and its stack, each by itself (Go: runtime/traceback.go). What stands
/// around the stacks is passed over. Go cuts it at 64 MiB, wherever that is: such a text is not complete.
bool isStackDump(std::string_view text);
absl::StatusOr<GoroutineProfile> parseStackDump(std::string_view text);

}  // namespace leasescope
