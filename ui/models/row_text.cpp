#include "ui/models/row_text.h"

#include <algorithm>
#include <vector>

#include <QStringList>

namespace leasescope::ui {
namespace {

/// Rows from the top level down to the index.
std::vector<int> path(QModelIndex index) {
  std::vector<int> rows;
  for (; index.isValid(); index = index.parent()) rows.insert(rows.begin(), index.row());
  return rows;
}

QString headerLine(const QAbstractItemModel& model) {
  QStringList cells;
  for (int column = 0; column < model.columnCount(); ++column) {
    cells << model.headerData(column, Qt::Horizontal).toString();
  }
  return cells.join(u'\t');
}

QString line(const QModelIndex& row, int columns) {
  QStringList cells;
  for (int column = 0; column < columns; ++column) cells << row.siblingAtColumn(column).data().toString();
  return cells.join(u'\t');
}

}  // namespace

QString rowsAsText(const QAbstractItemModel& model, QModelIndexList rows) {
  std::ranges::sort(rows, {}, path);
  QStringList lines{headerLine(model)};
  for (const QModelIndex& row : rows) lines << line(row, model.columnCount());
  return lines.join(u'\n') + u'\n';
}

}  // namespace leasescope::ui
