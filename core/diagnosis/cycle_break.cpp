#include "core/diagnosis/cycle_break.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <tuple>

#include "core/etcd/lease_id.h"

namespace leasescope {
namespace {

/// The key that is in the way is the one with which its session itself waits.
bool standsInBetween(const WaitEdge& inTheWay, const WaitEdge& waits) {
  const std::string& key = inTheWay.key;
  const std::size_t name = waits.lock.size() + 1;
  return key.size() > name && key.starts_with(waits.lock) && key[name - 1] == '/' &&
         etcd::leaseFromCanonicalHex(std::string_view(key).substr(name)).has_value();
}

}  // namespace

LeaseId leastHarmfulRevoke(const WaitCycle& cycle, const FindLease& find) {
  const auto harm = [&](const WaitEdge& inTheWay, const WaitEdge& waits) {
    const LeaseId session = inTheWay.holder;
    const Lease* lease = find(session);
    const std::size_t keys =
        lease != nullptr ? lease->keysRevoked() : std::numeric_limits<std::size_t>::max();
    const SteadyTime seen = lease != nullptr ? lease->firstSeen.moment.steady : SteadyTime();
    return std::tuple(standsInBetween(inTheWay, waits), keys, -seen.time_since_epoch(), ~session);
  };
  auto least = harm(cycle.edges.back(), cycle.edges.front());
  for (std::size_t i = 1; i < cycle.edges.size(); ++i) {
    least = std::min(least, harm(cycle.edges[i - 1], cycle.edges[i]));
  }
  return ~std::get<3>(least);
}

}  // namespace leasescope
