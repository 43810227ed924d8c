#include "core/diagnosis/joined_waits.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace leasescope {
namespace {

using Thread = std::tuple<std::string_view, std::int64_t, std::string_view>;  // host, pid, thread
/// For each session of a thread that has several, one that stands for all of them.
using Joined = absl::flat_hash_map<LeaseId, LeaseId>;

std::optional<Thread> threadOf(const HolderIdentity* who) {
  if (who == nullptr || who->host.empty() || !who->pid || who->thread.empty()) return std::nullopt;
  return Thread(who->host, *who->pid, who->thread);
}

Joined joinedByThread(const WaitGraph& waits, const FindLease& find) {
  absl::flat_hash_map<Thread, std::vector<LeaseId>> sessions;
  for (const LeaseId session : waits.sessions()) {
    if (const auto thread = threadOf(identityOf(find(session)))) sessions[*thread].push_back(session);
  }
  const auto waitsForSomething = [&waits](LeaseId session) { return !waits.waitsOf(session).empty(); };
  Joined joined;
  for (const auto& [thread, leases] : sessions) {
    if (leases.size() < 2 || std::ranges::count_if(leases, waitsForSomething) > 1) continue;
    const LeaseId first = *std::ranges::min_element(leases);
    for (const LeaseId lease : leases) joined[lease] = first;
  }
  return joined;
}

/// What those sessions wait for, and what those wait for, and so on.
std::vector<WaitEdge> waitsAheadOf(const Joined& joined, const WaitGraph& waits) {
  std::vector<WaitEdge> ahead;
  std::vector<LeaseId> left;
  absl::flat_hash_set<LeaseId> seen;
  for (const auto& [session, first] : joined) {
    left.push_back(session);
    seen.insert(session);
  }
  while (!left.empty()) {
    std::vector<WaitEdge> edges = waits.waitsOf(left.back());
    left.pop_back();
    for (const WaitEdge& edge : edges) {
      if (seen.insert(edge.holder).second) left.push_back(edge.holder);
    }
    std::ranges::move(edges, std::back_inserter(ahead));
  }
  return ahead;
}

/// The waits as they would be if each of those threads had one session.
std::vector<WaitEdge> withJoined(std::vector<WaitEdge> edges, const Joined& joined) {
  const auto join = [&joined](LeaseId& lease) {
    if (const auto found = joined.find(lease); found != joined.end()) lease = found->second;
  };
  for (WaitEdge& edge : edges) {
    join(edge.waiter);
    join(edge.holder);
  }
  return edges;
}

/// Whoever takes a lock while one of its sessions waits is not one thread.
bool hadBeforeItWaited(const WaitCycle& cycle) {
  const WaitEdge* before = &cycle.edges.back();
  return std::ranges::all_of(cycle.edges, [&before](const WaitEdge& edge) {
    return std::exchange(before, &edge)->keySince <= edge.since;
  });
}

}  // namespace

std::vector<WaitCycle> joinedCycles(const WaitGraph& waits, const FindLease& find) {
  const Joined joined = joinedByThread(waits, find);
  if (joined.empty()) return {};
  const std::vector<WaitEdge> edges = waitsAheadOf(joined, waits);
  const std::vector<WaitEdge> ofThreads = withJoined(edges, joined);
  WaitGraph graph(ofThreads);
  std::vector<WaitCycle> cycles;
  for (const WaitCycle& cycle : graph.cycles()) {
    WaitCycle meant{.edges = {}, .confidence = Confidence::Suspected};
    for (const WaitEdge& edge : cycle.edges) {
      meant.edges.push_back(edges[std::ranges::find(ofThreads, edge) - ofThreads.begin()]);
    }
    if (!jointsOf(meant).empty() && hadBeforeItWaited(meant)) cycles.push_back(std::move(meant));
  }
  return cycles;
}

}  // namespace leasescope
