#include "core/picture/ttl_track.h"

#include <algorithm>

namespace leasescope {
namespace {

using Steady = std::chrono::steady_clock;

Steady::duration toSteady(absl::Duration duration) { return absl::ToChronoNanoseconds(duration); }

SteadyTime middle(SteadyTime a, SteadyTime b) { return a + (b - a) / 2; }

/// No more than what was granted can be left; a change of leader adds an election timeout to that.
absl::Duration longest(const TtlSample& sample) {
  return sample.remaining < sample.granted ? sample.granted : sample.remaining + absl::Milliseconds(1);
}

/// The same instant as `known`, moved to `steady`.
Moment momentAt(SteadyTime steady, const Moment& known) {
  return {steady, known.wall + absl::FromChrono(steady - known.steady)};
}

}  // namespace

absl::Duration carryLimit(absl::Duration granted) { return std::max(absl::Seconds(3), granted / 3); }

void TtlTrack::add(const TtlSample& sample) {
  // "remaining = r" holds somewhere between sending and receiving and means r <= true value < r + 1 s.
  const SteadyTime earliest = sample.sent.steady + toSteady(sample.remaining);
  const SteadyTime latest =
      sample.received.steady + toSteady(std::min(sample.remaining + absl::Seconds(1), longest(sample)));
  const bool gap = lastSample_ && sample.received - *lastSample_ > carryLimit(sample.granted);
  granted_ = sample.granted;
  if (known_ && earliest >= latest_) {
    renewed(sample, earliest, latest, gap);
  } else if (known_ && latest > earliest_) {
    earliest_ = std::max(earliest_, earliest);
    latest_ = std::min(latest_, latest);
    addPoint(sample.received, false, gap);
  } else {
    // The first sample, or the expiry moved nearer, which no renewal does: begin anew from what etcd says.
    earliest_ = earliest;
    latest_ = latest;
    addPoint(sample.received, false, known_ || gap);
    known_ = true;
  }
  lastSample_ = sample.received;
}

/// A renewal sets the TTL back to what was granted, so its moment lies a granted TTL before the new expiry;
/// it also lies between the previous sample and this one, which sharpens both.
void TtlTrack::renewed(const TtlSample& sample, SteadyTime earliest, SteadyTime latest, bool afterGap) {
  const SteadyTime first = lastSample_ ? lastSample_->steady : sample.sent.steady;
  const SteadyTime lowest = std::max(earliest, first + toSteady(sample.granted));
  const SteadyTime highest = std::min(latest, sample.received.steady + toSteady(sample.granted));
  const bool consistent =
      lowest < highest;  // not so after a change of leader, which adds an election timeout
  earliest_ = consistent ? lowest : earliest;
  latest_ = consistent ? highest : latest;
  const SteadyTime at =
      std::clamp(middle(earliest_, latest_) - toSteady(sample.granted), first, sample.received.steady);
  ++renewals_;
  lastRenewal_ = momentAt(at, sample.received);
  addPoint(*lastRenewal_, true, afterGap);
  if (at < sample.received.steady) addPoint(sample.received, false, false);
}

void TtlTrack::forget() { known_ = false; }

std::optional<absl::Duration> TtlTrack::remaining(const Moment& now) const {
  if (!known_ || now - *lastSample_ > carryLimit(granted_)) return std::nullopt;
  return absl::FromChrono(middle(earliest_, latest_) - now.steady);
}

std::optional<SteadyTime> TtlTrack::expiry() const {
  if (!known_) return std::nullopt;
  return middle(earliest_, latest_);
}

void TtlTrack::addPoint(const Moment& at, bool renewal, bool afterGap) {
  const absl::Duration remaining = absl::FromChrono(middle(earliest_, latest_) - at.steady);
  points_.push_back({.at = at, .remaining = remaining, .renewal = renewal, .afterGap = afterGap});
}

void TtlTrack::keepAtMost(std::size_t points) {
  while (points_.size() > points) points_.pop_front();
}

}  // namespace leasescope
