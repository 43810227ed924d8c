#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostNamed = 20;

}  // namespace

std::vector<Finding> ghostLeases(const Observations& seen) {
  std::vector<Finding> findings;
  for (const auto& [member, ghosts] : seen.ghosts()) {
    std::vector<std::string> ids;
    for (const LeaseId id : ghosts.leases) {
      if (ids.size() == kMostNamed) break;
      ids.push_back(etcd::leaseHex(id));
    }
    const bool more = ids.size() < ghosts.leases.size();
    findings.push_back(
        {.kind = FindingKind::GhostLease,
         .severity = FindingSeverity::Warning,
         .confidence = Confidence::Proven,
         .subject = {.member = member},
         .summary = fmt::format("{} lists {}{} that the leader does not know.", member,
                                ghosts.atLeast ? "at least " : "", counted(ghosts.leases.size(), "lease")),
         .evidence = {{"leases", static_cast<std::int64_t>(ghosts.leases.size()), ghosts.atLeast},
                      {"ids", std::move(ids), more}},
         .curves = curvesOf(Curve::Of::Ghosts, ghosts.counts.points()),
         .advice = "The member's lease list is not the cluster's (etcd#14019): compare the members, and "
                   "restart the one that differs."});
  }
  return findings;
}

}  // namespace leasescope
