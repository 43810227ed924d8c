#include <utility>

#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr absl::Duration kNearby = absl::Minutes(2);

}  // namespace

std::optional<Finding> overdueLease(const ObservedLease& lease, const Observations& seen,
                                    const Thresholds& thresholds, const Moment& now) {
  const Lease& one = *lease.lease;
  if (!one.expiry || !one.lastSample || one.keys->empty()) return std::nullopt;
  // Somebody may have renewed since the last sample: only what etcd itself said after the end counts.
  const absl::Duration overdue = absl::FromChrono(one.lastSample->steady - *one.expiry);
  if (overdue < thresholds.overdue) return std::nullopt;
  std::vector<std::string> keys;
  for (const std::string& key : *one.keys) keys.push_back(printableKey(key));
  Finding finding{
      .kind = FindingKind::OverdueLease,
      .severity = FindingSeverity::Warning,
      .confidence = Confidence::Proven,
      .subject = {.lease = one.id},
      .summary = fmt::format("The TTL of lease {} ended {} ago, but etcd has not removed it and its {}.",
                             etcd::leaseHex(one.id), roughly(overdue), counted(one.keys->size(), "key")),
      .evidence = {{"overdue", overdue}, {"keys", std::move(keys)}},
      .advice =
          "etcd's leader removes what has run out: look whether it is overloaded, has lost its quorum "
          "or has just changed.",
      .revoke = one.id};
  if (const auto& change = seen.lastLeaderChange(); change && now - *change < kNearby) {
    finding.evidence.push_back({"since_leader_change", now - *change});
  }
  return finding;
}

}  // namespace leasescope
