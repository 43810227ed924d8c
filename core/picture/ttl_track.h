#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "core/picture/moment.h"

namespace leasescope {

/// One answer to LeaseTimeToLive about one lease.
struct TtlSample {
  absl::Duration remaining;  // whole seconds, the rest cut off by etcd
  absl::Duration granted;
  Moment sent;
  Moment received;
  std::uint64_t raftTerm = 0;  // the TTL may have been extended by a new leader when it changes
};

/// For how long one sample of a lease with this granted TTL can be carried forward. Clients renew at a third
/// of the TTL, so a countdown that goes on longer would show leases as expired that somebody keeps alive.
absl::Duration carryLimit(absl::Duration granted);

/// A point of a lease's saw-tooth. Between two points the TTL falls by a second a second, unless the later
/// one follows a renewal, a gap or a change of leader, which extends leases without a renewal.
struct TtlPoint {
  Moment at;
  absl::Duration remaining;
  bool renewal = false;       // the lease was renewed at this point
  bool afterGap = false;      // what was known at the previous point says nothing about this one
  bool leaderChange = false;  // a new leader had extended the lease by now, which is no renewal
};

/// What is known of one lease's expiry, from samples of whole seconds.
///
/// Each sample says that the lease expires within a certain second; samples of the same period narrow that
/// down, a sample that lies beyond means that somebody renewed. So the estimate becomes finer than etcd's
/// own answer, and renewals are counted without being told (a renewal is no event in etcd). Renewals that
/// happen between two samples count as one: the count is "at least".
///
/// A sample is carried forward only for as long as nobody can have renewed much since; after that the TTL is
/// unknown, and the saw-tooth has a gap.
class TtlTrack {
 public:
  void add(const TtlSample& sample);
  /// The clock stood still or the machine slept: what was known is not to be carried forward.
  void forget();

  bool known() const { return known_; }
  /// Carried forward to `now`; may be negative. nullopt before the first sample.
  std::optional<absl::Duration> remaining(const Moment& now) const;
  /// When the TTL will have run out if nobody renews, on the steady clock.
  std::optional<SteadyTime> expiry() const;
  absl::Duration granted() const { return granted_; }
  std::int64_t renewals() const { return renewals_; }
  const std::optional<Moment>& lastRenewal() const { return lastRenewal_; }
  const std::optional<Moment>& lastSample() const { return lastSample_; }
  /// So much was left when it was renewed latest, of all renewals that were seen; nullopt: none was.
  const std::optional<absl::Duration>& leastLeft() const { return leastLeft_; }

  const std::deque<TtlPoint>& points() const { return points_; }
  /// Drops the oldest points beyond this many.
  void keepAtMost(std::size_t points);

 private:
  struct Window {  // the lease expires within [earliest, latest)
    SteadyTime earliest;
    SteadyTime latest;
  };
  static Window windowOf(const TtlSample& sample);
  std::optional<Window> renewedWithin(const TtlSample& sample, const Window& seen) const;
  void begin(const TtlSample& sample, const Window& seen, bool leaderChange);
  void narrow(const TtlSample& sample, const Window& seen, bool afterGap);
  void renew(const TtlSample& sample, const Window& renewed, bool afterGap);
  void addPoint(TtlPoint point);
  SteadyTime middle() const;

  bool known_ = false;
  Window window_;
  absl::Duration granted_;
  std::uint64_t raftTerm_ = 0;
  std::int64_t renewals_ = 0;
  std::optional<Moment> lastRenewal_;
  std::optional<absl::Duration> leastLeft_;
  std::optional<Moment> lastSample_;
  SteadyTime lastSent_;  // when the last sample was asked for
  std::deque<TtlPoint> points_;
};

}  // namespace leasescope
