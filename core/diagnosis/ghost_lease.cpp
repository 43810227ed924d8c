#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostNamed = 20;

}  // namespace

std::optional<Finding> ghostLeases(const Observations& seen) {
  if (seen.ghosts().empty()) return std::nullopt;
  std::vector<std::string> ids;
  for (const LeaseId id : seen.ghosts()) {
    if (ids.size() == kMostNamed) break;
    ids.push_back(etcd::leaseHex(id));
  }
  return Finding{
      .kind = FindingKind::GhostLease,
      .severity = FindingSeverity::Warning,
      .confidence = Confidence::Proven,
      .subject = {.member = seen.ghostsListedBy()},
      .summary = fmt::format("{} lists {} that the leader does not know.", seen.ghostsListedBy(),
                             counted(seen.ghosts().size(), "lease")),
      .evidence = {{"leases", static_cast<std::int64_t>(seen.ghosts().size())}, {"ids", std::move(ids)}},
      .advice =
          "The member's lease list is not the cluster's (etcd#14019): compare the members, and "
          "restart the one that differs."};
}

}  // namespace leasescope
