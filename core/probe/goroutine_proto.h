#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "core/probe/goroutine_profile.h"

namespace leasescope {

/// The protobuf form, unpacked (Go: runtime/pprof/proto.go; pprof: proto/profile.proto).
absl::StatusOr<GoroutineProfile> parseGoroutineProto(std::string_view message);

/// What is said of a profile of something else: "heap", "cpu", ...
absl::Status notOfGoroutines(std::string_view kind);

}  // namespace leasescope
