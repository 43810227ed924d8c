#pragma once

#include <QString>

#include "ui/models/demo_figures.h"

namespace leasescope::ui {

/// The sentence below the demo while a Go service is at the right: how its goroutines come about beside the
/// threads of the leaky program. Rich text.
QString serviceStory(const DemoFigures& leaky, const DemoFigures& service);

}  // namespace leasescope::ui
