#pragma once

#include <QAbstractItemModel>
#include <QStringList>

namespace leasescope::ui {

/// What the model shows, opened up: a line a row, cells separated by " | ", children indented.
inline QStringList dump(QAbstractItemModel& model, const QModelIndex& parent = {},
                        const QString& indent = {}) {
  QStringList lines;
  if (model.canFetchMore(parent)) model.fetchMore(parent);
  for (int row = 0; row < model.rowCount(parent); ++row) {
    QStringList cells;
    for (int column = 0; column < model.columnCount(parent); ++column) {
      cells << model.index(row, column, parent).data().toString();
    }
    lines << indent + cells.join(QStringLiteral(" | "));
    lines << dump(model, model.index(row, 0, parent), indent + QStringLiteral("  "));
  }
  return lines;
}

}  // namespace leasescope::ui
