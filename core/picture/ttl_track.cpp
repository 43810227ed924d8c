#include "core/picture/ttl_track.h"

#include <algorithm>

namespace leasescope {
namespace {

SteadyTime::duration toSteady(absl::Duration duration) { return absl::ToChronoNanoseconds(duration); }

// What a leader that has just been demoted answers (etcd: lease/lessor.go forever): it does not know.
constexpr absl::Duration kForever = absl::Seconds(9'223'372'036);

/// The same instant as `known`, moved to `steady`.
Moment momentAt(SteadyTime steady, const Moment& known) {
  return {steady, known.wall + absl::FromChrono(steady - known.steady)};
}

}  // namespace

absl::Duration carryLimit(absl::Duration granted) { return std::max(absl::Seconds(3), granted / 3); }

void TtlTrack::add(const TtlSample& sample) {
  if (sample.remaining >= kForever) {
    forget();
    return;
  }
  const Window seen = windowOf(sample);
  const bool gap = lastSample_ && sample.received - *lastSample_ > carryLimit(sample.granted);
  // A new leader extends every lease (etcd: lease/lessor.go Promote), which is no renewal.
  const bool sameLeader = sample.raftTerm == raftTerm_;
  granted_ = sample.granted;
  if (known_ && sameLeader && seen.earliest < window_.latest && window_.earliest < seen.latest) {
    narrow(sample, seen, gap);
  } else if (const auto renewed = known_ && sameLeader ? renewedWithin(sample, seen) : std::nullopt) {
    renew(sample, *renewed, gap);
  } else {
    begin(sample, seen, known_ && !sameLeader && !gap);
  }
  raftTerm_ = sample.raftTerm;
  lastSample_ = sample.received;
  lastSent_ = sample.sent.steady;
}

/// "remaining = r" holds somewhere between sending and receiving. etcd cuts off the fraction, so it means
/// r <= true value < r + 1 s before the end, r - 1 s < true value <= r after it, and zero can be either.
TtlTrack::Window TtlTrack::windowOf(const TtlSample& sample) {
  const absl::Duration before = absl::Seconds(sample.remaining <= absl::ZeroDuration() ? 1 : 0);
  const absl::Duration after = absl::Seconds(sample.remaining >= absl::ZeroDuration() ? 1 : 0);
  return {.earliest = sample.sent.steady + toSteady(sample.remaining - before),
          .latest = sample.received.steady + toSteady(sample.remaining + after)};
}

/// A renewal sets the TTL back to what was granted, so its moment lies a granted TTL before the new expiry;
/// it also lies between the previous sample and this one, which sharpens the window. nullopt: no renewal in
/// between explains what was seen.
std::optional<TtlTrack::Window> TtlTrack::renewedWithin(const TtlSample& sample, const Window& seen) const {
  const SteadyTime::duration granted = toSteady(sample.granted);
  const Window within{.earliest = std::max(seen.earliest, lastSent_ + granted),
                      .latest = std::min(seen.latest, sample.received.steady + granted)};
  if (seen.earliest < window_.latest || within.earliest >= within.latest) return std::nullopt;
  return within;
}

void TtlTrack::begin(const TtlSample& sample, const Window& seen, bool leaderChange) {
  known_ = true;
  window_ = seen;
  addPoint({.at = sample.received,
            .afterGap = lastSample_.has_value() && !leaderChange,
            .leaderChange = leaderChange});
}

void TtlTrack::narrow(const TtlSample& sample, const Window& seen, bool afterGap) {
  window_ = {std::max(window_.earliest, seen.earliest), std::min(window_.latest, seen.latest)};
  addPoint({.at = sample.received, .afterGap = afterGap});
}

void TtlTrack::renew(const TtlSample& sample, const Window& renewed, bool afterGap) {
  const SteadyTime wouldHaveEnded = middle();
  window_ = renewed;
  const SteadyTime at =
      std::clamp(middle() - toSteady(sample.granted), lastSample_->steady, sample.received.steady);
  ++renewals_;
  const absl::Duration left = absl::FromChrono(wouldHaveEnded - at);
  if (!afterGap) leastLeft_ = leastLeft_ ? std::min(*leastLeft_, left) : left;
  lastRenewal_ = momentAt(at, sample.received);
  addPoint({.at = *lastRenewal_, .renewal = true, .afterGap = afterGap});
  if (at < sample.received.steady) addPoint({.at = sample.received});
}

void TtlTrack::forget() { known_ = false; }

std::optional<absl::Duration> TtlTrack::remaining(const Moment& now) const {
  if (!known_ || now - *lastSample_ > carryLimit(granted_)) return std::nullopt;
  return absl::FromChrono(middle() - now.steady);
}

std::optional<SteadyTime> TtlTrack::expiry() const {
  if (!known_) return std::nullopt;
  return middle();
}

SteadyTime TtlTrack::middle() const { return window_.earliest + (window_.latest - window_.earliest) / 2; }

/// At the point's time the TTL is what the window says.
void TtlTrack::addPoint(TtlPoint point) {
  point.remaining = absl::FromChrono(middle() - point.at.steady);
  points_.push_back(point);
}

void TtlTrack::keepAtMost(std::size_t points) {
  while (points_.size() > points) points_.pop_front();
}

}  // namespace leasescope
