#include "ui/bridge/update_inbox.h"

#include <utility>

namespace leasescope::ui {

bool UpdateInbox::put(MonitorUpdate update) {
  const std::lock_guard lock(mutex_);
  changes_.add(std::move(update.changes));
  rest_.health = std::move(update.health);
  rest_.load = update.load;
  rest_.cluster = std::move(update.cluster);
  if (update.notices) rest_.notices = std::move(update.notices);
  if (update.verdict) rest_.verdict = std::move(update.verdict);
  for (auto& [lease, history] : update.histories) rest_.histories[lease] = std::move(history);
  return !std::exchange(fresh_, true);
}

MonitorUpdate UpdateInbox::take() {
  const std::lock_guard lock(mutex_);
  MonitorUpdate out = rest_;
  out.changes = changes_.take();
  rest_.histories.clear();
  rest_.notices.reset();
  rest_.verdict.reset();
  fresh_ = false;
  return out;
}

MonitorUpdate UpdateInbox::peek() {
  const std::lock_guard lock(mutex_);
  fresh_ = false;
  MonitorUpdate out{.health = rest_.health, .load = rest_.load, .cluster = rest_.cluster};
  out.changes.revision = changes_.revision();
  return out;
}

bool UpdateInbox::fresh() const {
  const std::lock_guard lock(mutex_);
  return fresh_;
}

}  // namespace leasescope::ui
