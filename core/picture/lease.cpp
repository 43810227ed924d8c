#include "core/picture/lease.h"

#include "core/picture/ttl_track.h"

namespace leasescope {

std::optional<SteadyTime> Lease::ending(const Moment& now) const {
  if (!expiry || !granted || now - *lastSample > carryLimit(*granted)) return std::nullopt;
  return expiry;
}

std::optional<absl::Duration> Lease::remaining(const Moment& now) const {
  const std::optional<SteadyTime> end = ending(now);
  if (!end) return std::nullopt;
  return absl::FromChrono(*end - now.steady);
}

LeaseState Lease::state(const Moment& now) const {
  const std::optional<absl::Duration> left = remaining(now);
  if (!left) return LeaseState::Unknown;
  if (*left <= absl::ZeroDuration()) return LeaseState::Expired;
  return *left * 3 < *granted ? LeaseState::Expiring : LeaseState::Alive;
}

}  // namespace leasescope
