#pragma once

#include <memory>
#include <mutex>

#include "core/monitor/monitor.h"

namespace leasescope {

/// The newest of what a monitor says: written on its thread, read on any.
class VerdictWatcher {
 public:
  void onUpdate(const MonitorUpdate& update) {
    const std::lock_guard lock(mutex_);
    health_ = update.health;
    if (update.verdict) verdict_ = update.verdict;
  }
  Health health() const {
    const std::lock_guard lock(mutex_);
    return health_;
  }
  /// Null before the first.
  std::shared_ptr<const Verdict> verdict() const {
    const std::lock_guard lock(mutex_);
    return verdict_;
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  Health health_;
  std::shared_ptr<const Verdict> verdict_;
};

}  // namespace leasescope
