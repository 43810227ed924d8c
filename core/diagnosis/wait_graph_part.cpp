#include "core/diagnosis/wait_graph_part.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <string_view>
#include <utility>

namespace leasescope {
namespace {

using Index = std::size_t;

/// The edges of one lock: a range of all edges.
struct Queue {
  Index begin = 0;
  Index end = 0;
  std::size_t taken = 0;

  std::size_t size() const { return end - begin; }
};

class Choice {
 public:
  Choice(const std::vector<WaitEdge>& edges, const DrawingLimits& limits)
      : edges_(edges), limits_(limits), queueOf_(edges.size()), state_(edges.size(), State::LeftOut) {
    for (Index i = 0; i < edges.size(); ++i) {
      if (i == 0 || edges[i].lock != edges[i - 1].lock) queues_.push_back({.begin = i, .end = i});
      queues_.back().end = i + 1;
      queueOf_[i] = queues_.size() - 1;
    }
  }

  void takeCycles(const std::vector<WaitCycle>& cycles) {
    if (cycles.empty()) return;
    // A session stands in a lock's queue once.
    absl::flat_hash_map<std::pair<LeaseId, std::string_view>, Index> places;
    for (Index i = 0; i < edges_.size(); ++i) places[{edges_[i].waiter, edges_[i].lock}] = i;
    for (const WaitCycle& cycle : cycles) {
      const State state =
          cycle.confidence == Confidence::Proven ? State::InProvenCycle : State::InSuspectedCycle;
      for (const WaitEdge& edge : cycle.edges) {
        const auto place = places.find({edge.waiter, edge.lock});
        if (place == places.end() || full()) continue;
        take(place->second, state);
      }
      std::ranges::move(jointsOf(cycle), std::back_inserter(joints_));
    }
  }

  void takeWhatHangsOn(const std::vector<WaitCycle>& cycles) {
    if (cycles.empty()) return;
    absl::flat_hash_map<LeaseId, std::vector<Index>> touching;
    for (Index i = 0; i < edges_.size(); ++i) {
      touching[edges_[i].waiter].push_back(i);
      touching[edges_[i].holder].push_back(i);
    }
    std::deque<LeaseId> left;
    absl::flat_hash_set<LeaseId> seen;
    const auto reach = [&](LeaseId session) {
      if (session != etcd::kNoLease && seen.insert(session).second) left.push_back(session);
    };
    for (Index i = 0; i < edges_.size(); ++i) {
      if (state_[i] > State::Taken) reach(edges_[i].waiter);
    }
    for (; !left.empty(); left.pop_front()) {
      for (const Index i : touching[left.front()]) {
        if (!tryToTake(i)) continue;
        reach(edges_[i].waiter);
        reach(edges_[i].holder);
      }
    }
  }

  void takeLongestQueues() {
    std::vector<const Queue*> order;
    for (const Queue& queue : queues_) order.push_back(&queue);
    std::ranges::stable_sort(order, std::ranges::greater(), &Queue::size);
    for (const Queue* queue : order) {
      if (full()) return;
      for (Index i = queue->begin; i < queue->end && tryToTake(i);) ++i;
    }
  }

  WaitGraphPart part() const {
    WaitGraphPart part;
    absl::flat_hash_set<LeaseId> all;
    absl::flat_hash_set<LeaseId> drawn;
    for (Index i = 0; i < edges_.size(); ++i) {
      all.insert({edges_[i].waiter, edges_[i].holder});
      if (state_[i] == State::LeftOut) continue;
      drawn.insert({edges_[i].waiter, edges_[i].holder});
      part.edges.push_back({.wait = edges_[i], .inCycle = inCycle(state_[i])});
    }
    for (auto* sessions : {&all, &drawn}) sessions->erase(etcd::kNoLease);
    part.edgesLeftOut = edges_.size() - part.edges.size();
    part.sessionsLeftOut = all.size() - drawn.size();
    for (const Queue& queue : queues_) addTail(part, queue);
    std::ranges::copy_if(joints_, std::back_inserter(part.joints), [&drawn](const WaitJoint& joint) {
      return drawn.contains(joint.has) && drawn.contains(joint.waits);
    });
    return part;
  }

 private:
  enum class State : char { LeftOut, Taken, InSuspectedCycle, InProvenCycle };

  static std::optional<Confidence> inCycle(State state) {
    if (state == State::InProvenCycle) return Confidence::Proven;
    if (state == State::InSuspectedCycle) return Confidence::Suspected;
    return std::nullopt;
  }

  bool full() const { return taken_ >= limits_.edges; }

  std::size_t mostOf(const Queue& queue) const {
    return queue.size() == limits_.edgesOfQueue + 1 ? queue.size() : limits_.edgesOfQueue;
  }

  void take(Index edge, State state) {
    if (state_[edge] != State::LeftOut) return;
    state_[edge] = state;
    ++taken_;
    ++queues_[queueOf_[edge]].taken;
  }

  /// True when it is drawn, from now on or already.
  bool tryToTake(Index edge) {
    if (state_[edge] != State::LeftOut) return true;
    if (full() || queues_[queueOf_[edge]].taken >= mostOf(queues_[queueOf_[edge]])) return false;
    take(edge, State::Taken);
    return true;
  }

  void addTail(WaitGraphPart& part, const Queue& queue) const {
    if (queue.taken == 0) return;
    Index last = queue.end - 1;
    while (state_[last] == State::LeftOut) --last;
    const std::size_t waiters = queue.end - 1 - last;
    if (waiters == 0) return;
    part.tails.push_back({.behind = edges_[last].waiter, .lock = edges_[last].lock, .waiters = waiters});
  }

  const std::vector<WaitEdge>& edges_;
  const DrawingLimits limits_;
  std::vector<Queue> queues_;
  std::vector<Index> queueOf_;
  std::vector<State> state_;
  std::vector<WaitJoint> joints_;
  std::size_t taken_ = 0;
};

}  // namespace

WaitGraphPart partWorthDrawing(const std::vector<WaitEdge>& edges, const std::vector<WaitCycle>& cycles,
                               const DrawingLimits& limits) {
  Choice choice(edges, limits);
  choice.takeCycles(cycles);
  choice.takeWhatHangsOn(cycles);
  choice.takeLongestQueues();
  return choice.part();
}

std::set<LeaseId> sessionsIn(const WaitGraphPart& part) {
  std::set<LeaseId> sessions;
  for (const WaitGraphPart::Edge& edge : part.edges) sessions.insert({edge.wait.waiter, edge.wait.holder});
  sessions.erase(etcd::kNoLease);
  return sessions;
}

SessionIdentities identitiesIn(const WaitGraphPart& part, const FindLease& find) {
  SessionIdentities identities;
  for (const LeaseId session : sessionsIn(part)) {
    const Lease* lease = find(session);
    if (saysWho(identityOf(lease))) identities[session] = lease->identity;
  }
  return identities;
}

}  // namespace leasescope
