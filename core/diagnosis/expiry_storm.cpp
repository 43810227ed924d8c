#include <map>

#include "core/diagnosis/rules.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

/// A lease that is renewed in time does not get that far.
bool willEnd(const Lease& lease, absl::Duration left) {
  return left > absl::ZeroDuration() && left < *lease.granted / 2;
}

}  // namespace

std::vector<Finding> expiryStorms(const Observations& seen, const Thresholds& thresholds, const Moment& now) {
  std::map<std::int64_t, std::int64_t> endings;  // by second from the steady clock's beginning
  std::map<std::int64_t, absl::Duration> in;
  for (const auto& [id, lease] : seen.leases()) {
    const auto left = lease.lease->remaining(now);
    if (!left || !lease.lease->granted || !willEnd(*lease.lease, *left)) continue;
    const std::int64_t second =
        std::chrono::floor<std::chrono::seconds>(lease.lease->expiry->time_since_epoch()).count();
    ++endings[second];
    in.try_emplace(second, *left);
  }
  std::vector<Finding> findings;
  for (const auto& [second, leases] : endings) {
    if (leases < thresholds.expiryStormLeases) continue;
    const absl::Time when = now.wall + in.at(second);
    findings.push_back(
        {.kind = FindingKind::ExpiryStorm,
         .severity = FindingSeverity::Warning,
         .confidence = Confidence::Suspected,
         .subject = {.member = "second " + absl::FormatTime("%H:%M:%S", when, absl::UTCTimeZone())},
         .summary =
             fmt::format("At least {} leases that nobody renews end within one second, in {:.0f} s; etcd "
                         "removes about 1,000 a second.",
                         leases, absl::ToDoubleSeconds(in.at(second))),
         .evidence = {{"leases", leases}, {"at", when}, {"removed_per_second", std::int64_t{1'000}}},
         .advice = "Locks of the later ones stay longer than their TTL. Let the service spread its TTLs."});
  }
  return findings;
}

}  // namespace leasescope
