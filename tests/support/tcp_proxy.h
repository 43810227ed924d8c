#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "core/playground/unique_fd.h"

namespace leasescope {

/// A port of loopback that leads to a server, and that a test can break in the ways in which networks break.
/// Thread-safe; what is set holds for the connections that are open, too.
class TcpProxy {
 public:
  /// `target` as "127.0.0.1:PORT".
  explicit TcpProxy(const std::string& target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  const std::string& endpoint() const { return endpoint_; }
  /// Where new connections lead from now on.
  void leadTo(const std::string& target);

  /// Everything goes through again.
  void pass();
  /// Connections are taken and stay open, but no byte moves: a firewall that swallows.
  void blackHole();
  /// What clients send goes through, what they are answered does not.
  void holdAnswers();
  /// Closes everything that is open and everything that comes.
  void refuse();
  /// Closes everything that is open.
  void cut();
  /// The server's side of every open connection is closed for writing; what clients send goes on.
  void halfClose();
  /// Each piece of data is that much later.
  void delay(std::chrono::milliseconds by);

  std::int64_t bytesFromClients() const { return bytesFromClients_; }

 private:
  using Clock = std::chrono::steady_clock;
  enum class Mode { Pass, BlackHole, HoldAnswers, Refuse };
  struct Flow {  // one direction of one connection
    std::string pending;
    Clock::time_point due;  // of what is pending
    bool ended = false;     // nothing more will be read
  };
  struct Connection {
    UniqueFd client;
    UniqueFd server;
    Flow up;    // client to server
    Flow down;  // server to client
    bool broken = false;
  };

  void run();
  void accept();
  void move(Connection& connection, Clock::time_point now);
  bool flow(int from, int to, Flow& flow, bool held, Clock::time_point now, bool count);
  bool receive(int from, int to, Flow& flow, Clock::time_point now, bool count);
  static bool send(int to, Flow& flow, Clock::time_point now);
  void wake();

  std::string endpoint_;  // set by whoever makes the listener
  UniqueFd listener_;
  UniqueFd wakeRead_;
  UniqueFd wakeWrite_;
  std::atomic<std::int64_t> bytesFromClients_ = 0;

  std::mutex mutex_;  // guards all below but the thread
  std::uint16_t targetPort_ = 0;
  Mode mode_ = Mode::Pass;
  std::chrono::milliseconds delay_{0};
  bool stopping_ = false;
  std::list<Connection> connections_;
  std::thread thread_;
};

}  // namespace leasescope
