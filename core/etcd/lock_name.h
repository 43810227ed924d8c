#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace leasescope::etcd {

/// Refuses names that would not make a lock one can see and name: empty, or with control characters.
/// Error: InvalidArgument with the reason.
absl::Status checkLockName(std::string_view name);

}  // namespace leasescope::etcd
