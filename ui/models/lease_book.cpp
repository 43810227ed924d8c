#include "ui/models/lease_book.h"

#include <algorithm>

namespace leasescope::ui {

void LeaseBook::apply(const ChangeSet& changes) {
  if (changes.complete) leases_.clear();
  for (const LeaseId id : changes.removedLeases) {
    leases_.erase(id);
    histories_.erase(id);
  }
  for (const auto& lease : changes.leases) leases_[lease->id] = lease;
}

void LeaseBook::apply(const absl::flat_hash_map<LeaseId, TtlHistory>& histories) {
  for (const auto& [id, history] : histories) histories_[id] = history;
}

void LeaseBook::clear() {
  leases_.clear();
  histories_.clear();
}

const Lease* LeaseBook::find(LeaseId id) const {
  const auto found = leases_.find(id);
  return found == leases_.end() ? nullptr : found->second.get();
}

TtlHistory LeaseBook::history(LeaseId id) const {
  const auto found = histories_.find(id);
  return found == histories_.end() ? nullptr : found->second;
}

void LeaseBook::keepHistories(const std::vector<LeaseId>& wanted) {
  absl::erase_if(histories_,
                 [&](const auto& entry) { return std::ranges::find(wanted, entry.first) == wanted.end(); });
}

}  // namespace leasescope::ui
