#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <vector>

#include "core/playground/loopback.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostPending = 1 << 20;
constexpr int kTickMs = 5;

std::uint16_t portOf(const std::string& endpoint) {
  return static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
}

UniqueFd listenOnLoopback(std::string& endpoint) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address = loopbackAddress(0);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), plain, size) != 0 || ::listen(fd.get(), 64) != 0 ||
      ::getsockname(fd.get(), plain, &size) != 0) {
    throw std::runtime_error("cannot listen on loopback");
  }
  endpoint = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  return fd;
}

void sendAtOnce(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

TcpProxy::TcpProxy(const std::string& target)
    : listener_(listenOnLoopback(endpoint_)), targetPort_(portOf(target)) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("cannot make a pipe");
  wakeRead_ = UniqueFd(ends[0]);
  wakeWrite_ = UniqueFd(ends[1]);
  thread_ = std::thread([this] { run(); });
}

TcpProxy::~TcpProxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  thread_.join();
}

void TcpProxy::leadTo(const std::string& target) {
  const std::lock_guard lock(mutex_);
  targetPort_ = portOf(target);
}

void TcpProxy::pass() {
  const std::lock_guard lock(mutex_);
  mode_ = Mode::Pass;
  delay_ = std::chrono::milliseconds(0);
  wake();
}

void TcpProxy::blackHole() {
  const std::lock_guard lock(mutex_);
  mode_ = Mode::BlackHole;
}

void TcpProxy::holdAnswers() {
  const std::lock_guard lock(mutex_);
  mode_ = Mode::HoldAnswers;
}

void TcpProxy::refuse() {
  const std::lock_guard lock(mutex_);
  mode_ = Mode::Refuse;
  connections_.clear();
}

void TcpProxy::cut() {
  const std::lock_guard lock(mutex_);
  connections_.clear();
}

void TcpProxy::halfClose() {
  const std::lock_guard lock(mutex_);
  for (Connection& one : connections_) {
    ::shutdown(one.client.get(), SHUT_WR);
    one.down.ended = true;
  }
}

void TcpProxy::delay(std::chrono::milliseconds by) {
  const std::lock_guard lock(mutex_);
  delay_ = by;
}

void TcpProxy::wake() { [[maybe_unused]] const ssize_t ignored = ::write(wakeWrite_.get(), "", 1); }

void TcpProxy::run() {
  while (true) {
    std::vector<pollfd> sources = {{listener_.get(), POLLIN, 0}, {wakeRead_.get(), POLLIN, 0}};
    int timeout = -1;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      for (const Connection& one : connections_) {
        // What is held, late or not yet taken is looked at again soon; otherwise the sockets wake us.
        if (mode_ != Mode::Pass || !one.up.pending.empty() || !one.down.pending.empty()) timeout = kTickMs;
        if (mode_ == Mode::Pass && !one.up.ended) sources.push_back({one.client.get(), POLLIN, 0});
        if (mode_ == Mode::Pass && !one.down.ended) sources.push_back({one.server.get(), POLLIN, 0});
      }
    }
    ::poll(sources.data(), sources.size(), timeout);
    std::array<char, 64> drained;
    while (::read(wakeRead_.get(), drained.data(), drained.size()) > 0) {
    }
    const std::lock_guard lock(mutex_);
    accept();
    const Clock::time_point now = Clock::now();
    for (Connection& one : connections_) move(one, now);
    connections_.remove_if([](const Connection& one) { return one.broken; });
  }
}

void TcpProxy::accept() {
  while (true) {
    UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client.valid()) return;
    if (mode_ == Mode::Refuse) continue;
    UniqueFd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopbackAddress(targetPort_);
    if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) continue;
    ::fcntl(server.get(), F_SETFL, O_NONBLOCK);
    sendAtOnce(client.get());
    sendAtOnce(server.get());
    connections_.emplace_back();
    connections_.back().client = std::move(client);
    connections_.back().server = std::move(server);
  }
}

void TcpProxy::move(Connection& connection, Clock::time_point now) {
  const bool up = flow(connection.client.get(), connection.server.get(), connection.up,
                       mode_ == Mode::BlackHole, now, true);
  const bool down = flow(connection.server.get(), connection.client.get(), connection.down,
                         mode_ != Mode::Pass, now, false);
  connection.broken = !up || !down || (connection.up.ended && connection.down.ended);
}

/// False when the connection is of no use any more.
bool TcpProxy::flow(int from, int to, Flow& flow, bool held, Clock::time_point now, bool count) {
  return held || (receive(from, to, flow, now, count) && send(to, flow, now));
}

bool TcpProxy::receive(int from, int to, Flow& flow, Clock::time_point now, bool count) {
  std::array<char, 64 * 1024> buffer;
  while (!flow.ended && flow.pending.size() < kMostPending) {
    const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) {
      flow.ended = true;
      if (flow.pending.empty()) ::shutdown(to, SHUT_WR);
      return true;
    }
    if (flow.pending.empty()) flow.due = now + delay_;
    flow.pending.append(buffer.data(), static_cast<std::size_t>(got));
    if (count) bytesFromClients_ += got;
  }
  return true;
}

bool TcpProxy::send(int to, Flow& flow, Clock::time_point now) {
  while (!flow.pending.empty() && now >= flow.due) {
    const ssize_t sent = ::send(to, flow.pending.data(), flow.pending.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    flow.pending.erase(0, static_cast<std::size_t>(sent));
    if (flow.pending.empty() && flow.ended) ::shutdown(to, SHUT_WR);
  }
  return true;
}

}  // namespace leasescope
