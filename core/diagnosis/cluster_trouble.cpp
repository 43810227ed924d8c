#include <algorithm>

#include "core/diagnosis/rules.h"
#include "core/etcd/server_version.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

Finding trouble(Subject subject, FindingSeverity severity, std::string summary, std::string advice) {
  return {.kind = FindingKind::Cluster,
          .severity = severity,
          .confidence = Confidence::Proven,
          .subject = std::move(subject),
          .summary = std::move(summary),
          .advice = std::move(advice)};
}

std::string nameOf(const MemberView& member) { return member.name.empty() ? member.endpoint : member.name; }

Finding alarmed(const std::string& alarm) {
  std::string advice = "Look at the cluster before anything else.";
  if (alarm.starts_with("NOSPACE")) {
    advice =
        "Compact, defragment and then etcdctl alarm disarm; until then nobody can take a lock. Revoking "
        "leases still works.";
  } else if (alarm.starts_with("CORRUPT")) {
    advice = "Do not act on what is shown. Find the member that differs and replace it.";
  }
  // An alarm is its own subject: two of them are two findings.
  Finding finding = trouble({.alarm = alarm.substr(0, alarm.find(':'))}, FindingSeverity::Critical,
                            fmt::format("etcd raises an alarm: {}.", alarm), std::move(advice));
  finding.evidence.push_back({"alarm", alarm});
  return finding;
}

}  // namespace

std::vector<Finding> clusterTroubles(const ClusterView& cluster) {
  std::vector<Finding> findings;
  for (const std::string& alarm : cluster.alarms) findings.push_back(alarmed(alarm));
  for (const MemberView& member : cluster.members) {
    if (!member.problem.empty()) continue;
    if (member.status.leader == 0) {
      findings.push_back(
          trouble({.member = nameOf(member)}, FindingSeverity::Critical,
                  fmt::format("{} knows no leader: nothing can be written through it.", nameOf(member)),
                  "See whether a majority of the members is up and can reach each other."));
    }
    if (const auto warning = etcd::warningFor(member.status.version)) {
      findings.push_back(trouble({.member = nameOf(member)}, FindingSeverity::Warning,
                                 fmt::format("{} {}.", nameOf(member), *warning),
                                 "Update it, member by member."));
      findings.back().evidence.push_back({"version", member.status.version});
    }
  }
  return findings;
}

}  // namespace leasescope
