#include "tests/support/canned_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

#include "core/playground/loopback.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr int kPollMs = 20;

bool readable(int fd) {
  pollfd source{fd, POLLIN, 0};
  return ::poll(&source, 1, kPollMs) > 0;
}

}  // namespace

CannedServer::CannedServer(Answer answer)
    : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopbackAddress(0);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_.get(), plain, size) != 0 || ::listen(socket_.get(), 16) != 0 ||
      ::getsockname(socket_.get(), plain, &size) != 0) {
    throw std::runtime_error("cannot listen on loopback");
  }
  endpoint_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
  thread_ = std::jthread([this](const std::stop_token& ended) { serve(ended); });
}

CannedServer::~CannedServer() = default;

void CannedServer::serve(const std::stop_token& ended) const {
  while (!ended.stop_requested()) {
    if (!readable(socket_.get())) continue;
    const UniqueFd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.valid()) serveOne(connection.get(), ended);
  }
}

void CannedServer::serveOne(int connection, const std::stop_token& ended) const {
  std::string request;
  std::array<char, 4096> buffer;
  while (request.find("\r\n\r\n") == std::string::npos) {
    if (ended.stop_requested()) return;
    if (!readable(connection)) continue;
    const ssize_t got = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 0) return;
    request.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const auto path = request.find(' ') + 1;
  answer_(request.substr(path, request.find(' ', path) - path), [&](std::string_view bytes) {
    while (!bytes.empty() && !ended.stop_requested()) {
      const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return bytes.empty();
  });
}

std::string httpAnswer(int status, std::string_view body, std::string_view headers) {
  return fmt::format("HTTP/1.1 {} Canned\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n{}", status,
                     body.size(), headers, body);
}

}  // namespace leasescope
