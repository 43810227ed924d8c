#pragma once

#include <map>
#include <optional>
#include <string>

#include "ui/models/insights.h"
#include "ui/models/states.h"

/// What was found about locks, for those who show them.
namespace leasescope::ui {

class ShownPicture;

/// Those that nobody gets any more, by name: deadlocked or stuck.
std::map<std::string, LockState> lockTroubles(ShownPicture& picture);
/// The worst that was found about this lock, in words; nullopt: nothing that matters.
std::optional<Insight> lockTrouble(const Lock& lock, ShownPicture& picture);

}  // namespace leasescope::ui
