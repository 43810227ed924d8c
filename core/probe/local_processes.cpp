#include "core/probe/local_processes.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <system_error>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "core/etcd/connection_options.h"
#include "core/probe/process_stats.h"
#include "core/probe/tcp_table.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

namespace fs = std::filesystem;

using Service = std::pair<IpAddress, std::uint16_t>;
using Inodes = absl::flat_hash_set<std::uint64_t>;

std::string textOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Of a name in /proc or behind its "socket:[".
template <typename Number>
std::optional<Number> leadingNumber(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<IpAddress> addressOf(const ifaddrs& interface) {
  if (interface.ifa_addr == nullptr) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = interface.ifa_addr->sa_family;
  const void* address = nullptr;
  if (family == AF_INET) address = &reinterpret_cast<const sockaddr_in*>(interface.ifa_addr)->sin_addr;
  if (family == AF_INET6) address = &reinterpret_cast<const sockaddr_in6*>(interface.ifa_addr)->sin6_addr;
  if (address == nullptr || ::inet_ntop(family, address, text.data(), text.size()) == nullptr)
    return std::nullopt;
  return parseIpAddress(text.data());
}

std::set<IpAddress> addressesOfThisMachine() {
  std::set<IpAddress> addresses = {*parseIpAddress("127.0.0.1"), *parseIpAddress("::1")};
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return addresses;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, &::freeifaddrs);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (const auto address = addressOf(*one)) addresses.insert(*address);
  }
  return addresses;
}

/// What connections are looked for.
class Services {
 public:
  absl::Status add(const std::string& text) {
    const absl::StatusOr<etcd::Endpoint> endpoint = etcd::parseEndpoint(text, false);
    if (!endpoint.ok()) return endpoint.status();
    const std::string& address = endpoint->address;
    const auto colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    const auto numeric = parseIpAddress(host);
    if (!numeric) {
      names_.push_back(text);
      return absl::OkStatus();
    }
    const auto port = leadingNumber<std::uint16_t>(address.substr(colon + 1));
    services_.emplace(*numeric, port.value_or(0));
    if (!isLoopback(*numeric) && !own_.contains(*numeric)) return absl::OkStatus();
    for (const IpAddress& same : own_) services_.emplace(same, port.value_or(0));
    return absl::OkStatus();
  }

  const std::vector<std::string>& names() const { return names_; }

  /// Of the sockets that are connected to them now; nothing if the kernel does not say.
  std::optional<Inodes> connected() const {
    Inodes inodes;
    bool told = false;
    for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
      const std::string table = textOf(path);
      told = told || !table.empty();
      for (const TcpConnection& connection : establishedIn(table)) {
        if (services_.contains({connection.peer, connection.peerPort})) inodes.insert(connection.inode);
      }
    }
    return told ? std::optional(std::move(inodes)) : std::nullopt;
  }

 private:
  const std::set<IpAddress> own_ = addressesOfThisMachine();
  std::set<Service> services_;
  std::vector<std::string> names_;
};

std::optional<std::uint64_t> socketBehind(const fs::path& descriptor) {
  constexpr std::string_view kSocket = "socket:[";
  std::error_code error;
  const std::string target = fs::read_symlink(descriptor, error).string();
  if (error || !target.starts_with(kSocket)) return std::nullopt;
  return leadingNumber<std::uint64_t>(std::string_view(target).substr(kSocket.size()));
}

/// Those of `wanted` that the process has; none if it may not be looked into or has ended.
Inodes socketsOf(const fs::path& process, const Inodes& wanted) {
  Inodes found;
  std::error_code error;
  fs::directory_iterator descriptor(process / "fd", error);
  for (const fs::directory_iterator end; !error && descriptor != end; descriptor.increment(error)) {
    const auto inode = socketBehind(descriptor->path());
    if (inode && wanted.contains(*inode)) found.insert(*inode);
  }
  return found;
}

std::string userOf(const fs::path& process) {
  struct stat status {};
  if (::stat(process.c_str(), &status) != 0) return {};
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer;
  ::getpwuid_r(status.st_uid, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : std::to_string(status.st_uid);
}

std::string commandLineOf(const fs::path& process) {
  std::string line = textOf(process / "cmdline");
  while (line.ends_with('\0')) line.pop_back();
  std::ranges::replace(line, '\0', ' ');
  return line;
}

/// Nothing if it has ended meanwhile.
std::optional<LocalProcess> describe(pid_t pid, const fs::path& process, std::size_t connections) {
  const absl::StatusOr<ProcessStats> stats = readProcessStats(pid);
  if (!stats.ok()) return std::nullopt;
  std::string command = textOf(process / "comm");
  if (command.ends_with('\n')) command.pop_back();
  return LocalProcess{.pid = pid,
                      .command = std::move(command),
                      .commandLine = commandLineOf(process),
                      .user = userOf(process),
                      .threads = stats->threads,
                      .residentKb = stats->residentKb,
                      .connections = static_cast<int>(connections)};
}

/// Takes those that it finds the processes of out of `ownerless`.
std::vector<LocalProcess> processesWith(const Inodes& wanted, Inodes& ownerless) {
  std::vector<LocalProcess> processes;
  std::error_code error;
  fs::directory_iterator entry("/proc", error);
  for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
    const auto pid = leadingNumber<pid_t>(entry->path().filename().string());
    if (!pid) continue;
    const Inodes sockets = socketsOf(entry->path(), wanted);
    for (const std::uint64_t inode : sockets) ownerless.erase(inode);
    if (sockets.empty()) continue;
    if (auto process = describe(*pid, entry->path(), sockets.size()))
      processes.push_back(*std::move(process));
  }
  std::ranges::sort(processes, [](const LocalProcess& a, const LocalProcess& b) {
    return std::pair(-a.connections, a.pid) < std::pair(-b.connections, b.pid);
  });
  return processes;
}

}  // namespace

absl::StatusOr<LocalProcesses> findLocalProcesses(const std::vector<std::string>& endpoints) {
  Services services;
  for (const std::string& endpoint : endpoints) {
    if (const absl::Status added = services.add(endpoint); !added.ok()) return added;
  }
  const std::optional<Inodes> wanted = services.connected();
  if (!wanted)
    return absl::UnavailableError("/proc/net/tcp can't be read: connections of processes are not known");
  LocalProcesses result{.notLookedFor = services.names()};
  Inodes ownerless = *wanted;
  if (!wanted->empty()) result.processes = processesWith(*wanted, ownerless);
  if (ownerless.empty()) return result;
  // What has been closed meanwhile belongs to nobody.
  const Inodes now = services.connected().value_or(Inodes());
  result.connectionsOfOthers = static_cast<int>(
      std::ranges::count_if(ownerless, [&](std::uint64_t inode) { return now.contains(inode); }));
  return result;
}

}  // namespace leasescope
