#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "fmt/format.h"

namespace leasescope {

std::optional<Finding> leakedSession(const ObservedLease& lease, const Thresholds& thresholds,
                                     const Moment& now) {
  if (!lease.keylessSince || !lease.lease->granted) return std::nullopt;
  const absl::Duration ttl = *lease.lease->granted;
  const absl::Duration keyless = now - *lease.keylessSince;
  const std::int64_t renewals = lease.lease->renewals - lease.renewalsBefore;
  if (ttl <= absl::ZeroDuration() || keyless < ttl * thresholds.leakedSessionTtls) return std::nullopt;
  if (renewals < thresholds.leakedSessionRenewals) return std::nullopt;
  const absl::Duration age = now - lease.lease->firstSeen.moment;
  return Finding{
      .kind = FindingKind::LeakedSession,
      .severity = FindingSeverity::Warning,
      .confidence = Confidence::Suspected,
      .subject = {.lease = lease.lease->id},
      .summary = fmt::format("Somebody keeps lease {} alive that has had no key for {}: a session that was "
                             "never closed looks like this.",
                             etcd::leaseHex(lease.lease->id), roughly(keyless)),
      .evidence = {{"keys", std::int64_t{0}},
                   {"without_keys", keyless},
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
