#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/etcd/types.h"

namespace leasescope {

/// Whether a key's value holds anything. Lists are made without values, so it may not be known.
enum class ValueKind { Unknown, Empty, Present };

/// A lock key's name taken apart: `<lock>/<lease in hex>`.
struct ContenderName {
  std::string_view lock;  // may be empty or end in '/'; points into the key
  etcd::LeaseId lease = etcd::kNoLease;
};

/// Takes the key for a contender, or not:
/// - its last segment is the id of the lease it is attached to: what every client of etcd's locks and
///   elections writes;
/// - or it looks as if it had been that: the last segment has the shape of an id that etcd hands out, the
///   value is known to be empty as a mutex's is, but the key has no lease or another one.
/// Everything else stays what it is: a key that is no lock. So does every key of a holder's identity.
std::optional<ContenderName> contenderName(std::string_view key, etcd::LeaseId lease, ValueKind value);

/// The last segment is a hex id, so the key's value is worth reading to tell mutex from election.
bool mayBeContender(std::string_view key);

}  // namespace leasescope
