#include "core/monitor/cluster_survey.h"

#include <algorithm>

#include "core/etcd/server_version.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

// A gRPC proxy lists proxies in place of members (etcd: server/proxy/grpcproxy/cluster.go).
constexpr std::uint64_t kProxyId = 0;

std::string_view alarmName(etcd::Alarm::Kind kind) {
  switch (kind) {
    case etcd::Alarm::Kind::NoSpace:
      return "NOSPACE: the database is full, writes fail; revoking leases still works";
    case etcd::Alarm::Kind::Corrupt:
      return "CORRUPT: members disagree about the data, nothing here can be trusted";
    default:
      return "an alarm that this program does not know";
  }
}

std::string memberName(const ClusterView& view, std::uint64_t id) {
  for (const MemberView& member : view.members) {
    if (member.id == id && !member.name.empty()) return member.name;
  }
  return fmt::format("member {:x}", id);
}

MemberView viewOf(etcd::Client& client, std::size_t index, const std::string& endpoint) {
  MemberView view{.endpoint = endpoint};
  absl::StatusOr<etcd::MemberStatus> status = client.statusOf(index);
  if (!status.ok()) {
    view.problem = std::string(status.status().message());
    return view;
  }
  view.status = *std::move(status);
  view.id = view.status.header.memberId;
  view.leader = view.status.leader == view.id;
  return view;
}

void warnOfVersions(ClusterView& view) {
  for (const MemberView& member : view.members) {
    if (!member.problem.empty()) continue;
    for (const etcd::ServerBug& bug : etcd::bugsOf(member.status.version)) {
      if (!bug.losesData) continue;  // the others are told where leases are judged
      view.problems.push_back(fmt::format("{} runs {}", memberName(view, member.id),
                                          etcd::warningOf(bug, member.status.version)));
    }
  }
}

/// Those that answer and know no leader; without one etcd answers nothing else (etcd: a linearizable read).
bool noneKnowsALeader(const ClusterView& view) {
  bool answered = false;
  for (const MemberView& member : view.members) {
    if (!member.problem.empty()) continue;
    if (member.status.leader != 0) return false;
    answered = true;
  }
  return answered;
}

/// The endpoint as it was given and one that the member tells: with or without a scheme.
bool sameAddress(std::string_view given, std::string_view told) {
  const auto bare = [](std::string_view text) {
    const auto scheme = text.find("://");
    return scheme == std::string_view::npos ? text : text.substr(scheme + 3);
  };
  return bare(given) == bare(told);
}

/// By its id, or when it does not answer by its address.
MemberView* viewOf(const etcd::Member& member, ClusterView& view) {
  for (MemberView& known : view.members) {
    if (known.id == member.id) return &known;
  }
  for (MemberView& known : view.members) {
    if (known.id == 0 && std::ranges::any_of(member.clientUrls, [&](const std::string& url) {
          return sameAddress(known.endpoint, url);
        })) {
      return &known;
    }
  }
  return nullptr;
}

void addMembers(const std::vector<etcd::Member>& members, const etcd::Client& client, ClusterView& view) {
  for (const etcd::Member& member : members) {
    if (member.id == kProxyId) {
      view.problems.push_back(fmt::format(
          "{} is a gRPC proxy: the members behind it can't be asked one by one, so it is not seen whether "
          "all of them answer and agree about the leases",
          client.endpoint()));
      return;
    }
    if (MemberView* known = viewOf(member, view)) {
      known->id = member.id;
      known->name = member.name;
    } else {
      view.members.push_back({.endpoint = member.clientUrls.empty() ? "" : member.clientUrls.front(),
                              .id = member.id,
                              .name = member.name,
                              .asked = false,
                              .problem = "not among the endpoints, so not asked"});
    }
  }
}

void askForMembersAndAlarms(etcd::Client& client, ClusterView& view) {
  if (const auto members = client.members(); members.ok()) {
    addMembers(*members, client, view);
  } else {
    view.problems.push_back("members: " + std::string(members.status().message()));
  }
  if (const auto alarms = client.alarms(); alarms.ok()) {
    for (const etcd::Alarm& alarm : *alarms) {
      // Servers before 3.5.5 raise CORRUPT without saying for whom (etcd#14272).
      view.alarms.push_back(fmt::format(
          "{} ({})", alarmName(alarm.kind),
          alarm.memberId == 0 ? "etcd does not say of which member" : memberName(view, alarm.memberId)));
    }
  } else {
    view.problems.push_back("alarms: " + std::string(alarms.status().message()));
  }
}

}  // namespace

ClusterView surveyCluster(etcd::Client& client) {
  ClusterView view;
  const std::vector<std::string> endpoints = client.endpoints();
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    view.members.push_back(viewOf(client, i, endpoints[i]));
    if (view.members.back().problem.empty()) view.clusterId = view.members.back().status.header.clusterId;
  }
  if (noneKnowsALeader(view)) {
    view.problems.emplace_back("no leader: members and alarms can't be asked for");
  } else {
    askForMembersAndAlarms(client, view);
  }
  warnOfVersions(view);
  view.asOf = Moment::now();
  return view;
}

}  // namespace leasescope
