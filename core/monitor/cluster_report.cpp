#include "core/monitor/cluster_report.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "fmt/format.h"
#include "spdlog/spdlog.h"

namespace leasescope {
namespace {

const MemberView* leaderOf(const ClusterView& cluster) {
  const auto leader = std::ranges::find(cluster.members, true, &MemberView::leader);
  return leader == cluster.members.end() ? nullptr : &*leader;
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

void ClusterReport::membersCompared(const std::vector<std::string>& differences) {
  if (differences == differences_) return;
  for (const std::string& difference : differences) log_.add(Notice::Severity::Bad, difference);
  differences_ = differences;
  changed_ = true;
}

void ClusterReport::leasesListed(const absl::Status& status) {
  std::string problem;
  if (!status.ok()) {
    problem = fmt::format("leases without keys are not shown: {}", std::string(status.message()));
  }
  if (problem == leasesProblem_) return;
  if (!status.ok() && !absl::IsCancelled(status)) spdlog::warn("{}", problem);
  leasesProblem_ = std::move(problem);
  changed_ = true;
}

void ClusterReport::alarm(const std::string& text) {
  log_.add(Notice::Severity::Bad, text);
  alarms_.push_back(text);
  changed_ = true;
}

std::shared_ptr<const ClusterView> ClusterReport::take() {
  if (!std::exchange(changed_, false) || !members_) return whole_;
  auto whole = std::make_shared<ClusterView>(*members_);
  if (!leasesProblem_.empty()) whole->problems.push_back(leasesProblem_);
  std::ranges::copy(differences_, std::back_inserter(whole->problems));
  std::ranges::copy(alarms_, std::back_inserter(whole->alarms));
  whole_ = std::move(whole);
  return whole_;
}

}  // namespace leasescope
