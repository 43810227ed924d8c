#include "ui/dialogs/grow_to_fit.h"

#include <algorithm>

#include <QDialog>
#include <QLayout>

namespace leasescope::ui {

void growToFit(QDialog& dialog) {
  QLayout* layout = dialog.layout();
  if (layout == nullptr) return;
  layout->activate();
  const int width = std::max(dialog.width(), dialog.minimumWidth());
  const int needed = layout->totalHeightForWidth(width);
  if (dialog.height() < needed) dialog.resize(width, needed);
}

}  // namespace leasescope::ui
