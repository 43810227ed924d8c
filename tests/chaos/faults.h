#pragma once

#include <array>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "tests/support/etcd_cluster.h"
#include "tests/support/tcp_proxy.h"

namespace leasescope {

/// What is done to the cluster and to the ways that lead to it.
enum class Fault {
  KillMember,   // SIGKILL, started again later
  PauseMember,  // SIGSTOP, continued later
  PauseTwo,     // no quorum for a while
  PartMembers,  // nor here: clients reach all of them, they do not reach each other
  CutConnections,
  BlackHole,     // towards some members
  BlackHoleAll,  // while the cluster goes on
  DelayAnswers,
  HoldAnswers,
  HalfClose,
  RefuseConnections,
  MoveLeader,
  CompactAway,   // what the picture has not seen yet
  RestoreOlder,  // all members go back to an earlier state
  AuthOnAndOff,
};
inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::AuthOnAndOff) + 1;

std::string_view faultName(Fault fault);

/// Breaks and heals. Everything is whole again after heal(). Not thread-safe.
class Faults {
 public:
  Faults(EtcdCluster& cluster, std::vector<std::unique_ptr<TcpProxy>>& proxies, std::mt19937_64& random)
      : cluster_(cluster), proxies_(proxies), random_(random) {}

  void inflict(Fault fault);
  void heal();

 private:
  TcpProxy& anyProxy() { return *proxies_[static_cast<std::size_t>(anyMember())]; }
  int anyMember() { return std::uniform_int_distribution<int>(0, cluster_.size() - 1)(random_); }
  void forEachProxy(void (TcpProxy::*breakIt)());
  void setAuth(bool on);

  EtcdCluster& cluster_;
  std::vector<std::unique_ptr<TcpProxy>>& proxies_;
  std::mt19937_64& random_;
  bool authOn_ = false;
};

}  // namespace leasescope
