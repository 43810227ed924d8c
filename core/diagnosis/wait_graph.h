#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/diagnosis/confidence.h"
#include "core/picture/change_set.h"

namespace leasescope {

/// One session waits for a key of another (or of itself) to vanish. A waiter looks only at the key before its
/// own (etcd: client/v3/concurrency/key.go waitDeletes), so that is the one it waits for.
struct WaitEdge {
  LeaseId waiter = etcd::kNoLease;
  LeaseId holder = etcd::kNoLease;  // whose key it is; it may wait itself. kNoLease: the key has none
  std::string lock;                 // that the waiter wants
  std::string key;                  // that has to vanish
  Revision since = 0;               // create revision of the key that the waiter waits with
  Revision keySince = 0;            // of the key that has to vanish; 0: it is in no queue
  /// It waits to be elected, which may go on for ever: no deadlock is made of that.
  bool campaigns = false;

  bool mayDeadlock() const { return holder != etcd::kNoLease && !campaigns; }
  bool operator==(const WaitEdge&) const = default;
};

/// Sessions that wait for each other in a circle: each edge's holder is the next one's waiter, the last
/// one's holder is the first one's waiter. A session that waits for a key of its own is a circle of one.
///
/// Suspected is one in which some holders and next waiters are only sessions of the same thread, or a session
/// does several things at a time (it waits for several locks, or took one while it waited): whoever holds may
/// not be who waits then, as where a process has one session for all its threads.
struct WaitCycle {
  std::vector<WaitEdge> edges;
  Confidence confidence = Confidence::Proven;

  bool operator==(const WaitCycle&) const = default;
};

/// Two sessions of one thread, which close a circle together: with one it has what others wait for, with the
/// other it waits.
struct WaitJoint {
  LeaseId has = etcd::kNoLease;
  LeaseId waits = etcd::kNoLease;

  bool operator==(const WaitJoint&) const = default;
};
/// In the order of the circle; one of leases alone has none.
std::vector<WaitJoint> jointsOf(const WaitCycle& cycle);
/// Everyone in it, in the order of who waits for whom.
std::vector<LeaseId> sessionsIn(const WaitCycle& cycle);

/// Who waits for whom: sessions are nodes, waiting contenders are edges. A key without a lease belongs to no
/// session: an edge ends there. Kept in step with the changes of a picture; single-threaded.
///
/// A change costs what it changes: circles are looked for only from where an edge came in, by following who
/// waits for whom, and only those that closed or opened are named anew.
class WaitGraph {
 public:
  WaitGraph() = default;
  explicit WaitGraph(const std::vector<WaitEdge>& edges);

  /// Only its locks are looked at.
  void apply(const ChangeSet& changes);

  std::size_t edgeCount() const { return edgeCount_; }
  /// Sessions that wait or are waited for.
  std::size_t sessionCount() const { return nodes_.size(); }
  std::vector<LeaseId> sessions() const;
  /// It waits or is waited for.
  bool contains(LeaseId session) const { return nodes_.contains(session); }
  /// One circle for each group of sessions that wait for each other: the shortest through the group's
  /// smallest lease id, beginning there. Ordered by that id. As they are now: where sessions are shared, a
  /// circle may open again at once.
  const std::vector<WaitCycle>& cycles();
  /// Another number after each change of the circles.
  std::uint64_t cyclesNumber();
  /// What this session waits for, and who waits for it.
  std::vector<WaitEdge> waitsOf(LeaseId session) const;
  std::vector<WaitEdge> waitersFor(LeaseId session) const;
  /// Who waits for this lock, by place in its queue.
  std::vector<WaitEdge> waitsIn(const std::string& lock) const;
  /// All edges, by lock and place in its queue; locks in byte order.
  std::vector<WaitEdge> edges() const;

 private:
  struct Node {
    std::vector<const WaitEdge*> waits;       // edges that begin here
    absl::flat_hash_set<const WaitEdge*> in;  // edges that end here
  };
  using Edges = std::vector<std::unique_ptr<const WaitEdge>>;
  /// Of one lock.
  struct Waits {
    std::shared_ptr<const Lock> lock;  // as it was when they were taken from it; null: they came as edges
    Edges edges;  // by place in the lock's queue; null: whoever is there waits for nothing
  };
  /// Sessions that wait for each other, and the circle that stands for them.
  struct Group {
    std::vector<LeaseId> sessions;
    WaitCycle cycle;
  };

  void follow(const std::shared_ptr<const Lock>& lock);
  void drop(const std::string& lock);
  void splice(Edges& now, std::size_t begin, std::size_t end, Edges edges);
  bool doesOneThing(LeaseId session, const WaitEdge& hasBefore) const;
  void add(const WaitEdge& edge);
  void remove(const WaitEdge& edge);
  bool reaches(LeaseId from, LeaseId to) const;
  void nameCycles();
  void nameCycle(std::vector<LeaseId> group);
  Group takeGroup(LeaseId session);
  WaitCycle shortestThrough(LeaseId session, const absl::flat_hash_set<LeaseId>& group) const;

  absl::flat_hash_map<std::string, Waits> byLock_;  // with an edge at least
  absl::flat_hash_map<LeaseId, Node> nodes_;
  std::size_t edgeCount_ = 0;
  std::map<LeaseId, Group> groups_;                // by the smallest of their sessions
  absl::flat_hash_map<LeaseId, LeaseId> groupOf_;  // that smallest one, for every session of a group
  absl::flat_hash_set<LeaseId> touched_;           // from here circles are to be looked for anew
  std::vector<WaitCycle> cycles_;                  // of the groups, as of the last look
  std::uint64_t cyclesNumber_ = 0;                 // of those
};

}  // namespace leasescope
