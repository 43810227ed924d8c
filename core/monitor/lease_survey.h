#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/etcd/client.h"
#include "core/monitor/cluster_view.h"

namespace leasescope {

/// Finds members that disagree about which leases there are, which they do for good when one of them has lost
/// some (etcd#12651) or has kept what the others removed (etcd#14019). A member may lag behind the others, so
/// only what differs twice in a row counts. Who is right is asked of the leader, which answers for a lease
/// whatever the member that is asked lists itself (etcd: server/etcdserver/v3_server.go LeaseTimeToLive).
class LeaseSurvey {
 public:
  /// Asks every endpoint for its list, and the leader about a hundred leases at most. Blocks. Only members
  /// that differ, by endpoint; those that do not answer are left out.
  std::vector<LeaseDifference> ask(etcd::Client& client);
  /// Something differed that did not before: it is worth asking again soon. Not twice in a row, as where
  /// leases come and go something always differs.
  bool wantsSecondLook() const { return wantsSecondLook_; }

 private:
  /// Compared with the other members' lists; sorted.
  struct Unlike {
    std::vector<etcd::LeaseId> listed;   // not by all others
    std::vector<etcd::LeaseId> lacking;  // listed by others
  };
  using UnlikeByEndpoint = std::map<std::string, Unlike>;

  static UnlikeByEndpoint compare(const std::map<std::string, std::vector<etcd::LeaseId>>& lists);
  static std::size_t sizeOf(const UnlikeByEndpoint& unlike);
  /// What was so in the last round, too.
  UnlikeByEndpoint stillUnlike(const UnlikeByEndpoint& now) const;

  UnlikeByEndpoint before_;  // the last round
  bool wantsSecondLook_ = false;
};

}  // namespace leasescope
