#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"
#include "app/flags/connection_flags.h"
#include "core/etcd/client.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library is called so
class App;
}

namespace leasescope {

/// What the commands share: connection, output, exit codes. Results go to standard output, everything else to
/// standard error.
class Console {
 public:
  explicit Console(ConnectionFlags& flags) : flags_(flags) {}

  /// Once; asks for a missing password on the terminal. Error: InvalidArgument for wrong flags.
  absl::StatusOr<etcd::ConnectionOptions> connection() const;
  absl::StatusOr<std::shared_ptr<etcd::Client>> client() const;
  const ConnectionFlags& flags() const { return flags_; }

  /// Prints "leasescopectl: WHAT: WHY" and returns the exit code that fits the error.
  int fail(std::string_view what, const absl::Status& why) const;
  int usage(std::string_view why) const;
  void warn(std::string_view what) const;
  /// These two on any thread. What can't be written ends nothing: outputLost() tells.
  void printJson(const nlohmann::json& json) const;  // one line
  void printText(std::string_view text) const;
  bool outputLost() const { return outputError_ != 0; }
  /// The exit code of the command that ran; kUnknown, and why, when its output was lost.
  int finish() const;

  int exitCode = kFine;  // of the command that ran

 private:
  mutable std::atomic<int> outputError_ = 0;  // errno of the first
  ConnectionFlags& flags_;
};

/// Whoever starts this program may have closed them; then they would be the next files that are opened.
void keepStandardStreams();
/// Blocks SIGINT and SIGTERM in this thread and in those that it starts. Before the first thread.
void blockStopSignals();
/// Waits for one of them. False when the time was over before.
bool waitForStopSignal(absl::Duration timeout);

// Each adds its subcommands; running one sets console.exitCode.
void addListCommands(CLI::App& app, Console& console);
void addWatchCommand(CLI::App& app, Console& console);
void addCheckCommand(CLI::App& app, Console& console);
void addServeCommand(CLI::App& app, Console& console);
void addActionCommands(CLI::App& app, Console& console);
void addLockersCommand(CLI::App& app, Console& console);
void addGraphCommand(CLI::App& app, Console& console);
void addDemoCommands(CLI::App& app, Console& console);

}  // namespace leasescope
