#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace leasescope {

/// As IPv6 has it; one of IPv4 as ::ffff:a.b.c.d, whichever family a socket is of.
using IpAddress = std::array<std::uint8_t, 16>;

/// "10.0.0.7", "::1" or "fe80::1%eth0" (of which the part behind % is passed over).
std::optional<IpAddress> parseIpAddress(std::string_view text);

bool isLoopback(const IpAddress& address);

struct TcpConnection {
  IpAddress peer{};
  std::uint16_t peerPort = 0;
  std::uint64_t inode = 0;  ///< of this side's socket, by which /proc/<pid>/fd names it

  bool operator==(const TcpConnection&) const = default;
};

/// The established connections in a text like /proc/net/tcp or tcp6 (Linux: Documentation/networking/
/// proc_net_tcp.rst). Lines that are not understood are passed over. On any thread.
std::vector<TcpConnection> establishedIn(std::string_view table);

}  // namespace leasescope
