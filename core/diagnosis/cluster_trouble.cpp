#include <algorithm>
#include <map>

#include "core/diagnosis/rules.h"
#include "core/etcd/server_version.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leasescope {
namespace {

constexpr std::string_view kNoSpace = "NOSPACE";
constexpr absl::Duration kToldOfRestore = absl::Hours(1);

Finding trouble(Subject subject, FindingSeverity severity, std::string summary, std::string advice) {
  return {.kind = FindingKind::Cluster,
          .severity = severity,
          .confidence = Confidence::Proven,
          .subject = std::move(subject),
          .summary = std::move(summary),
          .advice = std::move(advice)};
}

/// As a person knows it; several members may have the same name.
std::string nameOf(const MemberView& member, const ClusterView& cluster) {
  const auto same = std::ranges::count(cluster.members, member.name, &MemberView::name);
  return member.name.empty() || same > 1 ? member.endpoint : member.name;
}

std::string_view adviceFor(std::string_view alarm) {
  if (alarm == kNoSpace) {
    return "Compact, defragment and then etcdctl alarm disarm; until then nobody can take a lock.";
  }
  if (alarm == "CORRUPT") {
    return "Do not act on what is shown. Find the member that differs and replace it.";
  }
  return "Look at the cluster before anything else.";
}

/// An alarm is its own subject, whichever members raise it.
std::vector<Finding> alarmsOf(const ClusterView& cluster, const ObservedMembers& members) {
  std::map<std::string, std::vector<std::string>> alarms;  // by what comes before the colon
  for (const std::string& alarm : cluster.alarms) alarms[alarm.substr(0, alarm.find(':'))].push_back(alarm);
  std::vector<Finding> findings;
  for (const auto& [name, told] : alarms) {
    findings.push_back(trouble({.alarm = name}, FindingSeverity::Critical,
                               fmt::format("etcd raises an alarm: {}.", fmt::join(told, "; ")),
                               std::string(adviceFor(name))));
    findings.back().evidence.push_back({"alarm", name});
    if (name != kNoSpace) continue;
    const std::vector<CountPoint>& sizes = members.databaseMiB.points();
    if (!sizes.empty()) findings.back().evidence.push_back({"database_mib", sizes.back().count});
    findings.back().curves = curvesOf(Curve::Of::DatabaseMiB, sizes);
  }
  return findings;
}

/// Nothing tells when the services have coped with it; to be told for an hour is enough.
std::optional<Finding> restored(const ClusterView& cluster, const Moment& now) {
  if (!cluster.restored || now - cluster.restored->at > kToldOfRestore) return std::nullopt;
  Finding finding = trouble(
      {.alarm = "restored"}, FindingSeverity::Critical, fmt::format("The {}.", toText(*cluster.restored)),
      "Locks and leases of that time are gone, and who held them may not know it: restart the services "
      "that lock, or see that each of them looks for its own key.");
  finding.evidence = {{"seen_revision", cluster.restored->seen},
                      {"reached_revision", cluster.restored->reached},
                      {"noticed", cluster.restored->at.wall}};
  return finding;
}

std::optional<Finding> noLeader(const ClusterView& cluster, const ObservedMembers& members) {
  std::vector<std::string> without;
  std::vector<std::string> silent;
  for (const MemberView& member : cluster.members) {
    if (!member.problem.empty()) {
      if (member.asked) silent.push_back(nameOf(member, cluster));
    } else if (member.status.leader == 0) {
      without.push_back(nameOf(member, cluster));
    }
  }
  if (without.empty()) return std::nullopt;
  Finding finding = trouble(
      {.alarm = "no leader"}, FindingSeverity::Critical,
      fmt::format("{} {} no leader: nothing can be read or written through {}.", fmt::join(without, ", "),
                  without.size() == 1 ? "knows" : "know", without.size() == 1 ? "it" : "them"),
      "See whether a majority of the members is up and can reach each other; until then no lock can "
      "be taken, and no lease ends.");
  finding.evidence.push_back({"members_without_leader", std::move(without)});
  if (!silent.empty()) finding.evidence.push_back({"members_that_do_not_answer", std::move(silent)});
  finding.curves = curvesOf(Curve::Of::MembersWithLeader, members.withLeader.points());
  return finding;
}

/// A version is its own subject, however many members run it.
std::optional<Finding> versionTrouble(const std::string& version, std::vector<std::string> members,
                                      bool severalMembers) {
  std::vector<etcd::ServerBug> bugs = etcd::bugsOf(version);
  std::erase_if(bugs, [&](const etcd::ServerBug& bug) { return bug.needsSeveralMembers && !severalMembers; });
  if (bugs.empty()) return std::nullopt;
  Finding finding =
      trouble({.version = version}, bugs.front().losesData ? FindingSeverity::Warning : FindingSeverity::Info,
              fmt::format("{} {} {}.", fmt::join(members, ", "), members.size() == 1 ? "runs" : "run",
                          etcd::warningOf(bugs.front(), version)),
              "Update etcd, member by member.");
  finding.evidence.push_back({"members", std::move(members)});
  return finding;
}

std::vector<Finding> versionsOf(const ClusterView& cluster) {
  std::map<std::string, std::vector<std::string>> members;  // by version
  for (const MemberView& member : cluster.members) {
    if (member.problem.empty()) members[member.status.version].push_back(nameOf(member, cluster));
  }
  std::vector<Finding> findings;
  for (auto& [version, names] : members) {
    if (auto one = versionTrouble(version, std::move(names), cluster.members.size() > 1)) {
      findings.push_back(*std::move(one));
    }
  }
  return findings;
}

}  // namespace

std::vector<Finding> clusterTroubles(const Observations& seen, const Moment& now) {
  const ClusterView& cluster = *seen.cluster();
  std::vector<Finding> findings = alarmsOf(cluster, seen.members());
  if (auto one = restored(cluster, now)) findings.push_back(*std::move(one));
  if (auto one = noLeader(cluster, seen.members())) findings.push_back(*std::move(one));
  std::ranges::move(versionsOf(cluster), std::back_inserter(findings));
  return findings;
}

}  // namespace leasescope
