#pragma once

#include <QPalette>

#include "ui/theme/theme.h"

namespace leasescope::ui {

const Colours& coloursOf(bool dark);
QPalette paletteOf(bool dark);
/// resources/style.qss with its colour names replaced.
QString styleSheetOf(bool dark);

}  // namespace leasescope::ui
