#include "core/monitor/lease_survey.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace leasescope {
namespace {

using Leases = std::vector<etcd::LeaseId>;

constexpr std::size_t kMostAsked = 100;

Leases both(const Leases& a, const Leases& b) {
  Leases result;
  std::ranges::set_intersection(a, b, std::back_inserter(result));
  return result;
}

Leases either(const Leases& a, const Leases& b) {
  Leases result;
  std::ranges::set_union(a, b, std::back_inserter(result));
  return result;
}

Leases without(const Leases& a, const Leases& b) {
  Leases result;
  std::ranges::set_difference(a, b, std::back_inserter(result));
  return result;
}

/// Sorted, of all that answer.
std::map<std::string, Leases> listsOf(etcd::Client& client) {
  std::map<std::string, Leases> lists;
  const std::vector<std::string> endpoints = client.endpoints();
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    absl::StatusOr<Leases> list = client.leasesOf(i);
    if (!list.ok()) continue;
    std::ranges::sort(*list);
    lists[endpoints[i]] = *std::move(list);
  }
  return lists;
}

/// What the leader said of some leases; sorted.
struct Answers {
  Leases known;
  Leases unknown;
  bool all = true;
};

Answers askLeader(etcd::Client& client, Leases leases) {
  Answers answers{.all = leases.size() <= kMostAsked};
  leases.resize(std::min(leases.size(), kMostAsked));
  for (const etcd::LeaseId id : leases) {
    const absl::StatusOr<etcd::LeaseTtl> ttl = client.leaseTtl(id, false);
    if (!ttl.ok()) {
      answers.all = false;
      break;
    }
    (ttl->found ? answers.known : answers.unknown).push_back(id);
  }
  return answers;
}

}  // namespace

std::vector<LeaseDifference> LeaseSurvey::ask(etcd::Client& client) {
  UnlikeByEndpoint now = compare(listsOf(client));
  const UnlikeByEndpoint still = stillUnlike(now);
  wantsSecondLook_ = !wantsSecondLook_ && sizeOf(now) > sizeOf(still);
  before_ = std::move(now);
  Leases inDoubt;
  for (const auto& [endpoint, unlike] : still) {
    inDoubt = either(inDoubt, either(unlike.listed, unlike.lacking));
  }
  const Answers leader = askLeader(client, std::move(inDoubt));
  std::vector<LeaseDifference> differences;
  for (const auto& [endpoint, unlike] : still) {
    LeaseDifference difference{.endpoint = endpoint,
                               .ghosts = both(unlike.listed, leader.unknown),
                               .lacking = both(unlike.lacking, leader.known),
                               .atLeast = !leader.all};
    if (difference.ghosts.empty() && difference.lacking.empty()) continue;
    differences.push_back(std::move(difference));
  }
  return differences;
}

std::size_t LeaseSurvey::sizeOf(const UnlikeByEndpoint& unlike) {
  std::size_t size = 0;
  for (const auto& [endpoint, one] : unlike) size += one.listed.size() + one.lacking.size();
  return size;
}

LeaseSurvey::UnlikeByEndpoint LeaseSurvey::compare(const std::map<std::string, Leases>& lists) {
  if (lists.empty()) return {};
  Leases all;
  Leases common = lists.begin()->second;
  for (const auto& [endpoint, list] : lists) {
    all = either(all, list);
    common = both(common, list);
  }
  UnlikeByEndpoint unlike;
  for (const auto& [endpoint, list] : lists) {
    unlike[endpoint] = {.listed = without(list, common), .lacking = without(all, list)};
  }
  return unlike;
}

LeaseSurvey::UnlikeByEndpoint LeaseSurvey::stillUnlike(const UnlikeByEndpoint& now) const {
  UnlikeByEndpoint still;
  for (const auto& [endpoint, unlike] : now) {
    const auto before = before_.find(endpoint);
    if (before == before_.end()) continue;
    still[endpoint] = {.listed = both(unlike.listed, before->second.listed),
                       .lacking = both(unlike.lacking, before->second.lacking)};
  }
  return still;
}

}  // namespace leasescope
