#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "absl/time/time.h"
#include "core/diagnosis/finding.h"

namespace leasescope {

/// From when on something counts as wrong. The defaults find nothing in a cluster that is healthy and busy.
struct Thresholds {
  /// A session without a key is leaked after so many of its TTLs…
  double leakedSessionTtls = 3;
  /// …in which it was renewed at least so often.
  std::int64_t leakedSessionRenewals = 2;

  /// Sessions without keys grow when they became so many more…
  std::int64_t growthSessions = 10;
  /// …over at least this time.
  absl::Duration growthTime = absl::Seconds(10);

  /// A lock is leaked when it is held so many times longer than nearly always (p99) before…
  double leakedLockHabits = 10;
  /// …which is known from at least so many holds…
  std::int64_t leakedLockHolds = 5;
  /// …and for so many TTLs of its lease.
  double leakedLockTtls = 3;

  /// A queue is stuck when nobody got the lock for so many TTLs of the lease in the way…
  double stuckQueueTtls = 3;
  /// …and so many wait that joined only after that. Those from before may stand by.
  std::int64_t stuckQueueWaiters = 5;

  /// etcd removes what has run out within a second or so.
  absl::Duration overdue = absl::Seconds(3);
  /// A renewal is missed when less than this part of the TTL is left. Clients renew at two thirds.
  double missedRenewalsLeft = 0.25;
  std::int64_t sharedLeaseLocks = 100;
  /// etcd removes about 1,000 leases a second (etcd: server/lease/lessor.go leaseRevokeRate).
  std::int64_t expiryStormLeases = 1'000;

  /// What was found stays for so long after the last time it was true.
  absl::Duration lingers = absl::Seconds(5);
};

/// One of them as people and scripts know it.
struct Threshold {
  std::string_view name;   // "leaked-session-ttls": the console's flag, the window's setting
  FindingKind kind;        // what is found by it
  std::string_view words;  // a sentence that the value ends, or goes on with the one before: "… at least"
  std::string_view unit;   // "TTLs"; of durations "s"
  double least;            // what makes sense; of durations in seconds
  double most;
  double step;  // likewise
  std::variant<double Thresholds::*, std::int64_t Thresholds::*, absl::Duration Thresholds::*> member;

  /// Of durations in seconds.
  double value(const Thresholds& of) const;
  /// Brought within the bounds.
  void set(Thresholds& of, double value) const;
};
/// All that can be set, those of one kind together.
std::span<const Threshold> allThresholds();

}  // namespace leasescope
