#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leasescope::etcd {

/// What a server says it is. The one place that knows how etcd's versions differ.
struct ServerVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in the operators made of it
  auto operator<=>(const ServerVersion&) const = default;
};

/// Reads "3.5.2"; what may follow ("-rc.1", "+git") is not looked at. nullopt for anything else.
std::optional<ServerVersion> parseServerVersion(std::string_view text);

/// The oldest server that is understood: it brought LeaseLeases.
inline constexpr ServerVersion kOldestServer{3, 3, 0};

/// A bug of some servers that whoever relies on leases must know of.
struct ServerBug {
  std::string_view mayHappen;  // the rest of a sentence that begins with the server's version
  ServerVersion fixed;         // the oldest release to update to that does not have it
  bool losesData = false;
  bool needsSeveralMembers = false;  // a cluster of one is safe from it
};
/// The gravest first; none for most versions, and for what is no version.
std::vector<ServerBug> bugsOf(std::string_view version);
/// "etcd 3.5.1, which can …: update it to 3.5.3 or newer".
std::string warningOf(const ServerBug& bug, std::string_view version);

}  // namespace leasescope::etcd
