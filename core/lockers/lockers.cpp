#include "core/lockers/lockers.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/etcd/lock_name.h"
#include "core/lockers/locker.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

// Each is two threads or more of this program.
constexpr int kMostAtOnce = 1000;

absl::Status check(const LockerSpec& spec) {
  if (absl::Status name = etcd::checkLockName(spec.lock); !name.ok()) return name;
  if (spec.count < 1 || spec.count > kMostAtOnce) {
    return absl::InvalidArgumentError(fmt::format("the count must lie between 1 and {}", kMostAtOnce));
  }
  if (spec.ttl < absl::Seconds(1) || spec.ttl > absl::Hours(24)) {
    return absl::InvalidArgumentError("the TTL must lie between 1 second and 24 hours");
  }
  if (spec.work < absl::ZeroDuration() || spec.lockTimeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("times must not be negative");
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view lockerStateName(LockerState state) {
  switch (state) {
    case LockerState::Acquiring:
      return "acquiring";
    case LockerState::Waiting:
      return "waiting";
    case LockerState::Holding:
      return "holding";
    case LockerState::Released:
      return "released";
    case LockerState::Leaked:
      return "leaked";
    case LockerState::Lost:
      return "lost";
  }
  return "";
}

class Lockers::Registry {
 public:
  explicit Registry(std::shared_ptr<etcd::Client> client)
      : client_(std::move(client)), keepAlive_(std::make_shared<etcd::KeepAlive>(client_)) {}

  void spawn(const LockerSpec& spec) {
    const std::lock_guard lock(mutex_);
    for (int i = 1; i <= spec.count; ++i) {
      if (spec.behaviour != Behaviour::Deadlock) {
        add(spec, spec.lock, {});
        continue;
      }
      const std::string one = i == 1 ? spec.lock : fmt::format("{}-{}", spec.lock, i);
      const std::string other = one + "-b";
      add(spec, one, other);
      add(spec, other, one);
    }
  }

  void stop(Leftovers leftovers, const std::function<bool(const Locker&)>& which) {
    std::vector<std::shared_ptr<Locker>> stopped;
    {
      const std::lock_guard lock(mutex_);
      std::ranges::copy_if(lockers_, std::back_inserter(stopped),
                           [&](const auto& one) { return which(*one); });
    }
    for (const auto& locker : stopped) locker->requestStop();
    for (const auto& locker : stopped) locker->finish(leftovers);
    const std::lock_guard lock(mutex_);
    std::erase_if(lockers_,
                  [&](const auto& one) { return std::ranges::find(stopped, one) != stopped.end(); });
  }

  std::vector<LockerThread> threads() const {
    const std::lock_guard lock(mutex_);
    std::vector<LockerThread> rows;
    for (const auto& locker : lockers_) locker->describe(rows);
    return rows;
  }

 private:
  void add(const LockerSpec& spec, std::string lock, std::string second) {
    lockers_.push_back(std::make_shared<Locker>(
        Locker::Plan{
            .number = ++last_, .spec = spec, .lock = std::move(lock), .secondLock = std::move(second)},
        client_, keepAlive_));
  }

  const std::shared_ptr<etcd::Client> client_;
  const std::shared_ptr<etcd::KeepAlive> keepAlive_;
  mutable std::mutex mutex_;  // guards the two below; never held while a locker is waited for
  std::vector<std::shared_ptr<Locker>> lockers_;
  std::int64_t last_ = 0;
};

Lockers::Lockers(std::shared_ptr<etcd::Client> client)
    : registry_(std::make_unique<Registry>(std::move(client))) {}

Lockers::~Lockers() { stopAll(Leftovers::CleanUp); }

absl::Status Lockers::spawn(const LockerSpec& spec) {
  if (absl::Status status = check(spec); !status.ok()) return status;
  registry_->spawn(spec);
  return absl::OkStatus();
}

void Lockers::stop(std::int64_t locker, Leftovers leftovers) {
  registry_->stop(leftovers, [locker](const Locker& one) { return one.number() == locker; });
}

void Lockers::stopAll(Leftovers leftovers) {
  registry_->stop(leftovers, [](const Locker&) { return true; });
}

std::vector<LockerThread> Lockers::threads() const { return registry_->threads(); }

}  // namespace leasescope
