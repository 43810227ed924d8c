#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "core/picture/picture.h"
#include "tests/support/history.h"
#include "tests/support/picture_words.h"

namespace leasescope {

inline std::string inWords(const Lease& lease) {
  std::string words = etcd::leaseHex(lease.id) + ":";
  for (const std::string& key : *lease.keys) words += " " + key;
  if (lease.identity != nullptr) words += " by " + identityText(lease.identity.get());
  return words;
}

/// A change set's receiver: what a window or a console knows.
struct Mirror {
  std::map<std::string, std::string> locks;
  std::map<LeaseId, std::string> leases;

  void apply(const ChangeSet& changes) {
    if (changes.complete) *this = {};
    for (const auto& lock : changes.locks) locks[lock->name] = inWords(*lock);
    for (const std::string& name : changes.removedLocks) locks.erase(name);
    for (const auto& lease : changes.leases) leases[lease->id] = inWords(*lease);
    for (const LeaseId id : changes.removedLeases) leases.erase(id);
  }
  /// Leases without keys are not in a list of keys.
  void dropLeasesWithoutKeys() {
    std::erase_if(leases, [](const auto& item) { return item.second == etcd::leaseHex(item.first) + ":"; });
  }
  bool operator==(const Mirror&) const = default;
};

/// How RapidCheck prints it.
inline void showValue(const Mirror& mirror, std::ostream& out) {
  for (const auto& [name, words] : mirror.locks) out << "\n  " << words;
  for (const auto& [id, words] : mirror.leases) out << "\n  lease " << words;
}

inline Mirror everythingOf(const Listing& listing) {
  Picture picture;
  picture.restore(listing, at(0));
  Mirror mirror;
  mirror.apply(picture.takeChanges());
  return mirror;
}

/// All that a picture knows of its keys but since when.
inline std::vector<std::string> keysOf(const Picture& picture) {
  std::vector<std::string> keys;
  for (const auto& [key, record] : picture.keys()) {
    keys.push_back(key + "@" + std::to_string(record.createRevision) + "/" +
                   std::to_string(record.modRevision) + " version " + std::to_string(record.version) +
                   " lease " + etcd::leaseHex(record.lease));
  }
  return keys;
}

}  // namespace leasescope
