#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace leasescope {

/// Goroutines that stand at the same place.
struct GoroutineStack {
  std::int64_t count = 0;
  std::vector<std::uint32_t> functions;  ///< innermost first; places in GoroutineProfile::functions
  int longestWaitMinutes = 0;            ///< as debug=2 tells; else 0
};

/// What the goroutines of a Go program were doing at one moment.
struct GoroutineProfile {
  std::int64_t total = 0;              ///< of all stacks
  std::vector<std::string> functions;  ///< with their packages' paths, each once
  std::vector<GoroutineStack> stacks;  ///< each once
  bool complete = true;  ///< false: the text ends early, and there are more goroutines than these
};

/// Go ends its text at 64 MiB; whatever is longer than this, packed or unpacked, is not read.
inline constexpr std::size_t kLargestProfile = 128 << 20;

/// Reads what Go answers at /debug/pprof/goroutine: protobuf, or text as with ?debug=1 or ?debug=2 (also a
/// part of it that was copied from somewhere), each also gzipped. The form is told by the bytes.
/// InvalidArgument or ResourceExhausted in one line that says what to do. On any thread.
absl::StatusOr<GoroutineProfile> parseGoroutineProfile(std::string_view answer);

}  // namespace leasescope
