#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/contender_name.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {

std::optional<Finding> sharedLease(const ObservedLease& lease, const Thresholds& thresholds) {
  const Lease& one = *lease.lease;
  if (static_cast<std::int64_t>(one.keys->size()) < thresholds.sharedLeaseLocks) return std::nullopt;
  std::vector<std::string> locks;
  for (const std::string& key : *one.keys) {
    const auto name = contenderName(key, one.id, ValueKind::Unknown);
    if (name) locks.push_back(printableKey(name->lock));
  }
  if (static_cast<std::int64_t>(locks.size()) < thresholds.sharedLeaseLocks) return std::nullopt;
  return Finding{
      .kind = FindingKind::SharedLease,
      .severity = FindingSeverity::Info,
      .confidence = Confidence::Proven,
      .subject = {.lease = one.id},
      .summary = fmt::format("Lease {} carries {}: if it is lost, all of them are lost at once.",
                             etcd::leaseHex(one.id), counted(locks.size(), "lock")),
      .evidence = {{"locks", std::move(locks)}},
      .advice = "Use several sessions in the service, so that one hiccup does not take all locks."};
}

}  // namespace leasescope
