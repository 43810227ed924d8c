#include "core/diagnosis/wording.h"

#include <cmath>

#include "fmt/format.h"

namespace leasescope {

std::string roughly(absl::Duration duration) {
  const auto seconds = static_cast<std::int64_t>(std::llround(absl::ToDoubleSeconds(duration)));
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7'200) return fmt::format("{} m {} s", seconds / 60, seconds % 60);
  if (seconds < 172'800) return fmt::format("{} h {} m", seconds / 3'600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86'400, seconds / 3'600 % 24);
}

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string sessionText(LeaseId lease) { return "lease " + etcd::leaseHex(lease); }

std::string revokeCommand(LeaseId lease) { return "leasescopectl revoke " + etcd::leaseHex(lease); }

}  // namespace leasescope
