#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/etcd/types.h"

namespace leasescope {

/// Who a session says it is: the JSON at the key `leasescope/holders/<lease in hex>`, attached to that very
/// lease, so that it goes with it. A convention of this program; most sessions say nothing. What is not said
/// is empty.
struct HolderIdentity {
  std::string host;
  std::optional<std::int64_t> pid;
  std::string thread;  // or goroutine, or worker: what runs one thing after the other
  std::string service;
  std::optional<absl::Time> since;

  bool operator==(const HolderIdentity&) const = default;
};

using SharedIdentity = std::shared_ptr<const HolderIdentity>;

inline constexpr std::string_view kIdentityPrefix = "leasescope/holders/";

std::string identityKey(etcd::LeaseId lease);
/// The key is one of those, whatever its lease, and never taken for a lock's.
bool isIdentityKey(std::string_view key);
/// The key says who holds this lease.
bool isIdentityKeyOf(std::string_view key, etcd::LeaseId lease);

std::string identityJson(const HolderIdentity& identity);
/// What can't be understood is left empty; never null. `json` may be anything.
SharedIdentity identityFrom(std::string_view json);

/// It names a service, host, process or thread. Null does not.
bool saysWho(const HolderIdentity* identity);
/// "orders on web-3, pid 411, thread worker-7", for people, of a bounded length; "unknown" for null and for
/// one that says nothing.
std::string identityText(const HolderIdentity* identity);

}  // namespace leasescope
