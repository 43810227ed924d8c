#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

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

/// What whoever relies on a server of this version must know, as the rest of a sentence that begins with the
/// server; nullopt for most versions, and for what is no version.
std::optional<std::string> warningFor(std::string_view version);

}  // namespace leasescope::etcd
