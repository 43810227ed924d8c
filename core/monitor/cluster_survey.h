#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/etcd/client.h"
#include "core/monitor/monitor.h"

namespace leasescope {

/// One round of questions to all members. Blocks.
ClusterView surveyCluster(etcd::Client& client);

/// Finds members that disagree about which leases there are, which they do for good when one of them has lost
/// some (etcd#12651). A member may lag behind the others, so only what differs twice in a row counts.
class LeaseSurvey {
 public:
  /// Asks every endpoint for its list. Blocks. One line for each member that differs.
  std::vector<std::string> ask(etcd::Client& client);

  /// Of each member, by endpoint: its leases. Pure but for what the round before said.
  std::vector<std::string> compare(const absl::flat_hash_map<std::string, std::vector<LeaseId>>& lists);

 private:
  absl::flat_hash_map<std::string, std::vector<LeaseId>> lacking_;  // as of the last round
};

}  // namespace leasescope
