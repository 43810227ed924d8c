#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/etcd/types.h"
#include "core/picture/holder_identity.h"
#include "core/picture/lock.h"
#include "core/picture/moment.h"

namespace leasescope {

enum class LeaseState {
  Alive,
  Expiring,  // less than a third of the granted TTL is left
  Expired,   // the TTL is over, the lease not yet removed
  Unknown,   // not sampled, or not lately
};
inline constexpr std::size_t kLeaseStates = static_cast<std::size_t>(LeaseState::Unknown) + 1;

/// A lease as far as it is known. Immutable once published; what changes by time alone (the remaining TTL)
/// is computed for a moment.
struct Lease {
  LeaseId id = etcd::kNoLease;
  /// In byte order; never null. Only keys below the watched prefixes, and not that of the identity.
  std::shared_ptr<const std::vector<std::string>> keys;
  bool knowsAllKeys = true;  // false: only some prefixes are watched, and it may have keys elsewhere
  std::optional<absl::Duration> granted;  // nullopt: not sampled yet
  std::optional<SteadyTime> expiry;       // if nobody renews, as of lastSample; nullopt: not sampled
  std::int64_t renewals = 0;              // at least this many since firstSeen
  std::optional<Moment> lastRenewal;
  std::optional<absl::Duration> leastLeft;  // when it was renewed latest; nullopt: that was not seen
  std::optional<Moment> lastSample;
  Since firstSeen;
  SharedIdentity identity;  // null: who has it does not say who that is, or not below the watched prefixes

  /// Carried forward to `now`; zero or less while an expired lease waits for its removal, which is never
  /// shown as "free". nullopt: unknown, or the last sample is too old to be carried on (carryLimit).
  std::optional<absl::Duration> remaining(const Moment& now) const;
  LeaseState state(const Moment& now) const;
  /// When it ends if nobody renews; nullopt under the same conditions as `remaining`.
  std::optional<SteadyTime> ending(const Moment& now) const;
  /// It has no key, and that is known.
  bool keyless() const { return keys->empty() && knowsAllKeys; }
  /// Known keys that vanish when it is revoked: with that of the identity.
  std::size_t keysRevoked() const { return keys->size() + (identity != nullptr ? 1 : 0); }
};

/// What its holder says of itself. Null: it says nothing, or nothing is known of the lease (null).
inline const HolderIdentity* identityOf(const Lease* lease) {
  return lease != nullptr ? lease->identity.get() : nullptr;
}

/// Null for a lease that nothing is known of.
using FindLease = std::function<const Lease*(LeaseId)>;

}  // namespace leasescope
