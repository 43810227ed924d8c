#pragma once

#include <QColor>
#include <QIcon>

namespace leasescope::ui {

/// A small filled circle, beside words that say the same.
QIcon dotIcon(const QColor& colour);

}  // namespace leasescope::ui
