#pragma once

#include <QModelIndexList>
#include <QString>

namespace leasescope::ui {

/// Rows as they are on screen, for the clipboard: a header, then a line a row, separated by tabs. `rows` has
/// one index a row; they come in the order of the screen.
QString rowsAsText(const QAbstractItemModel& model, QModelIndexList rows);

}  // namespace leasescope::ui
