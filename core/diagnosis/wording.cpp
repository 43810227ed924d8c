#include "core/diagnosis/wording.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "fmt/format.h"

namespace leasescope {

std::string roughly(absl::Duration duration) {
  if (duration > absl::ZeroDuration() && duration < absl::Milliseconds(50)) {
    return fmt::format("{} ms", std::max<std::int64_t>(1, absl::ToInt64Milliseconds(duration)));
  }
  if (duration > absl::ZeroDuration() && duration < absl::Milliseconds(950)) {
    return fmt::format("{:.1f} s", absl::ToDoubleSeconds(duration));
  }
  const auto seconds = static_cast<std::int64_t>(std::llround(absl::ToDoubleSeconds(duration)));
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7'200) return fmt::format("{} m {} s", seconds / 60, seconds % 60);
  if (seconds < 172'800) return fmt::format("{} h {} m", seconds / 3'600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86'400, seconds / 3'600 % 24);
}

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string waitersWait(std::size_t waiters) {
  if (waiters == 0) return "Nobody waits";
  return waiters == 1 ? "1 waiter waits" : fmt::format("{} waiters wait", waiters);
}

std::string shellWord(std::string_view bytes) {
  constexpr std::string_view kPlain = "/_-.,:=@%+";
  const auto isPlain = [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || kPlain.find(c) != std::string_view::npos;
  };
  if (!bytes.empty() && std::ranges::all_of(bytes, isPlain)) return std::string(bytes);
  std::string word = "$'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      word += {'\\', c};
    } else if (absl::ascii_isprint(byte)) {
      word += c;
    } else {
      word += fmt::format("\\x{:02x}", byte);
    }
  }
  return word + "'";
}

std::string releaseCommand(std::string_view key) {
  const std::string_view endOfFlags = key.starts_with('-') ? "-- " : "";
  return fmt::format("leasescopectl release {}{}", endOfFlags, shellWord(key));
}

std::string revokeCommand(LeaseId lease) { return "leasescopectl revoke " + etcd::leaseHex(lease); }

std::string sessionText(LeaseId session, const HolderIdentity* who) {
  return etcd::leaseHex(session) + (saysWho(who) ? fmt::format(" ({})", identityText(who)) : "");
}

}  // namespace leasescope
