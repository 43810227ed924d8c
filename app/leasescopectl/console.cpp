#include "app/leasescopectl/console.h"

#include <algorithm>
#include <csignal>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/flags/password_prompt.h"
#include "fmt/core.h"

namespace leasescope {
namespace {

sigset_t stopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

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
  fmt::print(stderr, "leasescopectl: {}: {}\n", what, std::string(why.message()));
  if (absl::IsInvalidArgument(why)) return kUsage;
  return absl::IsNotFound(why) ? kNo : kUnknown;
}

int Console::usage(std::string_view why) const {
  fmt::print(stderr, "leasescopectl: usage: {}\n", why);
  return kUsage;
}

void Console::warn(std::string_view what) const { fmt::print(stderr, "leasescopectl: warning: {}\n", what); }

void Console::printJson(const nlohmann::json& json) const {
  fmt::print("{}\n", json.dump());
  std::fflush(stdout);
}

void Console::printText(std::string_view text) const {
  fmt::print("{}", text);
  std::fflush(stdout);
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
