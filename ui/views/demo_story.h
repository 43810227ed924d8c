#pragma once

#include <QString>

#include "core/lockers/demo.h"

namespace leasescope::ui {

/// The sentence below the demo: what is being seen right now, and why. Rich text, true to the numbers in
/// `state` whatever mistakes are made. `begun`: the two programs were started and not yet reset; `chosen`:
/// the mistakes that the next start would make.
QString demoStory(const DemoState& state, bool begun, const DemoMistakes& chosen);

}  // namespace leasescope::ui
