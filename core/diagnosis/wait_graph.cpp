#include "core/diagnosis/wait_graph.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

namespace leasescope {
namespace {

/// The groups of sessions that reach each other (Tarjan), without recursion: chains can be very long.
class Groups {
 public:
  using Successors = std::function<std::vector<LeaseId>(LeaseId)>;

  explicit Groups(Successors successors) : successors_(std::move(successors)) {}

  void visit(LeaseId root) {
    if (marks_.contains(root)) return;
    enter(root);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.next < step.successors.size()) {
        const LeaseId to = step.successors[step.next++];
        const auto known = marks_.find(to);
        if (known == marks_.end()) {
          enter(to);
        } else if (known->second.onStack) {
          lower(step.node, known->second.index);
        }
      } else {
        leave();
      }
    }
  }

  std::vector<std::vector<LeaseId>> take() { return std::move(groups_); }

 private:
  struct Mark {
    std::size_t index = 0;
    std::size_t low = 0;
    bool onStack = true;
  };
  struct Step {
    LeaseId node = etcd::kNoLease;
    std::vector<LeaseId> successors;
    std::size_t next = 0;
  };

  void enter(LeaseId node) {
    const std::size_t index = marks_.size();
    marks_[node] = {.index = index, .low = index};
    stack_.push_back(node);
    path_.push_back({.node = node, .successors = successors_(node)});
  }

  void lower(LeaseId node, std::size_t low) {
    Mark& mark = marks_[node];
    mark.low = std::min(mark.low, low);
  }

  void leave() {
    const LeaseId node = path_.back().node;
    path_.pop_back();
    const Mark mark = marks_[node];
    if (!path_.empty()) lower(path_.back().node, mark.low);
    if (mark.low != mark.index) return;
    std::vector<LeaseId> group;
    do {
      group.push_back(stack_.back());
      marks_[stack_.back()].onStack = false;
      stack_.pop_back();
    } while (group.back() != node);
    groups_.push_back(std::move(group));
  }

  const Successors successors_;
  absl::flat_hash_map<LeaseId, Mark> marks_;
  std::vector<LeaseId> stack_;
  std::vector<Step> path_;
  std::vector<std::vector<LeaseId>> groups_;
};

/// Null when whoever is at this place waits for nothing.
std::unique_ptr<const WaitEdge> edgeOf(const Lock& lock, std::size_t place) {
  const Contender& waiter = *lock.queue[place];
  if (!waiter.waits()) return nullptr;
  const Contender* waitedFor = lock.waitedForAt(place);
  return std::make_unique<const WaitEdge>(
      WaitEdge{.waiter = waiter.lease,
               .holder = waiter.waitsOnLease,
               .lock = lock.name,
               .key = waiter.waitsOn,
               .since = waiter.createRevision,
               .keySince = waitedFor != nullptr ? waitedFor->createRevision : 0,
               .campaigns = lock.kind == Lock::Kind::Election});
}

void append(std::vector<WaitEdge>& edges, const std::vector<std::unique_ptr<const WaitEdge>>& more) {
  for (const auto& edge : more) {
    if (edge) edges.push_back(*edge);
  }
}

}  // namespace

std::vector<WaitJoint> jointsOf(const WaitCycle& cycle) {
  std::vector<WaitJoint> joints;
  LeaseId before = cycle.edges.back().holder;
  for (const WaitEdge& edge : cycle.edges) {
    if (before != edge.waiter) joints.push_back({.has = before, .waits = edge.waiter});
    before = edge.holder;
  }
  return joints;
}

std::vector<LeaseId> sessionsIn(const WaitCycle& cycle) {
  std::vector<LeaseId> sessions;
  for (std::size_t i = 0; i < cycle.edges.size(); ++i) {
    const WaitEdge& edge = cycle.edges[i];
    sessions.push_back(edge.waiter);
    const LeaseId next = cycle.edges[(i + 1) % cycle.edges.size()].waiter;
    if (edge.holder != next) sessions.push_back(edge.holder);
  }
  return sessions;
}

WaitGraph::WaitGraph(const std::vector<WaitEdge>& edges) {
  absl::flat_hash_map<std::string, Edges> byLock;
  for (const WaitEdge& edge : edges) byLock[edge.lock].push_back(std::make_unique<const WaitEdge>(edge));
  for (auto& [lock, ofLock] : byLock) splice(byLock_[lock].edges, 0, 0, std::move(ofLock));
}

void WaitGraph::apply(const ChangeSet& changes) {
  if (changes.complete) {
    absl::flat_hash_set<std::string_view> there;
    for (const auto& lock : changes.locks) there.insert(lock->name);
    std::vector<std::string> gone;
    for (const auto& [name, edges] : byLock_) {
      if (!there.contains(name)) gone.push_back(name);
    }
    for (const std::string& name : gone) drop(name);
  }
  for (const std::string& name : changes.removedLocks) drop(name);
  for (const auto& lock : changes.locks) follow(lock);
}

void WaitGraph::drop(const std::string& lock) {
  const auto known = byLock_.find(lock);
  if (known == byLock_.end()) return;
  splice(known->second.edges, 0, known->second.edges.size(), {});
  byLock_.erase(known);
}

/// Most changes of a queue leave most of it as it was: only what lies between the common beginning and the
/// common end is taken out and put in. Whoever is the same object as before waits for the same as before.
void WaitGraph::follow(const std::shared_ptr<const Lock>& lock) {
  if (std::ranges::none_of(lock->queue, [](const auto& contender) { return contender->waits(); })) {
    drop(lock->name);
    return;
  }
  Waits& known = byLock_[lock->name];
  const Queue& now = lock->queue;
  std::size_t begin = 0;
  std::size_t tail = 0;
  if (known.lock && known.lock->kind == lock->kind) {
    const Queue& before = known.lock->queue;
    const std::size_t most = std::min(before.size(), now.size());
    while (begin < most && before[begin] == now[begin]) ++begin;
    while (tail < most - begin && before[before.size() - 1 - tail] == now[now.size() - 1 - tail]) ++tail;
  }
  Edges edges;
  for (std::size_t place = begin; place < now.size() - tail; ++place) edges.push_back(edgeOf(*lock, place));
  splice(known.edges, begin, known.edges.size() - tail, std::move(edges));
  known.lock = lock;
}

/// Those from `begin` to before `end` go, `edges` come in their place.
void WaitGraph::splice(Edges& now, std::size_t begin, std::size_t end, Edges edges) {
  const auto at = [&now](std::size_t place) { return now.begin() + static_cast<std::ptrdiff_t>(place); };
  for (auto edge = at(begin); edge != at(end); ++edge) {
    if (*edge) remove(**edge);
  }
  now.erase(at(begin), at(end));
  const auto count = static_cast<std::ptrdiff_t>(edges.size());
  const auto added =
      now.insert(at(begin), std::make_move_iterator(edges.begin()), std::make_move_iterator(edges.end()));
  for (auto edge = added; edge != added + count; ++edge) {
    if (*edge) add(**edge);
  }
}

void WaitGraph::add(const WaitEdge& edge) {
  ++edgeCount_;
  nodes_[edge.waiter].waits.push_back(&edge);
  if (edge.holder != etcd::kNoLease) nodes_[edge.holder].in.insert(&edge);
  if (touched_.contains(edge.waiter)) return;
  const bool closes = edge.mayDeadlock() && reaches(edge.holder, edge.waiter);
  if (closes || groupOf_.contains(edge.waiter)) touched_.insert(edge.waiter);
}

void WaitGraph::remove(const WaitEdge& edge) {
  --edgeCount_;
  std::erase(nodes_[edge.waiter].waits, &edge);
  if (edge.holder != etcd::kNoLease) nodes_[edge.holder].in.erase(&edge);
  for (const LeaseId session : {edge.waiter, edge.holder}) {
    const auto node = nodes_.find(session);
    if (node != nodes_.end() && node->second.waits.empty() && node->second.in.empty()) nodes_.erase(node);
  }
  const Group opened = takeGroup(edge.waiter);
  touched_.insert(opened.sessions.begin(), opened.sessions.end());
}

/// The group that this session was in, which is none any more; an empty one if there was none.
WaitGraph::Group WaitGraph::takeGroup(LeaseId session) {
  const auto first = groupOf_.find(session);
  if (first == groupOf_.end()) return {};
  Group group = std::move(groups_.extract(first->second).mapped());
  for (const LeaseId one : group.sessions) groupOf_.erase(one);
  return group;
}

bool WaitGraph::reaches(LeaseId from, LeaseId to) const {
  if (from == to) return true;
  if (nodes_.at(to).in.empty()) return false;  // nobody waits for it, as for most that begin to wait
  absl::flat_hash_set<LeaseId> seen = {from};
  std::vector<LeaseId> left = {from};
  while (!left.empty()) {
    const LeaseId at = left.back();
    left.pop_back();
    for (const WaitEdge* edge : nodes_.at(at).waits) {
      if (!edge->mayDeadlock()) continue;
      if (edge->holder == to) return true;
      if (seen.insert(edge->holder).second) left.push_back(edge->holder);
    }
  }
  return false;
}

const std::vector<WaitCycle>& WaitGraph::cycles() {
  if (!touched_.empty()) nameCycles();
  return cycles_;
}

std::uint64_t WaitGraph::cyclesNumber() {
  cycles();
  return cyclesNumber_;
}

/// Whatever closed or opened, a session that was touched belongs to it.
void WaitGraph::nameCycles() {
  Groups groups([this](LeaseId session) {
    std::vector<LeaseId> successors;
    for (const WaitEdge* edge : nodes_.at(session).waits) {
      if (edge->mayDeadlock()) successors.push_back(edge->holder);
    }
    return successors;
  });
  for (const LeaseId session : touched_) {
    if (nodes_.contains(session)) groups.visit(session);
  }
  touched_.clear();
  ++cyclesNumber_;
  for (std::vector<LeaseId>& group : groups.take()) nameCycle(std::move(group));
  cycles_.clear();
  for (const auto& [first, group] : groups_) cycles_.push_back(group.cycle);
}

void WaitGraph::nameCycle(std::vector<LeaseId> group) {
  for (const LeaseId session : group) takeGroup(session);  // it may have grown out of several
  const LeaseId first = *std::ranges::min_element(group);
  const bool own = std::ranges::any_of(nodes_.at(first).waits, [first](const WaitEdge* edge) {
    return edge->holder == first && edge->mayDeadlock();
  });
  if (group.size() == 1 && !own) return;
  for (const LeaseId session : group) groupOf_[session] = first;
  WaitCycle cycle = shortestThrough(first, {group.begin(), group.end()});
  groups_[first] = {.sessions = std::move(group), .cycle = std::move(cycle)};
}

WaitCycle WaitGraph::shortestThrough(LeaseId session, const absl::flat_hash_set<LeaseId>& group) const {
  absl::flat_hash_map<LeaseId, const WaitEdge*> cameBy;
  std::deque<LeaseId> left = {session};
  while (!cameBy.contains(session)) {
    std::vector<const WaitEdge*> waits = nodes_.at(left.front()).waits;
    left.pop_front();
    // The same circle whatever came first.
    std::ranges::sort(waits, {}, [](const WaitEdge* edge) { return std::tie(edge->lock, edge->key); });
    for (const WaitEdge* edge : waits) {
      if (edge->mayDeadlock() && group.contains(edge->holder) &&
          cameBy.try_emplace(edge->holder, edge).second) {
        left.push_back(edge->holder);
      }
    }
  }
  WaitCycle cycle;
  LeaseId at = session;
  do {
    cycle.edges.push_back(*cameBy.at(at));
    at = cycle.edges.back().waiter;
  } while (at != session);
  std::ranges::reverse(cycle.edges);
  const WaitEdge* before = &cycle.edges.back();
  for (const WaitEdge& edge : cycle.edges) {
    if (!doesOneThing(edge.waiter, *std::exchange(before, &edge))) cycle.confidence = Confidence::Suspected;
  }
  return cycle;
}

/// As far as the circle shows: it waits nowhere else, and has had the key that is waited for since before.
bool WaitGraph::doesOneThing(LeaseId session, const WaitEdge& hasBefore) const {
  const std::vector<const WaitEdge*>& waits = nodes_.at(session).waits;
  return waits.size() == 1 && hasBefore.keySince <= waits.front()->since;
}

std::vector<LeaseId> WaitGraph::sessions() const {
  std::vector<LeaseId> sessions;
  sessions.reserve(nodes_.size());
  for (const auto& [session, node] : nodes_) sessions.push_back(session);
  return sessions;
}

std::vector<WaitEdge> WaitGraph::waitsOf(LeaseId session) const {
  std::vector<WaitEdge> edges;
  if (const auto node = nodes_.find(session); node != nodes_.end()) {
    for (const WaitEdge* edge : node->second.waits) edges.push_back(*edge);
  }
  return edges;
}

std::vector<WaitEdge> WaitGraph::waitersFor(LeaseId session) const {
  std::vector<WaitEdge> edges;
  if (const auto node = nodes_.find(session); node != nodes_.end()) {
    for (const WaitEdge* edge : node->second.in) edges.push_back(*edge);
  }
  std::ranges::sort(edges, {}, [](const WaitEdge& edge) { return std::tie(edge.lock, edge.waiter); });
  return edges;
}

std::vector<WaitEdge> WaitGraph::waitsIn(const std::string& lock) const {
  std::vector<WaitEdge> edges;
  if (const auto known = byLock_.find(lock); known != byLock_.end()) {
    append(edges, known->second.edges);
  }
  return edges;
}

std::vector<WaitEdge> WaitGraph::edges() const {
  std::vector<const std::pair<const std::string, Waits>*> locks;
  for (const auto& lock : byLock_) locks.push_back(&lock);
  std::ranges::sort(locks, {}, [](const auto* lock) -> const std::string& { return lock->first; });
  std::vector<WaitEdge> edges;
  edges.reserve(edgeCount_);
  for (const auto* lock : locks) append(edges, lock->second.edges);
  return edges;
}

}  // namespace leasescope
