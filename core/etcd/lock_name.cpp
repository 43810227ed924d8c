#include "core/etcd/lock_name.h"

#include <algorithm>

#include "fmt/format.h"

namespace leasescope::etcd {

absl::Status checkLockName(std::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("a lock needs a name");
  const auto control = std::ranges::find_if(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (control == name.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("the lock name holds a control character (0x{:02x}) at byte {}",
                  static_cast<unsigned char>(*control), control - name.begin()));
}

}  // namespace leasescope::etcd
