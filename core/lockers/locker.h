#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/etcd/mutex.h"
#include "core/etcd/session.h"
#include "core/lockers/lockers.h"

namespace leasescope {

/// One test client: a thread that follows a behaviour, and the sessions that it has opened and not closed.
class Locker {
 public:
  struct Plan {
    std::int64_t number = 0;
    LockerSpec spec;
    std::string lock;
    std::string secondLock;  // of Deadlock
  };
  Locker(Plan plan, std::shared_ptr<etcd::Client> client, std::shared_ptr<etcd::KeepAlive> keepAlive);
  /// Stops and cleans up.
  ~Locker();
  Locker(const Locker&) = delete;
  Locker& operator=(const Locker&) = delete;

  std::int64_t number() const { return plan_.number; }
  /// Returns at once.
  void requestStop() { thread_.request_stop(); }
  /// Blocks until the thread has ended and its sessions are closed or orphaned.
  void finish(Leftovers leftovers);
  /// Any thread.
  void describe(std::vector<LockerThread>& out) const;

 private:
  void run(const std::stop_token& stop);
  void endSessions(Leftovers leftovers);
  absl::Status cycle(const std::stop_token& stop);
  absl::Status holdForEver(const std::stop_token& stop);
  absl::Status crash(const std::stop_token& stop);
  absl::Status deadlock(const std::stop_token& stop);
  absl::Status leak(const std::stop_token& stop);

  absl::Status lockAndWork(etcd::Session& session, const std::stop_token& stop);
  absl::StatusOr<etcd::Session*> openSession();
  absl::Status acquire(etcd::Mutex& mutex, absl::Duration timeout, const std::stop_token& stop);
  absl::Status closeSession(etcd::Session* session);
  void enter(LockerState state, etcd::LeaseId lease);
  void report(const absl::Status& problem);

  const Plan plan_;
  const std::string name_;
  const std::shared_ptr<etcd::Client> client_;
  const std::shared_ptr<etcd::KeepAlive> keepAlive_;

  mutable std::mutex mutex_;  // guards all below but the thread; never held during a call
  LockerState state_ = LockerState::Acquiring;
  etcd::LeaseId lease_ = etcd::kNoLease;
  Moment since_ = Moment::now();
  std::string problem_;
  int osThread_ = 0;
  std::vector<std::unique_ptr<etcd::Session>> sessions_;

  std::jthread thread_;
};

}  // namespace leasescope
