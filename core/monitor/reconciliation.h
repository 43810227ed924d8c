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
  /// A list is being made; `asked`: somebody waits for what comes of it. From now on the keys that go are
  /// remembered: it may still have them.
  void begin(const Picture& picture, bool asked);
  /// A key was deleted at this revision. Does nothing unless begun.
  void deleted(const std::string& key, Revision revision);
  /// The list that was being made. One from before `begin` is of no use, and dropped.
  void listed(Listing listing, SteadyTime now);
  /// No list came about. True when somebody waits for it.
  bool failed();
  /// The events stopped for a while: those that were missed come from now on.
  void resumed(SteadyTime now);

  struct Outcome {
    std::size_t keys = 0;  // in the list
    Revision revision = 0;
    std::size_t differences = 0;
    std::string example;  // one line; empty when there is none
    bool asked = false;   // as begin() was told
  };
  /// Ends what was begun once the picture must have seen everything up to the list: `seen` says so, or
  /// nothing came for a while. nullopt until then, and when the picture was listed anew meanwhile.
  std::optional<Outcome> compareWhenReady(const Picture& picture, Revision seen, SteadyTime lastEvent,
                                          SteadyTime now);

 private:
  void end();
  Outcome compare(const Picture& picture) const;

  struct Candidate {
    Listing listing;
    SteadyTime since;
  };
  bool underWay_ = false;
  bool asked_ = false;
  std::uint64_t epoch_ = 0;                             // of the picture when it was begun
  Revision revision_ = 0;                               // likewise
  absl::flat_hash_map<std::string, Revision> deleted_;  // the newest deletion of each key
  std::optional<Candidate> candidate_;                  // waits for the events that came before it
};

}  // namespace leasescope
