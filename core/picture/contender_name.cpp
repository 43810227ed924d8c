#include "core/picture/contender_name.h"

#include <algorithm>

#include "core/picture/holder_identity.h"

namespace leasescope {
namespace {

// etcd makes ids of a member's low 16 bits and 48 bits of time and count (etcd: pkg/idutil/id.go), so they
// have 13 to 16 digits. An id without any letter is far more often a number that somebody counted up.
constexpr std::size_t kFewestDigits = 13;

bool hasShapeOfGrantedId(std::string_view text) {
  return text.size() >= kFewestDigits &&
         std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'f'; });
}

std::string_view lastSegment(std::string_view key) {
  const auto slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : key.substr(slash + 1);
}

}  // namespace

std::optional<ContenderName> contenderName(std::string_view key, etcd::LeaseId lease, ValueKind value) {
  const std::string_view segment = lastSegment(key);
  const std::optional<etcd::LeaseId> named = etcd::leaseFromCanonicalHex(segment);
  if (!named || isIdentityKey(key)) return std::nullopt;
  const bool attached = lease != etcd::kNoLease && *named == lease;
  const bool lostItsLease = value == ValueKind::Empty && hasShapeOfGrantedId(segment);
  if (!attached && !lostItsLease) return std::nullopt;
  return ContenderName{.lock = key.substr(0, key.size() - segment.size() - 1), .lease = *named};
}

bool mayBeContender(std::string_view key) {
  return etcd::leaseFromCanonicalHex(lastSegment(key)).has_value() && !isIdentityKey(key);
}

}  // namespace leasescope
