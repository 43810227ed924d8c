#pragma once

#include <cstdint>

#include "core/probe/goroutine_profile.h"

namespace leasescope {

/// What a program's goroutines do with etcd, by the functions of etcd's Go client that they are in, whatever
/// its version and path of import. Each goroutine counts once: `total` is the sum of all others.
struct GoroutineRoles {
  std::int64_t total = 0;
  std::int64_t sessions = 0;          ///< concurrency.NewSession's own: one for each that was not closed
  std::int64_t keepAliveClosers = 0;  ///< one for each lease that is kept alive, so also one for each session
  std::int64_t lockWaiters = 0;     ///< in Mutex.Lock, or otherwise waiting for keys before theirs to vanish
  std::int64_t keepAliveLoops = 0;  ///< three for each client that keeps any lease alive
  std::int64_t watchers = 0;        ///< of each stream two, of each watch one; a waiter has a watch, too
  std::int64_t rest = 0;

  bool operator==(const GoroutineRoles&) const = default;
};

/// A profile that is not complete gives numbers that are "at least".
GoroutineRoles rolesOf(const GoroutineProfile& profile);

}  // namespace leasescope
