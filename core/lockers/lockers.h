#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/etcd/client.h"
#include "core/lockers/behaviour.h"
#include "core/picture/moment.h"

namespace leasescope {

struct LockerSpec {
  Behaviour behaviour = Behaviour::WellBehaved;
  std::string lock;
  int count = 1;  // lockers; of Deadlock: pairs
  absl::Duration ttl = absl::Seconds(10);
  absl::Duration work = absl::Milliseconds(500);  // how long a lock is held by those who release it
  absl::Duration lockTimeout = absl::Seconds(5);
};

enum class LockerState {
  Acquiring,  // opening a session, asking for the lock
  Waiting,    // in the queue
  Holding,
  Released,  // unlocked and closed
  Leaked,    // has ended, its session has not
  Lost,      // the lease is gone, or nobody renews it any more
};

std::string_view lockerStateName(LockerState state);

/// One live thread, or a locker whose thread has ended.
struct LockerThread {
  enum class Role { Locker, KeepAlive };
  std::int64_t locker = 0;  // its keep-alive threads carry the same number
  Role role = Role::Locker;
  Behaviour behaviour = Behaviour::WellBehaved;
  std::string name;
  int osThread = 0;  // as the operating system numbers it; 0: has ended
  LockerState state = LockerState::Acquiring;
  std::string lock;
  etcd::LeaseId lease = etcd::kNoLease;
  Moment since;         // in this state
  std::string problem;  // the last error, or empty
};

/// What is left of a locker in etcd after it was stopped.
enum class Leftovers {
  CleanUp,  // sessions are closed: leases revoked, keys gone
  Leave,    // sessions are only orphaned: nobody renews, etcd removes them when their TTL is over
};

/// Test clients, each on a thread of its own, with a session that has one more. Thread-safe.
class Lockers {
 public:
  explicit Lockers(std::shared_ptr<etcd::Client> client);
  /// Stops all and cleans up.
  ~Lockers();
  Lockers(const Lockers&) = delete;
  Lockers& operator=(const Lockers&) = delete;

  /// Starts threads and returns. Error: InvalidArgument (lock name, count, TTL) with the reason.
  absl::Status spawn(const LockerSpec& spec);
  /// Blocks until the locker's threads have ended. Unknown numbers are ignored.
  void stop(std::int64_t locker, Leftovers leftovers);
  void stopAll(Leftovers leftovers);

  /// Every thread of every locker. Never waits for the network.
  std::vector<LockerThread> threads() const;

 private:
  class Registry;
  std::unique_ptr<Registry> registry_;
};

}  // namespace leasescope
