#include "core/probe/tcp_table.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace leasescope {
namespace {

constexpr IpAddress kIpv4InIpv6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kIpv4At = 12;
constexpr std::string_view kEstablished = "01";

std::string_view takeWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

template <typename Number>
std::optional<Number> numberIn(std::string_view text, int base) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Hex digits, 8 for each 32 bits of the address as this machine would print them if they were a number.
std::optional<IpAddress> addressIn(std::string_view hex) {
  constexpr std::size_t kDigits = 8;
  if (hex.size() != kDigits && hex.size() != 4 * kDigits) return std::nullopt;
  IpAddress address = kIpv4InIpv6;
  std::size_t at = hex.size() == kDigits ? kIpv4At : 0;
  for (; !hex.empty(); hex.remove_prefix(kDigits)) {
    const auto word = numberIn<std::uint32_t>(hex.substr(0, kDigits), 16);
    if (!word) return std::nullopt;
    std::memcpy(&address[at], &*word, sizeof *word);
    at += sizeof *word;
  }
  return address;
}

/// "329: 0100007F:A58B 0100007F:8780 01 00000000:00000000 02:00000A27 00000000 0 0 5362186 ...": number, our
/// and the other side's address and port, state, queues, timer, retransmissions, user, probes, inode.
std::optional<TcpConnection> connectionIn(std::string_view line) {
  takeWord(line);
  takeWord(line);
  const std::string_view peer = takeWord(line);
  if (takeWord(line) != kEstablished) return std::nullopt;
  for (int i = 0; i < 5; ++i) takeWord(line);
  const auto inode = numberIn<std::uint64_t>(takeWord(line), 10);
  const auto colon = peer.find(':');
  if (!inode || colon == std::string_view::npos) return std::nullopt;
  const auto address = addressIn(peer.substr(0, colon));
  const auto port = numberIn<std::uint16_t>(peer.substr(colon + 1), 16);
  if (!address || !port) return std::nullopt;
  return TcpConnection{.peer = *address, .peerPort = *port, .inode = *inode};
}

}  // namespace

std::optional<IpAddress> parseIpAddress(std::string_view text) {
  const std::string numeric(text.substr(0, text.find('%')));
  IpAddress address = kIpv4InIpv6;
  if (::inet_pton(AF_INET, numeric.c_str(), &address[kIpv4At]) == 1) return address;
  if (::inet_pton(AF_INET6, numeric.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

bool isLoopback(const IpAddress& address) {
  constexpr std::uint8_t kLoopbackNet = 127;
  if (std::equal(address.begin(), address.begin() + kIpv4At, kIpv4InIpv6.begin())) {
    return address[kIpv4At] == kLoopbackNet;
  }
  return address == IpAddress{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
}

std::vector<TcpConnection> establishedIn(std::string_view table) {
  std::vector<TcpConnection> connections;
  while (!table.empty()) {
    const std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(line.size() + 1, table.size()));
    if (const auto connection = connectionIn(line)) connections.push_back(*connection);
  }
  return connections;
}

}  // namespace leasescope
