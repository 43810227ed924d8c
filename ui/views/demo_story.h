#pragma once

#include <QString>

#include "core/lockers/demo.h"

namespace leasescope::ui {

/// The sentence below the demo: what is being seen right now, and why. Rich text, true to the numbers in
/// `state`. `begun`: the two programs were started and not yet reset.
QString demoStory(const DemoState& state, bool begun);

}  // namespace leasescope::ui
