#include "core/playground/loopback.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/playground/unique_fd.h"

namespace leasescope {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestAnswer = 64 * 1024;

absl::Status waitFor(int fd, short events, Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  pollfd source{fd, events, 0};
  const int ready = ::poll(&source, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
  if (ready > 0 || (ready < 0 && errno == EINTR)) return absl::OkStatus();
  if (ready == 0) return absl::DeadlineExceededError("no answer in time");
  return absl::UnavailableError("cannot wait for the server");
}

absl::Status connectTo(int fd, std::uint16_t port, Clock::time_point deadline) {
  const sockaddr_in address = loopbackAddress(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return absl::OkStatus();
  if (errno != EINPROGRESS) return absl::UnavailableError("cannot connect");
  absl::Status ready = waitFor(fd, POLLOUT, deadline);
  if (!ready.ok()) return ready;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? absl::OkStatus() : absl::UnavailableError("cannot connect");
}

absl::Status sendAll(int fd, std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    absl::Status ready = waitFor(fd, POLLOUT, deadline);
    if (!ready.ok()) return ready;
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return absl::UnavailableError("cannot send");
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> receiveAll(int fd, Clock::time_point deadline) {
  std::string answer;
  std::array<char, 4096> buffer;
  while (answer.size() < kLongestAnswer) {
    absl::Status ready = waitFor(fd, POLLIN, deadline);
    if (!ready.ok()) return ready;
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got == 0) return answer;
    if (got < 0 && errno != EAGAIN && errno != EINTR) return absl::UnavailableError("cannot receive");
    if (got > 0) answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return absl::ResourceExhaustedError("the answer is too long");
}

std::string requestFor(std::string_view path, std::string_view body) {
  const std::string target(path);
  const std::string end = " HTTP/1.0\r\nHost: 127.0.0.1\r\n";
  if (body.empty()) return absl::StrCat("GET ", target, end, "\r\n");
  return absl::StrCat("POST ", target, end, "Content-Type: application/json\r\nContent-Length: ", body.size(),
                      "\r\n\r\n", std::string(body));
}

}  // namespace

sockaddr_in loopbackAddress(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

absl::StatusOr<std::vector<std::uint16_t>> freeLoopbackPorts(int count) {
  std::vector<UniqueFd> held;  // all at once, or the kernel may name one port twice
  std::vector<std::uint16_t> ports;
  for (int i = 0; i < count; ++i) {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopbackAddress(0);
    socklen_t size = sizeof address;
    if (!fd.valid() || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      return absl::ErrnoToStatus(errno, "cannot find a free port on 127.0.0.1");
    }
    ports.push_back(ntohs(address.sin_port));
    held.push_back(std::move(fd));
  }
  return ports;
}

absl::StatusOr<std::string> httpOverLoopback(std::uint16_t port, std::string_view path, std::string_view body,
                                             absl::Duration timeout) {
  const Clock::time_point deadline = Clock::now() + absl::ToChronoMilliseconds(timeout);
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, "cannot make a socket");
  absl::Status done = connectTo(fd.get(), port, deadline);
  if (done.ok()) done = sendAll(fd.get(), requestFor(path, body), deadline);
  if (!done.ok()) return done;
  return receiveAll(fd.get(), deadline);
}

}  // namespace leasescope
