#pragma once

#include <optional>

#include "core/probe/goroutine_roles.h"
#include "ui/models/trend.h"

namespace leasescope::ui {

/// The numbers of one Go service as they came about.
class RoleTrends {
 public:
  /// nullopt: there was no answer.
  void add(const Moment& at, const std::optional<GoroutineRoles>& roles);

  Trend total, sessions, keptAlive, waiters, loops, watchers, rest;
};

}  // namespace leasescope::ui
