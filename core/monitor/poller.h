#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "core/etcd/client.h"
#include "core/monitor/monitor.h"

namespace leasescope {

/// Asks for what etcd does not tell by itself: the list of leases (every second, more seldom when it is long)
/// and the members' states (every 5 s). On a thread of its own, so that a slow answer delays no event.
class Poller {
 public:
  struct Handlers {  // called on the poller's thread
    std::function<void(absl::StatusOr<std::vector<LeaseId>>, Moment asked)> onLeases;
    std::function<void(std::shared_ptr<const ClusterView>)> onCluster;
  };
  Poller(std::shared_ptr<etcd::Client> client, Handlers handlers);
  /// Waits for the call under way.
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Asks now instead of when it is due.
  void hurry();

 private:
  void run();
  std::chrono::steady_clock::duration pollLeases();

  const std::shared_ptr<etcd::Client> client_;
  const Handlers handlers_;
  std::mutex mutex_;  // guards the two below
  bool stopping_ = false;
  bool hurried_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

/// One round of questions to all members. Blocks.
ClusterView surveyCluster(etcd::Client& client);

}  // namespace leasescope
