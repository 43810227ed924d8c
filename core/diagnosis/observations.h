#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/diagnosis/count_series.h"
#include "core/diagnosis/hold_habit.h"
#include "core/diagnosis/wait_graph.h"
#include "core/monitor/cluster_view.h"
#include "core/picture/change_set.h"

namespace leasescope {

/// A lease, and since when it is what it is.
struct ObservedLease {
  std::shared_ptr<const Lease> lease;
  std::optional<Moment> keylessSince;  // no key was seen since then; nullopt: it has some
  std::int64_t renewalsBefore = 0;     // that were seen until then
  std::int64_t uses = 0;               // so often it was seen to take a lock or to queue up for one
};

/// A waiter whose key went without its doing.
struct LostWaiter {
  enum class Cause {
    RanOut,   // its lease had
    Removed,  // this program removed the key, or its lease
    Revoked,  // its lease was, by whomever, its own client for example; or it ran out unseen
  };
  std::string lock;
  Contender waiter;
  std::optional<Contender> before;  // whose key it waited for
  Cause cause = Cause::RanOut;
  Moment at;
};

/// Who waited behind the present holder of a lock, or behind a key that is in the way of all, over time.
struct ObservedQueue {
  Since inTheWay;           // since when whatever they wait for is in the way of all
  CountSeries waiters;      // whenever they changed
  std::int64_t gaveUp = 0;  // waiters that left before they got the lock
  /// Who they were and since when they had waited last; of very many only some.
  absl::flat_hash_map<LeaseId, Moment> sessionsThatGaveUp;
};

/// Leases that a member lists although the leader does not know them.
struct ObservedGhosts {
  std::set<LeaseId> leases;
  bool atLeast = false;  // the leader was not asked about all that differ
  CountSeries counts;    // since there are some
};

/// What the members say of themselves, at each survey.
struct ObservedMembers {
  CountSeries withLeader;   // members that know one
  CountSeries databaseMiB;  // the largest of their databases
};

/// What was seen of a cluster, as far as judging needs it. No clock and no I/O of its own: the same input
/// gives the same observations. Single-threaded.
class Observations {
 public:
  Observations();

  void apply(const ChangeSet& changes, const Moment& now);
  void surveyed(std::shared_ptr<const ClusterView> cluster, const Moment& now);
  /// Leases that the member in use lists although the leader does not know them. Those of the others come
  /// with the survey.
  void ghostsListed(std::string member, std::vector<LeaseId> leases, const Moment& now);
  /// So many there are; to be told at about equal distances in time.
  void counted(std::size_t keylessSessions, std::size_t contenders, const Moment& now);
  /// The cluster was not heard in between: whoever waited then had nothing to wait for.
  void outage(const Moment& from, const Moment& to);
  /// This program is about to remove these keys: who waits with one of them does not leave by itself.
  void removing(const std::vector<std::string>& keys, const Moment& now);

  /// The part of the time since then that was no outage.
  absl::Duration watchedSince(const Moment& since, const Moment& now) const;
  const absl::flat_hash_map<LeaseId, ObservedLease>& leases() const { return leases_; }
  const absl::flat_hash_map<std::string, std::shared_ptr<const Lock>>& locks() const { return locks_; }
  const ObservedLease* lease(LeaseId id) const;
  /// As rules about circles want it; not to be used longer than these observations.
  FindLease leaseFinder() const;
  const Lock* lock(const std::string& name) const;
  /// Also of locks that nobody wants at the moment. Null: nothing was seen.
  const HoldHabit* habit(const std::string& lock) const;
  /// Sets of keys whose names are hex numbers look like queues; somebody really locks here when a key has the
  /// lease that it is named after, or when the lock was held before.
  bool isUsedAsLock(const Lock& lock) const;
  /// Null: nobody was seen to wait.
  const ObservedQueue* queue(const std::string& lock) const;
  WaitGraph& waits() { return waits_; }
  /// Leases that are alive and have no key, over time.
  const CountHistory& keylessSessions() const { return keylessSessions_; }
  /// Keys in locks' queues, at the same moments.
  const CountHistory& contenders() const { return contenders_; }
  /// Null before the first survey.
  const ClusterView* cluster() const { return cluster_.get(); }
  const ObservedMembers& members() const { return members_; }
  const std::optional<Moment>& lastLeaderChange() const { return lastLeaderChange_; }
  /// By member; only of those that have some.
  const std::map<std::string, ObservedGhosts>& ghosts() const { return ghosts_; }
  /// Oldest first; the newest of them, of all locks, also of those that are gone.
  const std::deque<LostWaiter>& lostWaiters() const { return lostWaiters_; }

 private:
  struct Habit {
    HoldHabit holds;
    std::optional<Moment> heldSince;  // seen to begin
  };

  void happened(const Happening& happening);
  void endHold(const Happening& happening);
  void noteGaveUp(const Happening& happening);
  void noteLostWaiter(const Happening& happening);
  std::optional<LostWaiter::Cause> causeOf(const Happening& leftQueue);
  void upsert(const std::shared_ptr<const Lease>& lease, const Moment& now);
  void upsert(const std::shared_ptr<const Lock>& lock, bool listed, const Moment& now);
  void noteQueue(const Lock& lock, const Lock* before, bool listed, const Moment& now);
  void noteMembers(const Moment& now);
  void noteGhosts(const Moment& now);
  void keepOnly(const ChangeSet& complete);
  void forgetOldHabits();

  absl::flat_hash_map<LeaseId, ObservedLease> leases_;
  absl::flat_hash_map<std::string, std::shared_ptr<const Lock>> locks_;
  absl::flat_hash_map<std::string, Habit> habits_;
  std::size_t mostHabits_;                                  // then those of locks that are gone are forgotten
  absl::flat_hash_map<std::string, ObservedQueue> queues_;  // of locks that somebody waits for
  WaitGraph waits_;
  CountHistory keylessSessions_;
  CountHistory contenders_;
  std::deque<std::pair<Moment, Moment>> outages_;      // the newest, oldest first
  absl::flat_hash_map<std::string, Moment> removing_;  // keys, and since when
  std::deque<LostWaiter> lostWaiters_;
  std::shared_ptr<const ClusterView> cluster_;
  ObservedMembers members_;
  std::uint64_t leader_ = 0;
  std::optional<Moment> lastLeaderChange_;
  std::string memberInUse_;
  std::vector<LeaseId> ghostsInUse_;  // in its list
  std::map<std::string, ObservedGhosts> ghosts_;
};

}  // namespace leasescope
