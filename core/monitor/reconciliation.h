#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "core/picture/moment.h"
#include "core/picture/picture.h"

namespace leasescope {

/// Compares a picture that was kept true by events with a list that was made beside it: an event that etcd
/// lost (etcd#18089, etcd#17529) shows as a difference. Pure; single-threaded.
class Reconciliation {
 public:
  /// A list is being made. From now on the keys that go are remembered: it may still have them.
  void begin(const Picture& picture);
  /// A key was deleted at this revision. Does nothing unless begun.
  void deleted(const std::string& key, Revision revision);
  /// The list that was being made.
  void listed(Listing listing, SteadyTime now);

  struct Outcome {
    std::size_t keys = 0;  // in the list
    Revision revision = 0;
    std::size_t differences = 0;
    std::string example;  // one line; empty when there is none
  };
  /// Ends what was begun once the picture must have seen everything up to the list: `seen` says so, or
  /// nothing came for a while. nullopt until then, and when the picture was listed anew meanwhile.
  std::optional<Outcome> compareWhenReady(const Picture& picture, Revision seen, SteadyTime lastEvent,
                                          SteadyTime now);

 private:
  Outcome compare(const Picture& picture) const;

  struct Candidate {
    Listing listing;
    SteadyTime since;
  };
  bool underWay_ = false;
  std::uint64_t epoch_ = 0;                             // of the picture when it was begun
  absl::flat_hash_map<std::string, Revision> deleted_;  // the newest deletion of each key
  std::optional<Candidate> candidate_;                  // waits for the events that came before it
};

}  // namespace leasescope
