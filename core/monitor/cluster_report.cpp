#include "core/monitor/cluster_report.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/diagnosis/wording.h"
#include "core/etcd/lease_id.h"
#include "fmt/format.h"
#include "spdlog/spdlog.h"

namespace leasescope {
namespace {

const MemberView* leaderOf(const ClusterView& cluster) {
  const auto leader = std::ranges::find(cluster.members, true, &MemberView::leader);
  return leader == cluster.members.end() ? nullptr : &*leader;
}

/// A line for each direction.
std::vector<std::string> linesOf(const LeaseDifference& difference) {
  const auto& [endpoint, ghosts, lacking, atLeast] = difference;
  const std::string_view about = atLeast ? "at least " : "";
  std::vector<std::string> lines;
  if (!ghosts.empty()) {
    lines.push_back(fmt::format("{} lists {}{} that the leader does not know, {} for example", endpoint,
                                about, counted(ghosts.size(), "lease"), etcd::leaseHex(ghosts.front())));
  }
  if (!lacking.empty()) {
    lines.push_back(fmt::format("{} does not list {}{} that the leader knows, {} for example", endpoint,
                                about, counted(lacking.size(), "lease"), etcd::leaseHex(lacking.front())));
  }
  return lines;
}

std::vector<std::string> linesOf(const std::vector<LeaseDifference>& differences) {
  std::vector<std::string> lines;
  for (const LeaseDifference& one : differences) std::ranges::move(linesOf(one), std::back_inserter(lines));
  return lines;
}

}  // namespace

void ClusterReport::surveyed(std::shared_ptr<const ClusterView> members) {
  noteLeader(*members);
  members_ = std::move(members);
  changed_ = true;
}

void ClusterReport::noteLeader(const ClusterView& members) {
  const MemberView* before = members_ ? leaderOf(*members_) : nullptr;
  const MemberView* after = leaderOf(members);
  if (before == nullptr) return;
  if (after == nullptr) {
    log_.add(Notice::Severity::Warning, "no member that answers is the leader");
  } else if (after->id != before->id) {
    log_.add(Notice::Severity::Info, fmt::format("{} leads now instead of {}, raft term {}", after->name,
                                                 before->name, after->status.raftTerm));
  }
}

void ClusterReport::leasesCompared(std::vector<LeaseDifference> differences) {
  if (differences == differences_) return;
  for (const std::string& line : linesOf(differences)) log_.add(Notice::Severity::Bad, line);
  differences_ = std::move(differences);
  changed_ = true;
}

void ClusterReport::leasesListed(const absl::Status& status) {
  if (absl::IsCancelled(status)) return;  // by this program, as it ends
  std::string problem;
  if (!status.ok()) {
    problem = fmt::format("leases without keys are not shown: {}", std::string(status.message()));
  }
  if (problem == leasesProblem_) return;
  if (!status.ok()) spdlog::warn("{}", problem);
  leasesProblem_ = std::move(problem);
  changed_ = true;
}

void ClusterReport::restored(const HistoryBreak& one) {
  log_.add(Notice::Severity::Bad, "the " + toText(one));
  restored_ = one;
  changed_ = true;
}

std::shared_ptr<const ClusterView> ClusterReport::take() {
  if (!std::exchange(changed_, false) || !members_) return whole_;
  auto whole = std::make_shared<ClusterView>(*members_);
  whole->leasesProblem = leasesProblem_;
  if (!leasesProblem_.empty()) whole->problems.push_back(leasesProblem_);
  std::ranges::move(linesOf(differences_), std::back_inserter(whole->problems));
  whole->leaseDifferences = differences_;
  whole->restored = restored_;
  if (restored_) whole->problems.push_back("the " + toText(*restored_));
  whole_ = std::move(whole);
  return whole_;
}

}  // namespace leasescope
