#pragma once

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/monitor/monitor.h"

namespace leasescope::ui {

/// The window's copy of the leases: values from the monitor, shared by all models. To be brought up to date
/// before the models that read it.
class LeaseBook {
 public:
  void apply(const ChangeSet& changes);
  void apply(const absl::flat_hash_map<LeaseId, TtlHistory>& histories);
  void clear();

  /// nullptr when there is no such lease.
  const Lease* find(LeaseId id) const;
  /// nullptr unless it was asked for.
  TtlHistory history(LeaseId id) const;
  /// Of the others nothing more will come: drop what is there.
  void keepHistories(const std::vector<LeaseId>& wanted);
  std::size_t size() const { return leases_.size(); }

 private:
  absl::flat_hash_map<LeaseId, std::shared_ptr<const Lease>> leases_;
  absl::flat_hash_map<LeaseId, TtlHistory> histories_;
};

}  // namespace leasescope::ui
