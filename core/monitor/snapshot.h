#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/etcd/client.h"
#include "core/picture/picture.h"

namespace leasescope {

/// Which leases' TTLs are asked for in a single look.
enum class TtlPolicy {
  All,   // every one, however long that takes within the budget
  Some,  // those that matter, as many as the budget allows in one second
  None,
};

struct SnapshotOptions {
  std::vector<std::string> prefixes;  // empty: everything
  TtlPolicy ttls = TtlPolicy::Some;
  int ttlBudget = 200;     // LeaseTimeToLive calls a second, at most
  bool onlyLocks = false;  // TTLs of leases that stand in no lock's queue are not wanted
};

struct Snapshot {
  ChangeSet all;           // complete
  absl::Status leaseList;  // not OK: leases without keys are missing, and why
};

/// One look at the cluster: lists keys and leases and samples TTLs. Blocks.
absl::StatusOr<Snapshot> takeSnapshot(etcd::Client& client, const SnapshotOptions& options);

}  // namespace leasescope
