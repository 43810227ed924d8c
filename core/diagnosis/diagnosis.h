#pragma once

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/diagnosis/finding.h"
#include "core/diagnosis/observations.h"
#include "core/diagnosis/thresholds.h"

namespace leasescope {

/// How many there are of what.
struct Census {
  std::size_t leases = 0;
  std::size_t leasesWithoutKeys = 0;
  std::array<std::size_t, kLeaseStates> leasesByState{};  // by LeaseState
  std::size_t locks = 0;
  std::size_t contenders = 0;
  absl::Duration longestHold;  // at least
  absl::Duration longestWait;  // likewise
};

/// What was found at one moment. A value.
struct Verdict {
  Moment at;
  std::vector<Finding> findings;  // most urgent first
  Census census;
  /// Deadlocks that only threads close (joinedCycles); the others follow from the waits at any moment.
  std::vector<WaitCycle> suspectedCycles;
  /// Leases that may be leaked, of which nothing can be said yet, and why.
  struct Unjudged {
    std::size_t tooShort = 0;   // without keys, but not seen for long enough
    std::size_t unsampled = 0;  // without keys, but their TTLs were not asked for often enough
    std::size_t elsewhere = 0;  // without keys below the watched prefixes; elsewhere they may have some

    std::size_t all() const { return tooShort + unsampled + elsewhere; }
  };
  Unjudged unjudged;
  absl::Duration judgedAfter;  // from the first look on those that were not seen for long enough could be
};

/// Says what is wrong with what was observed. What was found stays for a while after it was true last, so
/// that it does not flicker, but not longer than what it is about. Single-threaded.
class Diagnosis {
 public:
  explicit Diagnosis(Thresholds thresholds = {}) : thresholds_(thresholds) {}

  Observations& observations() { return seen_; }
  /// What was observed stays; the next look judges it so, and nothing that was found before lingers.
  void setThresholds(const Thresholds& thresholds);
  /// Judges all that was observed. Costs a look at every lease and lock. To be called at about equal
  /// distances in time, once a second or so.
  Verdict look(const Moment& now);
  /// Sessions wait in a circle now that did not at the last look, or the other way round. Cheap.
  bool circlesChanged() { return seen_.waits().cycles().size() != circles_; }

 private:
  using Name = std::tuple<FindingKind, Subject>;
  struct Known {
    Finding finding;
    Moment lastTrue;
  };

  std::vector<Finding> judge(Verdict& verdict);
  void addIdentity(Finding& finding) const;
  void count(const ObservedLease& lease, Verdict& verdict) const;
  static void count(const Lock& lock, Verdict& verdict);
  bool isGone(const Finding& finding) const;

  Thresholds thresholds_;
  bool thresholdsChanged_ = false;  // since the last look
  Observations seen_;
  std::map<Name, Known> known_;
  std::size_t circles_ = 0;  // at the last look
};

}  // namespace leasescope
