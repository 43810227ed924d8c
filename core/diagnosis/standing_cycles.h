#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/diagnosis/wait_graph.h"
#include "core/picture/moment.h"

namespace leasescope {

/// Tells deadlocks from circles that open by themselves: where many threads share a session, each may hold
/// and wait at any moment, and circles close and open all the time. A deadlock stands. No clock of its own.
class StandingCycles {
 public:
  static constexpr absl::Duration kStands = absl::Milliseconds(500);

  /// Those of `cycles`, which are there now, that have stood for long enough; proven ones first. One that was
  /// suspected once stays so for as long as it stands.
  std::vector<WaitCycle> look(const std::vector<WaitCycle>& cycles, const Moment& now);
  /// When another one will have stood for long enough; nullopt: all have.
  const std::optional<SteadyTime>& next() const { return next_; }

 private:
  struct Standing {
    Moment since;
    Confidence confidence = Confidence::Proven;
  };
  /// By the create revisions of the keys that are waited with: whoever leaves and comes back has another.
  std::map<std::vector<Revision>, Standing> known_;
  std::optional<SteadyTime> next_;
};

}  // namespace leasescope
