#pragma once

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/diagnosis/finding.h"
#include "core/diagnosis/observations.h"
#include "core/diagnosis/standing_cycles.h"
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
  std::vector<WaitCycle> cycles;  // the deadlocks; proven ones first
  /// What may be wrong, but nothing can be said of it, and why.
  struct Unjudged {
    std::size_t tooShort = 0;   // leases without keys, but not seen for long enough
    std::size_t unsampled = 0;  // leases without keys, but their TTLs were not asked for often enough
    std::size_t elsewhere =
        0;                    // leases without keys below the watched prefixes; elsewhere they may have some
    std::size_t locks = 0;    // that many wait for, but not seen for long enough
    std::size_t unmoved = 0;  // locks with a queue from before the first look, to which nobody came since
    std::size_t members = 0;  // that do not answer
    bool unlisted = false;    // leases without keys are not seen at all, as etcd does not list them

    std::size_t leases() const { return tooShort + unsampled + elsewhere; }
  };
  Unjudged unjudged;
  absl::Duration judgedAfter;  // from the first look on what was not seen for long enough could be
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
  /// While nothing is known but what members say of themselves: all else stays as it was at the last look.
  Verdict lookAtCluster(const Moment& now);
  /// Since the last look circles closed or opened, or stand for long enough now. Cheap.
  bool circlesChanged(const Moment& now);

 private:
  using Name = std::tuple<FindingKind, Subject>;
  struct Known {
    Finding finding;
    Moment lastTrue;
  };

  std::vector<Finding> judge(Verdict& verdict);
  void addIdentity(Finding& finding) const;
  std::vector<Finding> judgeCluster(const Moment& now) const;
  void know(std::vector<Finding> findings, const Moment& now);
  void tell(Verdict& verdict) const;
  void count(const ObservedLease& lease, Verdict& verdict) const;
  void count(const Lock& lock, Verdict& verdict) const;
  void countMembers(Verdict& verdict) const;
  bool isGone(const Finding& finding) const;

  Thresholds thresholds_;
  bool thresholdsChanged_ = false;  // since the last look
  Observations seen_;
  std::map<Name, Known> known_;
  Verdict last_;  // without the findings
  StandingCycles standing_;
  std::uint64_t cyclesNumber_ = 0;  // of the waits at the last look
};

}  // namespace leasescope
