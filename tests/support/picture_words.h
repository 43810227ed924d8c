#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/etcd/lease_id.h"
#include "core/picture/change_set.h"
#include "core/picture/key_text.h"
#include "core/picture/lock.h"

namespace leasescope {

/// Locks and happenings in words, so that a failing comparison can be read.

/// "acquired jobs/1f", or the word alone when it is about no key.
inline std::vector<std::string> inWords(const std::vector<Happening>& happenings) {
  std::vector<std::string> words;
  for (const Happening& happening : happenings) {
    words.emplace_back(happeningName(happening.type));
    if (!happening.key.empty()) words.back() += " " + printableKey(happening.key);
  }
  return words;
}

/// All that a lock says but since when: "jobs mutex: jobs/1f@2 lease 1f; jobs/2e@3 lease 2e waits on
/// jobs/1f".
inline std::string inWords(const Lock& lock) {
  std::string words = printableKey(lock.name) + " ";
  words += lockKindName(lock.kind);
  words += ":";
  if (lock.blocker) {
    words += " blocked by " + printableKey(lock.blocker->key) + "@" +
             std::to_string(lock.blocker->createRevision) + " lease " + etcd::leaseHex(lock.blocker->lease) +
             ";";
  }
  for (const auto& shared : lock.queue) {
    const Contender& contender = *shared;
    words += " " + printableKey(contender.key) + "@" + std::to_string(contender.createRevision) + " lease " +
             etcd::leaseHex(contender.lease);
    if (contender.mismatched()) words += " named " + etcd::leaseHex(contender.nameLease);
    if (!contender.waitsOn.empty()) {
      words += " waits on " + printableKey(contender.waitsOn);
      const std::string lease = etcd::leaseHex(contender.waitsOnLease);
      if (!contender.waitsOn.ends_with("/" + lease)) words += " of " + lease;
    }
    words += ";";
  }
  return words;
}

inline std::string inWords(const std::shared_ptr<const Lock>& lock) {
  return lock == nullptr ? "no lock" : inWords(*lock);
}

}  // namespace leasescope
