#include "ui/models/role_trends.h"

namespace leasescope::ui {

void RoleTrends::add(const Moment& at, const std::optional<GoroutineRoles>& roles) {
  const auto add = [&](Trend& trend, std::int64_t GoroutineRoles::*count) {
    trend.add(at, roles ? std::optional(static_cast<double>((*roles).*count)) : std::nullopt);
  };
  add(total, &GoroutineRoles::total);
  add(sessions, &GoroutineRoles::sessions);
  add(keptAlive, &GoroutineRoles::keepAliveClosers);
  add(waiters, &GoroutineRoles::lockWaiters);
  add(loops, &GoroutineRoles::keepAliveLoops);
  add(watchers, &GoroutineRoles::watchers);
  add(rest, &GoroutineRoles::rest);
}

}  // namespace leasescope::ui
