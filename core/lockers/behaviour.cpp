#include "core/lockers/behaviour.h"

#include <algorithm>

namespace leasescope {

std::string_view behaviourName(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::WellBehaved:
      return "well-behaved";
    case Behaviour::LeakSession:
      return "leak-session";
    case Behaviour::NeverUnlocks:
      return "never-unlocks";
    case Behaviour::Crash:
      return "crash";
    case Behaviour::GivesUp:
      return "gives-up";
    case Behaviour::Deadlock:
      return "deadlock";
  }
  return "";
}

std::optional<Behaviour> behaviourNamed(std::string_view name) {
  const auto* const found = std::ranges::find(kBehaviours, name, behaviourName);
  if (found == kBehaviours.end()) return std::nullopt;
  return *found;
}

}  // namespace leasescope
