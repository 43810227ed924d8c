#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/playground/spawn.h"
#include "core/playground/unique_fd.h"

namespace leasescope {

struct SubprocessOptions {
  std::vector<std::string> command;      ///< program (searched in PATH) and its arguments
  std::vector<std::string> environment;  ///< NAME=VALUE, added to the inherited ones
  std::vector<std::string>
      withoutEnvironment;  ///< inherited variables whose names begin so are not passed on
  std::string outputFile;  ///< stdout and stderr are appended here; empty: discarded
  std::string errorFile;   ///< stderr is appended here instead

  /// Called for each line of stdout, without its end, on the Subprocess's own thread; all calls are over when
  /// wait() reports the end. A line of more than 1 MiB comes in pieces. It must not wait for, end or destroy
  /// the Subprocess. Excludes `outputFile`; stderr goes to `errorFile` or is discarded.
  std::function<void(std::string_view)> onLine;

  std::string workingDirectory;  ///< empty: this program's
  bool holdInput = false;  ///< stdin stays open until closeInput(), with what writeInput() sends to read
};

/// A child process that cannot outlive this program, not even when that is killed with SIGKILL.
///
/// Its stdin is empty unless held open, it has a process group of its own (Ctrl+C in a terminal does not
/// reach it) and no other descriptors. Members may be called on any thread; destruction must not overlap with
/// other calls.
class Subprocess {
 public:
  /// Returns when the program runs. Errors say what could not be run and why.
  static absl::StatusOr<std::unique_ptr<Subprocess>> start(SubprocessOptions options);

  /// Ends the process as terminate() does, with a grace of half a second.
  ~Subprocess();

  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  /// Another process may have this number once running() is false.
  pid_t pid() const { return pid_; }
  bool running() const;

  /// Waits for the end: the exit code, or 128 + the signal that ended it; nothing if it still runs after
  /// `timeout`.
  std::optional<int> wait(absl::Duration timeout) const;

  /// For a process that was started with `holdInput`, and not after closeInput(). Never waits. Error: it has
  /// ended or closed its input, or does not read what was written before.
  absl::Status writeInput(std::string_view text) const;

  /// The end of input for a process that was started with `holdInput`.
  void closeInput() { heldInput_.reset(); }

  /// SIGTERM to the process and its group, SIGKILL after `grace` (at once if that is zero). Returns when the
  /// process is gone and reaped.
  void terminate(absl::Duration grace);

 private:
  explicit Subprocess(std::function<void(std::string_view)> onLine) : onLine_(std::move(onLine)) {}

  struct Descriptors {
    UniqueFd input, output, error;
    UniqueFd lines;      ///< read end of the pipe for onLine
    UniqueFd heldInput;  ///< our end of a held stdin
  };
  static absl::StatusOr<Descriptors> openDescriptors(const SubprocessOptions& options);

  absl::Status launch(SpawnRequest request, Descriptors descriptors);
  void supervise(const SpawnRequest& request, Descriptors descriptors);
  void followUntilExit(const UniqueFd& lines);
  void reap();
  void signalGroup(int signal) const;

  const std::function<void(std::string_view)> onLine_;
  pid_t pid_ = -1;  // set before start() returns
  UniqueFd heldInput_;

  // Protects the members below. A signal is sent, and the child reaped, under it: the pid cannot be reused
  // between looking at exitCode_ and kill().
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<absl::StatusOr<pid_t>> spawned_;
  std::optional<int> exitCode_;
  bool ending_ = false;

  std::thread supervisor_;  // forks, and lives as long as the child: see spawnBoundToThisThread()
};

}  // namespace leasescope
