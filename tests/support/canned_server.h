#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "core/playground/unique_fd.h"

namespace leasescope {

/// Speaks HTTP on a port of loopback, one connection after the other, with whatever answers a test wants.
class CannedServer {
 public:
  /// False when the other side has gone or the server ends.
  using Send = std::function<bool(std::string_view bytes)>;
  /// Called on the server's thread with what stands after GET. The connection is closed when it returns.
  using Answer = std::function<void(const std::string& path, const Send& send)>;

  explicit CannedServer(Answer answer);
  ~CannedServer();

  const std::string& endpoint() const { return endpoint_; }

 private:
  void serve(const std::stop_token& ended) const;
  void serveOne(int connection, const std::stop_token& ended) const;

  Answer answer_;
  UniqueFd socket_;
  std::string endpoint_;
  std::jthread thread_;  // last: it uses all of the above
};

/// A whole answer with its headers.
std::string httpAnswer(int status, std::string_view body, std::string_view headers = "");

}  // namespace leasescope
