#include <algorithm>

#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/etcd/server_version.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

// From here on clients look at their own key before they believe that they hold a lock (etcd#11456).
constexpr etcd::ServerVersion kChecksItsOwnKey{3, 5, 0};
constexpr absl::Duration kRemembered = absl::Minutes(5);

bool clientsMayBeOld(const ClusterView* cluster) {
  return cluster != nullptr && std::ranges::any_of(cluster->members, [](const MemberView& member) {
           const auto version = etcd::parseServerVersion(member.status.version);
           return version && *version < kChecksItsOwnKey;
         });
}

std::string_view causeText(LostWaiter::Cause cause) {
  switch (cause) {
    case LostWaiter::Cause::RanOut:
      return "its lease ran out";
    case LostWaiter::Cause::Removed:
      return "removed with Leasescope";
    case LostWaiter::Cause::Revoked:
      return "lease revoked, perhaps by its own client, or run out unseen";
  }
  return "";
}

}  // namespace

std::vector<Finding> falseOwnerRisks(const Observations& seen, const Moment& now) {
  std::vector<Finding> findings;
  if (seen.lostWaiters().empty() || !clientsMayBeOld(seen.cluster())) return findings;
  for (const LostWaiter& lost : seen.lostWaiters()) {
    if (now - lost.at > kRemembered) continue;
    Finding finding{
        .kind = FindingKind::FalseOwnerRisk,
        .severity =
            lost.cause == LostWaiter::Cause::Revoked ? FindingSeverity::Warning : FindingSeverity::Critical,
        .confidence = Confidence::Suspected,
        .subject = {.lease = lost.waiter.lease, .lock = lost.lock},
        .summary =
            fmt::format("The waiter with lease {} lost its place in {}; an old client does not notice and "
                        "may work as if it held the lock.",
                        etcd::leaseHex(lost.waiter.lease), printableKey(lost.lock)),
        .evidence = {{"cause", std::string(causeText(lost.cause))},
                     {"lost_key", printableKey(lost.waiter.key)},
                     {"lost_at", lost.at.wall}},
        .advice = "Stop that process, or use etcd's client 3.5 or newer, which looks at its own key."};
    if (lost.before) finding.evidence.push_back({"waited_behind", printableKey(lost.before->key)});
    const Lock* lock = seen.lock(lost.lock);
    if (lock != nullptr && lock->holder() != nullptr) {
      finding.evidence.push_back({"holder", printableKey(lock->holder()->key)});
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace leasescope
