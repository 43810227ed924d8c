#pragma once

#include "core/etcd/client.h"
#include "core/monitor/monitor.h"

namespace leasescope {

/// The first list takes its time, as where there are very many keys or the way is slow: nothing failed yet,
/// and a member that has a leader answers. Blocks.
inline bool isListing(etcd::Client& client, const Health& health) {
  if (health.state != Health::State::Connecting || !health.reason.empty()) return false;
  for (std::size_t i = 0; i < client.endpoints().size(); ++i) {
    const auto status = client.statusOf(i);
    if (status.ok() && status->leader != 0) return true;
  }
  return false;
}

}  // namespace leasescope
