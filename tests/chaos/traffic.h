#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/etcd/client.h"
#include "core/lockers/lockers.h"

namespace leasescope {

/// What a busy cluster's clients do: contend, hand over, let leases expire, revoke, write several keys at
/// once. All of it by one seed; what fails because the cluster is broken just now is left.
class Traffic {
 public:
  /// `direct` are the members, `proxied` the ways to them that break: test lockers take those.
  Traffic(const std::vector<std::string>& direct, const std::vector<std::string>& proxied,
          std::uint64_t seed);
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  /// Nothing is written any more once this returns, but leases go on expiring.
  void pause();
  void resume();

 private:
  void run();
  void act();
  void contend();
  void leave();
  void revoke();
  void writeSeveral();
  int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  std::string lockName();

  const std::shared_ptr<etcd::Client> client_;
  const std::shared_ptr<etcd::Client> proxied_;
  std::mt19937_64 random_;  // used by the thread only
  std::vector<etcd::LeaseId> leases_;
  std::vector<std::string> keys_;
  std::atomic<bool> paused_ = false;
  std::atomic<bool> idle_ = false;
  std::unique_ptr<Lockers> lockers_;
  std::jthread thread_;
};

}  // namespace leasescope
