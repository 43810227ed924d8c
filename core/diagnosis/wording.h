#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/picture/holder_identity.h"
#include "core/picture/lock.h"

/// How findings are worded.
namespace leasescope {

/// "12 ms", "0.3 s", "12 s", "3 m 20 s", "2 h 5 m": as exact as a person needs it.
std::string roughly(absl::Duration duration);
/// "1 waiter", "3 waiters".
std::string counted(std::size_t number, std::string_view noun);
/// "1 waiter waits", "3 waiters wait", "Nobody waits".
std::string waitersWait(std::size_t waiters);
/// Exactly these bytes for a shell: as they are, or "$'…'". NUL, which no argument can have, ends it there.
std::string shellWord(std::string_view bytes);
/// "leasescopectl release /jobs/694d…"
std::string releaseCommand(std::string_view key);
/// "leasescopectl revoke 694d…"
std::string revokeCommand(LeaseId lease);
/// "694d…", and who has that session if he says so: "694d… (orders on web-1, pid 12)". `who` may be null.
std::string sessionText(LeaseId session, const HolderIdentity* who);

}  // namespace leasescope
