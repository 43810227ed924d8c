#include "core/etcd/server_version.h"

#include <charconv>

#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

struct KnownBug {
  ServerVersion from;  // the oldest release that has it
  ServerBug bug;
};

constexpr std::string_view kOldLeaderRevokes =
    "where a leader that was replaced without noticing can still end the leases of living clients";

constexpr KnownBug kKnownBugs[] = {
    // etcd: CHANGELOG/CHANGELOG-3.5.md, 3.5.3 (etcd#13766): a crash may lose what was applied.
    {{3, 5, 0}, {"which can corrupt data when it is killed", {3, 5, 3}, true, false}},
    // etcd: CHANGELOG-3.4.md, 3.4.31, and CHANGELOG-3.5.md, 3.5.13 (etcd#15247). 3.3 was never mended.
    {{0, 0, 0}, {kOldLeaderRevokes, {3, 4, 31}, false, true}},
    {{3, 5, 0}, {kOldLeaderRevokes, {3, 5, 13}, false, true}},
};

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

std::vector<ServerBug> bugsOf(std::string_view version) {
  const std::optional<ServerVersion> parsed = parseServerVersion(version);
  if (!parsed) return {};
  std::vector<ServerBug> bugs;
  for (const KnownBug& known : kKnownBugs) {
    if (*parsed >= known.from && *parsed < known.bug.fixed) bugs.push_back(known.bug);
  }
  return bugs;
}

std::string warningOf(const ServerBug& bug, std::string_view version) {
  return fmt::format("etcd {}, {}: update it to {}.{}.{} or newer", version, bug.mayHappen, bug.fixed.major,
                     bug.fixed.minor, bug.fixed.patch);
}

}  // namespace leasescope::etcd
