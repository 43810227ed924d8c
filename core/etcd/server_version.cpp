#include "core/etcd/server_version.h"

#include <charconv>

#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

/// Takes a number without sign from the front of `text`.
bool takeNumber(std::string_view& text, int& number) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool takeDot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<ServerVersion> parseServerVersion(std::string_view text) {
  ServerVersion version;
  const bool read = takeNumber(text, version.major) && takeDot(text) && takeNumber(text, version.minor) &&
                    takeDot(text) && takeNumber(text, version.patch);
  const bool ends = text.empty() || text.front() == '-' || text.front() == '+';
  return read && ends ? std::optional(version) : std::nullopt;
}

std::optional<std::string> warningFor(std::string_view version) {
  const std::optional<ServerVersion> parsed = parseServerVersion(version);
  if (!parsed) return std::nullopt;
  // etcd: CHANGELOG/CHANGELOG-3.5.md, 3.5.3 (etcd#13766): a crash may lose what was applied.
  if (*parsed >= ServerVersion{3, 5, 0} && *parsed < ServerVersion{3, 5, 3}) {
    return fmt::format("runs etcd {}, which can corrupt data when it is killed: update it to 3.5.3 or newer",
                       version);
  }
  return std::nullopt;
}

}  // namespace leasescope::etcd
