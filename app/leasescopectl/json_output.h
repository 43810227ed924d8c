#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "absl/container/flat_hash_map.h"
#include "core/actions/actions.h"
#include "core/diagnosis/wait_graph.h"
#include "core/lockers/demo.h"
#include "core/picture/change_set.h"
#include "core/picture/key_json.h"

namespace leasescope {

/// The shapes that scripts rely on. Fields may be added, none changes its meaning.

using LeaseIndex = absl::flat_hash_map<LeaseId, std::shared_ptr<const Lease>>;
LeaseIndex indexLeases(const ChangeSet& all);
/// Null when nothing is known of it.
const Lease* findLease(const LeaseIndex& leases, LeaseId id);

/// Sampling very many leases takes longer than a TTL can be carried on: what a lease then is said to be is
/// what it was when it was sampled.
Moment toldAsOf(const Lease& lease, const Moment& now);

nlohmann::json toJson(const Contender& contender, const LeaseIndex& leases, const Moment& now);
nlohmann::json toJson(const Lock& lock, const LeaseIndex& leases, const Moment& now);
nlohmann::json toJson(const Lease& lease, const Moment& now);
nlohmann::json toJson(const Happening& happening);
nlohmann::json toJson(const RevokePreview& preview, bool revoked);
nlohmann::json toJson(const ReleasePreview& preview, bool released);
nlohmann::json toJson(const HolderIdentity* identity);  // null when nothing is said
nlohmann::json toJson(const WaitEdge& edge);
nlohmann::json toJson(const WaitCycle& cycle);  // its leases, each waits for the next or is of its thread
nlohmann::json toJson(const DemoSide& side);

std::string_view stateName(LeaseState state);
std::string clusterHex(std::uint64_t id);
std::string timeText(absl::Time time);

}  // namespace leasescope
