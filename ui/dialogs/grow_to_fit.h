#pragma once

class QDialog;

namespace leasescope::ui {

/// Makes room for what has become visible: a dialog does not grow by itself when a text that wraps does.
void growToFit(QDialog& dialog);

}  // namespace leasescope::ui
