#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/picture/change_set.h"

namespace leasescope {

/// Decides which lease to ask for next, within a budget of calls a second: first what the user looks at,
/// then holders with waiters, then leases about to expire, then the rest in turn. Every tenth call goes to
/// whatever waits longest, so that nothing is forgotten. No I/O; single-threaded.
class TtlSchedule {
 public:
  /// `callsPerSecond` 0: nothing is ever asked.
  explicit TtlSchedule(int callsPerSecond) : callsPerSecond_(callsPerSecond) {}

  /// Follows the picture.
  void apply(const ChangeSet& changes, const Moment& now);
  void lookAt(const std::vector<LeaseId>& selected, const std::vector<LeaseId>& visible);

  /// The leases to ask for now; they count against the budget. At most `room` of them.
  std::vector<LeaseId> take(const Moment& now, std::size_t room);
  /// When take() may have something again; nullopt: nothing to ask.
  std::optional<SteadyTime> next(const Moment& now) const;

 private:
  enum Rank { Selected, Visible, Contended, Expiring, Rest, RankCount };
  struct Entry {
    Rank rank = Rest;
    SteadyTime due;         // its place in the queue of its rank
    SteadyTime lastAsked;   // epoch: never
    bool expiring = false;  // as of its last sample
    bool hasKeys = false;
    bool prompt = false;  // all its keys have just vanished: see whether the lease has, too
  };
  using Queue = std::set<std::pair<SteadyTime, LeaseId>>;

  static std::chrono::milliseconds interval(Rank rank);
  Rank rankOf(LeaseId id, const Entry& entry) const;
  void place(LeaseId id, Entry& entry);
  void update(const Lease& lease, const Moment& now);
  void update(const Lock& lock);
  void erase(LeaseId id);
  void uncontend(const std::string& lock);
  void rerank(LeaseId id);
  std::optional<LeaseId> pick(const Moment& now);
  std::optional<LeaseId> mostImportant(const Moment& now) const;
  std::optional<LeaseId> longestWaiting(const Moment& now) const;
  double mostSaved() const;
  double refillRate() const;
  void refill(const Moment& now);

  const int callsPerSecond_;
  double tokens_ = 0;
  std::optional<SteadyTime> filledAt_;
  std::size_t picks_ = 0;

  absl::flat_hash_map<LeaseId, Entry> leases_;
  std::array<Queue, RankCount> queues_;
  absl::flat_hash_set<LeaseId> selected_;
  absl::flat_hash_set<LeaseId> visible_;
  absl::flat_hash_map<std::string, LeaseId> contendedLocks_;  // lock -> the lease in the way
  absl::flat_hash_map<LeaseId, int> contended_;               // lease -> how many locks others wait for
};

}  // namespace leasescope
