#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "core/diagnosis/confidence.h"
#include "core/diagnosis/count_series.h"
#include "core/picture/lock.h"

namespace leasescope {

/// What can be wrong. The order is that of the names.
enum class FindingKind {
  Cluster,            // etcd itself: an alarm, no leader, a version with a known lease bug
  Deadlock,           // sessions wait for each other in a circle
  ExpiryStorm,        // very many leases end within the same second
  FalseOwnerRisk,     // a waiter lost its place where clients do not check their own key
  GhostLease,         // listed by a member, unknown to the leader
  LeakedLock,         // held far beyond its habit, and still renewed
  LeakedSession,      // renewed again and again without a key
  LeaseMismatch,      // a lock key under another lease than its name says
  MissedRenewals,     // a holder is about to lose its lock
  OrphanedContender,  // a key without a lease in a lock's queue: it never ends by itself
  OverdueLease,       // the TTL is over, the keys are still there
  SessionGrowth,      // sessions become more and more while locks in use do not
  SharedLease,        // one lease carries many locks
  StuckQueue,         // waiters pile up behind one holder
};
inline constexpr std::size_t kFindingKinds = static_cast<std::size_t>(FindingKind::StuckQueue) + 1;

/// "cluster", "deadlock", …: what scripts call it.
std::string_view findingKindName(FindingKind kind);
std::optional<FindingKind> findingKindNamed(std::string_view name);

enum class FindingSeverity { Info, Warning, Critical };
std::string_view severityName(FindingSeverity severity);

/// What a finding is about: a lease, a lock or a key of it, a member, an alarm that etcd raises, or a version
/// of it. Nothing set: the whole cluster.
struct Subject {
  LeaseId lease = etcd::kNoLease;
  std::string lock;
  std::string key;
  std::string member;
  std::string alarm;
  std::string version;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in the operators made of it
  auto operator<=>(const Subject&) const = default;
};

/// "lease 694d…", "lock /jobs", "key /jobs/1f", "member m1", "alarm NOSPACE", "version 3.5.1", "cluster": for
/// people, and to name what is to be muted.
std::string subjectText(const Subject& subject);

/// One fact that speaks for a finding. `name` is snake_case, as scripts see it; durations are shown in ms
/// there.
struct Evidence {
  using Value =
      std::variant<std::int64_t, double, absl::Duration, absl::Time, std::string, std::vector<std::string>>;
  std::string name;
  Value value;
  bool atLeast = false;  // it began before the first look, or not all of it was looked at
};

/// A number over time that speaks for a finding: the graph that proves it.
struct Curve {
  enum class Of {
    KeylessSessions,
    Contenders,  // keys in the queues of all locks
    Waiters,     // of one lock, behind whoever is in the way of all
    Endings,     // leases that will end in the second which begins then, if nobody renews them
    Ghosts,      // leases of one member's list that the leader does not know
    MembersWithLeader,
    DatabaseMiB,  // of the member whose database is the largest
  };
  Of of = Of::KeylessSessions;
  /// From the start of what is wrong on, or from now on; at most CountSeries::kMostPoints.
  std::vector<CountPoint> points;
  std::optional<RobustSlope> slope;  // the line through them, 0 s being the first point
};
/// All over the same time.
using Curves = std::shared_ptr<const std::vector<Curve>>;
inline constexpr std::size_t kCurves = static_cast<std::size_t>(Curve::Of::DatabaseMiB) + 1;
/// "keyless_sessions", …: what scripts call it.
std::string_view curveName(Curve::Of of);
/// One curve without a line. Null for fewer than two points: that is no curve.
Curves curvesOf(Curve::Of of, std::vector<CountPoint> points);

/// Something wrong. A value.
struct Finding {
  FindingKind kind = FindingKind::Cluster;
  FindingSeverity severity = FindingSeverity::Warning;
  Confidence confidence = Confidence::Suspected;
  Subject subject;
  std::string summary;  // one sentence for a person
  std::vector<Evidence> evidence;
  Curves curves;                     // null: the TTL of its lease shows it
  std::string advice;                // what to do, with the exact command where there is one
  LeaseId revoke = etcd::kNoLease;   // the lease whose revoke would help; kNoLease: none would
  std::optional<Moment> firstFound;  // when it was found first; set by Diagnosis
};

/// Most severe first, then by kind and subject.
bool moreUrgent(const Finding& a, const Finding& b);

/// All findings of one kind and severity.
struct FindingGroup {
  const Finding* first = nullptr;
  std::size_t count = 0;
};
/// Most severe first, then by kind.
std::vector<FindingGroup> groupsOf(const std::vector<const Finding*>& findings);

}  // namespace leasescope
