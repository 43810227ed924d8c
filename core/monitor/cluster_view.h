#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/etcd/types.h"
#include "core/picture/moment.h"

namespace leasescope {

/// One member as it answers for itself.
struct MemberView {
  std::string endpoint;
  std::uint64_t id = 0;
  std::string name;
  bool leader = false;
  etcd::MemberStatus status;
  bool asked = true;    // false: it is not among the endpoints
  std::string problem;  // set: the member was not asked or did not answer, `status` is meaningless
};

/// How the list of leases of one member differs from what the leader knows.
struct LeaseDifference {
  std::string endpoint;
  std::vector<etcd::LeaseId> ghosts;   // listed, but unknown to the leader; sorted
  std::vector<etcd::LeaseId> lacking;  // known to the leader, but not listed; sorted
  bool atLeast = false;                // the leader was not asked about all that differ

  bool operator==(const LeaseDifference&) const = default;
};

/// A cluster that was restored from an older state goes on from there: what came later is lost.
struct HistoryBreak {
  etcd::Revision seen = 0;     // the newest that was seen before
  etcd::Revision reached = 0;  // where the cluster was when that was noticed
  Moment at;

  bool operator==(const HistoryBreak&) const = default;
};
/// Goes on after "the".
std::string toText(const HistoryBreak& one);

struct ClusterView {
  std::uint64_t clusterId = 0;
  std::vector<MemberView> members;  // endpoints that never answered, too: they have no id
  std::vector<LeaseDifference> leaseDifferences;
  std::string leasesProblem;             // set: leases without keys can't be listed, and why
  std::vector<std::string> alarms;       // what etcd raises: "NOSPACE: what it means (the member)"
  std::optional<HistoryBreak> restored;  // the newest that was seen
  std::vector<std::string> problems;     // what could not be found out, and why; versions to be warned of
  Moment asOf;

  std::ptrdiff_t memberCount() const {
    return std::ranges::count_if(members, [](const MemberView& member) { return member.id != 0; });
  }
};

}  // namespace leasescope
