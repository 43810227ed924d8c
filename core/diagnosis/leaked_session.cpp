#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

// A session that was used again and again belongs to a pool: it may rest for longer.
constexpr std::int64_t kUsesOfPool = 3;
constexpr double kPoolRests = 10;

}  // namespace

std::optional<Finding> leakedSession(const ObservedLease& lease, const Thresholds& thresholds,
                                     const Moment& now) {
  if (!lease.keylessSince || !lease.lease->granted) return std::nullopt;
  const absl::Duration ttl = *lease.lease->granted;
  const absl::Duration keyless = now - *lease.keylessSince;
  const std::int64_t renewals = lease.lease->renewals - lease.renewalsBefore;
  const double patience = lease.uses >= kUsesOfPool ? kPoolRests : 1;
  if (ttl <= absl::ZeroDuration() || keyless < ttl * thresholds.leakedSessionTtls * patience) {
    return std::nullopt;
  }
  if (renewals < thresholds.leakedSessionRenewals) return std::nullopt;
  const absl::Duration age = now - lease.lease->firstSeen.moment;
  const bool atLeast = !lease.lease->firstSeen.exact && lease.uses == 0;
  return Finding{
      .kind = FindingKind::LeakedSession,
      .severity = FindingSeverity::Warning,
      .confidence = Confidence::Suspected,
      .subject = {.lease = lease.lease->id},
      .summary = fmt::format("Somebody keeps lease {} alive that has had no key for {}{}: a session that was "
                             "never closed looks like this.",
                             etcd::leaseHex(lease.lease->id), atLeast ? "at least " : "", roughly(keyless)),
      .evidence = {{"keys", std::int64_t{0}},
                   {"without_keys", keyless, atLeast},
                   {"used", lease.uses, !lease.lease->firstSeen.exact},
                   {"renewals", renewals},
                   {"age", age, !lease.lease->firstSeen.exact},
                   {"age_in_ttls", age / ttl},
                   {"granted_ttl", ttl}},
      .advice = fmt::format("Close the session in the service that renews it (Go: defer session.Close()). {} "
                            "ends this lease; no key goes with it.",
                            revokeCommand(lease.lease->id)),
      .revoke = lease.lease->id};
}

}  // namespace leasescope
