#include "core/monitor/poller.h"

#include <pthread.h>

#include <algorithm>

namespace leasescope {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLeasesEvery = std::chrono::seconds(1);
constexpr auto kClusterEvery = std::chrono::seconds(5);
// The list of leases may take this part of the server's time at most.
constexpr int kRestPerWork = 20;

}  // namespace

Poller::Poller(std::shared_ptr<etcd::Client> client, Handlers handlers)
    : client_(std::move(client)), handlers_(std::move(handlers)), thread_([this] { run(); }) {}

Poller::~Poller() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Poller::hurry() {
  {
    const std::lock_guard lock(mutex_);
    hurried_ = true;
  }
  wake_.notify_all();
}

void Poller::run() {
  pthread_setname_np(pthread_self(), "poller");
  Clock::time_point leasesDue;
  Clock::time_point clusterDue;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool all = std::exchange(hurried_, false);
    lock.unlock();
    if (all || Clock::now() >= leasesDue) leasesDue = Clock::now() + pollLeases();
    if (all || Clock::now() >= clusterDue) {
      handlers_.onCluster(std::make_shared<const ClusterView>(surveyCluster(*client_)));
      clusterDue = Clock::now() + kClusterEvery;
    }
    lock.lock();
    wake_.wait_until(lock, std::min(leasesDue, clusterDue), [this] { return stopping_ || hurried_; });
  }
}

/// Returns how long to rest until the next time.
Clock::duration Poller::pollLeases() {
  const Moment asked = Moment::now();
  handlers_.onLeases(client_->leases(), asked);
  return std::max<Clock::duration>(kLeasesEvery, (Clock::now() - asked.steady) * kRestPerWork);
}

}  // namespace leasescope
