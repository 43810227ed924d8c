#include <algorithm>
#include <map>
#include <set>

#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostNamed = 20;

struct Ghosts {
  std::set<LeaseId> leases;
  bool atLeast = false;
};

/// By member. The one in use is seen twice, and sooner by the picture; the others are only compared.
std::map<std::string, Ghosts> ghostsByMember(const Observations& seen) {
  std::map<std::string, Ghosts> members;
  if (!seen.ghosts().empty()) {
    members[seen.ghostsListedBy()].leases.insert(seen.ghosts().begin(), seen.ghosts().end());
  }
  if (seen.cluster() == nullptr) return members;
  for (const LeaseDifference& difference : seen.cluster()->leaseDifferences) {
    if (difference.ghosts.empty()) continue;
    Ghosts& ghosts = members[difference.endpoint];
    ghosts.leases.insert(difference.ghosts.begin(), difference.ghosts.end());
    ghosts.atLeast = difference.atLeast;
  }
  return members;
}

}  // namespace

std::vector<Finding> ghostLeases(const Observations& seen) {
  std::vector<Finding> findings;
  for (const auto& [member, ghosts] : ghostsByMember(seen)) {
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
         .advice = "The member's lease list is not the cluster's (etcd#14019): compare the members, and "
                   "restart the one that differs."});
  }
  return findings;
}

}  // namespace leasescope
