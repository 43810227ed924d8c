#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/picture/lock.h"

/// How findings are worded.
namespace leasescope {

/// "12 s", "3 m 20 s", "2 h 5 m": as exact as a person needs it.
std::string roughly(absl::Duration duration);
/// "1 waiter", "3 waiters".
std::string counted(std::size_t number, std::string_view noun);
/// "lease 694d…"
std::string sessionText(LeaseId lease);
/// "leasescopectl revoke 694d…"
std::string revokeCommand(LeaseId lease);

}  // namespace leasescope
