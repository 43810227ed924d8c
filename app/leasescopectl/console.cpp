#include "app/leasescopectl/console.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>

#include <nlohmann/json.hpp>

#include "app/flags/password_prompt.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

sigset_t stopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// Nobody can be told when this fails.
void say(const std::string& what) { std::fputs(fmt::format("leasescopectl: {}\n", what).c_str(), stderr); }

}  // namespace

absl::StatusOr<etcd::ConnectionOptions> Console::connection() const {
  return flags_.connection(askForPasswordOnTerminal);
}

absl::StatusOr<std::shared_ptr<etcd::Client>> Console::client() const {
  absl::StatusOr<etcd::ConnectionOptions> options = connection();
  if (!options.ok()) return options.status();
  return etcd::Client::create(*std::move(options));
}

int Console::fail(std::string_view what, const absl::Status& why) const {
  say(fmt::format("{}: {}", what, std::string(why.message())));
  if (absl::IsInvalidArgument(why)) return kUsage;
  return absl::IsNotFound(why) ? kNo : kUnknown;
}

int Console::usage(std::string_view why) const {
  say(fmt::format("usage: {}", why));
  return kUsage;
}

void Console::warn(std::string_view what) const { say(fmt::format("warning: {}", what)); }

void Console::printJson(const nlohmann::json& json) const { printText(json.dump() + "\n"); }

void Console::printText(std::string_view text) const {
  if (outputLost()) return;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) outputError_ = errno != 0 ? errno : EIO;
}

int Console::finish() const {
  if (!outputLost()) return exitCode;
  say(fmt::format("standard output: {}; what should be there is lost",
                  std::generic_category().message(outputError_)));
  return kUnknown;
}

void keepStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // For reading only, so that writing to it fails as it did before; it takes the number that is free.
    if (fcntl(stream, F_GETFD) < 0) (void)open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
}

void blockStopSignals() {
  const sigset_t signals = stopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool waitForStopSignal(absl::Duration timeout) {
  const sigset_t signals = stopSignals();
  const timespec limit = absl::ToTimespec(std::max(timeout, absl::ZeroDuration()));
  return sigtimedwait(&signals, nullptr, &limit) > 0;
}

}  // namespace leasescope
