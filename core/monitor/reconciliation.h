#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "core/picture/picture.h"

namespace leasescope {

/// Compares a picture that was kept true by events with a list that was made beside it: an event that etcd
/// lost (etcd#18089, etcd#17529) shows as a difference. Pure; single-threaded.
class Reconciliation {
 public:
  /// From now on the keys that go are remembered: a list may still have them.
  void begin();
  /// A key was deleted at this revision. Does nothing unless begun.
  void deleted(const std::string& key, Revision revision);

  struct Difference {
    std::size_t keys = 0;
    std::string example;  // one line; empty when there is none
  };
  /// Ends what was begun. `picture` has seen everything up to the list's revision, and maybe more.
  Difference compare(const Listing& listing, const Picture& picture);

 private:
  bool underWay_ = false;
  absl::flat_hash_map<std::string, Revision> deleted_;  // the newest deletion of each key
};

}  // namespace leasescope
