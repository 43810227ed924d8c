#include "core/picture/change_set.h"

#include <iterator>
#include <utility>

namespace leasescope {

std::string_view happeningName(Happening::Type type) {
  switch (type) {
    case Happening::Type::Acquired:
      return "acquired";
    case Happening::Type::Queued:
      return "queued";
    case Happening::Type::LeftQueue:
      return "left_queue";
    case Happening::Type::Released:
      return "released";
    case Happening::Type::HandedOver:
      return "handed_over";
    case Happening::Type::Expired:
      return "expired";
    case Happening::Type::Resynced:
      break;
  }
  return "resynced";
}

void ChangeBacklog::add(ChangeSet later) {
  if (later.complete) {
    locks_.clear();
    leases_.clear();
  }
  pending_.complete = pending_.complete || later.complete;
  pending_.epoch = later.epoch;
  pending_.revision = later.revision;
  pending_.clusterId = later.clusterId;
  pending_.keyCount = later.keyCount;
  for (const std::string& name : later.removedLocks) locks_[name] = nullptr;
  for (const LeaseId id : later.removedLeases) leases_[id] = nullptr;
  for (auto& lock : later.locks) locks_[lock->name] = std::move(lock);
  for (auto& lease : later.leases) leases_[lease->id] = std::move(lease);
  std::vector<Happening>& happenings = pending_.happenings;
  std::move(later.happenings.begin(), later.happenings.end(), std::back_inserter(happenings));
  if (happenings.size() > maxHappenings_) {
    happenings.erase(happenings.begin(), happenings.end() - static_cast<std::ptrdiff_t>(maxHappenings_));
  }
}

ChangeSet ChangeBacklog::take() {
  ChangeSet out = std::move(pending_);
  pending_ = {
      .epoch = out.epoch, .revision = out.revision, .clusterId = out.clusterId, .keyCount = out.keyCount};
  for (auto& [name, lock] : locks_) {
    if (lock) {
      out.locks.push_back(std::move(lock));
    } else if (!out.complete) {  // what is missing from a complete set is gone anyway
      out.removedLocks.push_back(name);
    }
  }
  for (auto& [id, lease] : leases_) {
    if (lease) {
      out.leases.push_back(std::move(lease));
    } else if (!out.complete) {
      out.removedLeases.push_back(id);
    }
  }
  locks_.clear();
  leases_.clear();
  return out;
}

}  // namespace leasescope
