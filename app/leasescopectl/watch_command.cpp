#include <atomic>
#include <mutex>

#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/first_list.h"
#include "app/leasescopectl/json_output.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

/// Follows the monitor's updates. Its functions run on the monitor's thread.
class Follower {
 public:
  Follower(const Console& console, bool json) : console_(console), json_(json) {}

  void onUpdate(const MonitorUpdate& update) {
    for (const Happening& happening : update.changes.happenings) show(happening);
    const Health& health = update.health;
    {
      const std::lock_guard lock(mutex_);
      health_ = health;
    }
    if (health.state == lastState_ && health.reason == lastReason_) return;
    if (health.state == Health::State::Live && wasLive_.exchange(true)) console_.warn("live again");
    lastState_ = health.state;
    lastReason_ = health.reason;
    if (!health.reason.empty()) {
      const std::lock_guard lock(mutex_);
      problem_ = absl::UnavailableError(health.reason);
      if (wasLive_ && !stopping_ && health.state != Health::State::Live)
        console_.warn("not live: " + health.reason);
    }
    if (health.state == Health::State::Denied) denied_ = true;
  }

  /// From now on it is no news that nothing is heard.
  void stop() { stopping_ = true; }
  Health health() const {
    const std::lock_guard lock(mutex_);
    return health_;
  }
  bool wasLive() const { return wasLive_; }
  bool denied() const { return denied_; }
  absl::Status problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
  }

 private:
  void show(const Happening& happening) const {
    if (json_) {
      console_.printJson(toJson(happening));
      return;
    }
    console_.printText(fmt::format("{}  {:>10}  {:<11}  {:<16}  {}{}\n", timeText(happening.at.wall),
                                   happening.revision, happeningName(happening.type),
                                   happening.lease == etcd::kNoLease ? "-" : etcd::leaseHex(happening.lease),
                                   printableKey(happening.lock),
                                   happening.missed ? "  (before that time, while nobody watched)" : ""));
  }

  const Console& console_;
  const bool json_;
  Health::State lastState_ = Health::State::Connecting;
  std::string lastReason_;
  std::atomic<bool> wasLive_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> denied_ = false;
  mutable std::mutex mutex_;  // guards the two below
  Health health_;
  absl::Status problem_ = absl::UnavailableError("no answer");
};

int runWatch(const Console& console, bool json) {
  const auto options = console.connection();
  if (!options.ok()) return console.fail("watch", options.status());
  const auto client = etcd::Client::create(*options);
  if (!client.ok()) return console.fail("watch", client.status());
  Follower follower(console, json);
  bool stopped = false;
  absl::Status problem;
  {
    const Monitor monitor(*client, console.flags().monitor(),
                          [&follower](const MonitorUpdate& update) { follower.onUpdate(update); });
    absl::Time giveUp = absl::Now() + options->commandTimeout;
    while (!stopped && !console.outputLost() && !follower.denied() &&
           (follower.wasLive() || absl::Now() < giveUp)) {
      stopped = waitForStopSignal(absl::Milliseconds(100));
      if (follower.wasLive() || absl::Now() < giveUp) continue;
      if (isListing(**client, follower.health())) giveUp = absl::Now() + options->commandTimeout;
    }
    follower.stop();
    problem = follower.problem();
    (*client)->shutdown();
  }
  if (stopped || console.outputLost()) return kFine;
  console.fail("watch", problem);
  return kUnknown;
}

}  // namespace

void addWatchCommand(CLI::App& app, Console& console) {
  CLI::App* watch = app.add_subcommand("watch", "what happens to locks, as it happens, until Ctrl+C");
  const auto json = std::make_shared<bool>(false);
  watch->add_flag("--json", *json, "one JSON object a line");
  watch->callback([&console, json] { console.exitCode = runWatch(console, *json); });
}

}  // namespace leasescope
