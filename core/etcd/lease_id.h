#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace leasescope::etcd {

/// etcd's lease id. 0 means "no lease"; negative ids are legal (etcd: TestV3LeaseNegativeID).
using LeaseId = std::int64_t;

inline constexpr LeaseId kNoLease = 0;

/// The id as Go's concurrency package writes it into a key: "%x", signed, lower case, no padding.
std::string leaseHex(LeaseId id);

/// The reverse of leaseHex and nothing more: no padding, no capitals, no "0x"; nullopt for anything else.
std::optional<LeaseId> leaseFromCanonicalHex(std::string_view text);

/// A lease id as a person types or pastes it: hexadecimal as etcdctl prints it (leading zeros, capitals and
/// "0x" are fine), or decimal. Up to 16 digits are read as hexadecimal, which is what etcdctl does; 17 to 19
/// decimal digits can only be decimal. Error: InvalidArgument with the reason.
absl::StatusOr<LeaseId> parseLeaseId(std::string_view text);

}  // namespace leasescope::etcd
