#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/playground/etcd_binary.h"
#include "core/playground/playground_folder.h"
#include "core/playground/subprocess.h"

namespace leasescope {

struct PlaygroundOptions {
  std::string etcdBinary;  ///< empty: found by findEtcd()
  absl::Duration readyTimeout = absl::Seconds(15);
  std::vector<std::string> extraArguments;  ///< after our own, so they win; must not change the listen URLs
};

/// A private etcd server with one member, on free ports of 127.0.0.1, plain text, no authentication. Its data
/// is in a temporary folder and thrown away; it ends with this program, however that ends.
///
/// Its election timeout is 200 ms instead of 1 s: it is ready sooner, and the least TTL of a lease is 1 s
/// instead of 2 s (etcd: server/etcdserver/server.go, minTTL = ceil(1.5 x election timeout)).
///
/// Use it from one thread; running() and pid() may be called from any.
class Playground {
 public:
  /// Sweeps, then returns once the server has a leader and answers requests.
  static absl::StatusOr<std::unique_ptr<Playground>> start(PlaygroundOptions options = {});

  /// Removes what programs that crashed left in the temporary folder: see PlaygroundFolder::sweep().
  static int sweep();

  ~Playground();

  Playground(const Playground&) = delete;
  Playground& operator=(const Playground&) = delete;

  /// "127.0.0.1:PORT"
  std::string endpoint() const;
  const std::string& folder() const { return folder_.path(); }
  const std::string& version() const { return binary_.version; }
  pid_t pid() const { return process_->pid(); }
  bool running() const { return process_->running(); }

  /// The last lines that the server logged (errors only), for messages; empty after stop().
  std::string logTail() const;

  /// Ends the server and removes its folder. May be called again.
  void stop();

 private:
  Playground(PlaygroundFolder folder, EtcdBinary binary);

  absl::Status startOnFreePorts(const PlaygroundOptions& options);
  absl::Status tryToStart(const PlaygroundOptions& options);
  absl::Status waitUntilReady(absl::Duration timeout) const;
  std::vector<std::string> command(const std::vector<std::string>& extraArguments) const;
  bool serves() const;
  bool isOurServer() const;
  absl::Status endedEarly(int exitCode) const;
  void discardAttempt();

  PlaygroundFolder folder_;
  EtcdBinary binary_;
  std::string memberName_;
  std::uint16_t clientPort_ = 0;
  std::uint16_t peerPort_ = 0;
  std::unique_ptr<Subprocess> process_;
};

}  // namespace leasescope
