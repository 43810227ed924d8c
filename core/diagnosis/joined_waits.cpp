#include "core/diagnosis/joined_waits.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace leasescope {
namespace {

using Thread = std::tuple<std::string_view, std::int64_t, std::string_view>;  // host, pid, thread
/// For each session of a thread that has several, one that stands for all of them.
using Joined = absl::flat_hash_map<LeaseId, LeaseId>;

std::optional<Thread> threadOf(const Lease& lease) {
  const HolderIdentity* who = lease.identity.get();
  if (who == nullptr || who->host.empty() || !who->pid || who->thread.empty()) return std::nullopt;
  return Thread(who->host, *who->pid, who->thread);
}

Joined joinedByThread(const Observations& seen) {
  absl::flat_hash_map<Thread, std::vector<LeaseId>> sessions;
  for (const auto& [id, observed] : seen.leases()) {
    if (const auto thread = threadOf(*observed.lease)) sessions[*thread].push_back(id);
  }
  Joined joined;
  for (const auto& [thread, leases] : sessions) {
    if (leases.size() < 2) continue;
    const LeaseId first = *std::ranges::min_element(leases);
    for (const LeaseId lease : leases) joined[lease] = first;
  }
  return joined;
}

/// The queue as it would be if each of those threads had one session.
std::shared_ptr<const Lock> withJoined(const Lock& lock, const Joined& joined) {
  auto copy = std::make_shared<Lock>(lock);
  const auto join = [&joined](LeaseId& lease) {
    if (const auto found = joined.find(lease); found != joined.end()) lease = found->second;
  };
  for (Contender& contender : copy->queue) {
    join(contender.lease);
    join(contender.waitsOnLease);
  }
  return copy;
}

/// With the leases that are really meant.
WaitEdge undone(WaitEdge edge, const Observations& seen) {
  const std::vector<Contender>& queue = seen.lock(edge.lock)->queue;
  const auto waiter = std::ranges::find(queue, edge.key, &Contender::waitsOn);
  edge.waiter = waiter->lease;
  edge.holder = waiter->waitsOnLease;
  return edge;
}

bool isOfLeasesAlone(const WaitCycle& cycle) {
  LeaseId before = cycle.edges.back().holder;
  for (const WaitEdge& edge : cycle.edges) {
    if (edge.waiter != std::exchange(before, edge.holder)) return false;
  }
  return true;
}

}  // namespace

std::vector<WaitCycle> joinedCycles(const Observations& seen) {
  const Joined joined = joinedByThread(seen);
  if (joined.empty()) return {};
  ChangeSet queues;
  for (const auto& [name, lock] : seen.locks()) {
    if (lock->queue.size() > 1) queues.locks.push_back(withJoined(*lock, joined));
  }
  WaitGraph graph;
  graph.apply(queues);
  std::vector<WaitCycle> cycles;
  for (WaitCycle cycle : graph.cycles()) {
    for (WaitEdge& edge : cycle.edges) edge = undone(std::move(edge), seen);
    if (!isOfLeasesAlone(cycle)) cycles.push_back(std::move(cycle));
  }
  return cycles;
}

}  // namespace leasescope
