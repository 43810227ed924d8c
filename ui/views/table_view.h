#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <QTimer>
#include <QTreeView>

#include "core/etcd/lease_id.h"

class QSettings;

namespace leasescope::ui {

/// The table of a page: even rows with hair lines between them, painted anew four times a second while it is
/// visible because TTLs and ages change by time alone.
class TableView : public QTreeView {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostSelected = 32;

  /// Of a model of the presenting kind (row_roles.h). Shortcuts of commands work within `reach`: the window
  /// when it is the page's only table, so that they need no focus; lines of text keep their keys.
  explicit TableView(QAbstractItemModel* model, Qt::ShortcutContext reach, QWidget* parent = nullptr);

  /// One more line of the context menu, with its shortcut; copying the rows is there from the beginning.
  QAction* addCommand(const QString& iconName, const QString& text, const QKeySequence& keys,
                      std::function<void()> run);
  using ColumnWidth = std::pair<int, int>;  // the model's column, pixels
  void setColumnWidths(std::span<const ColumnWidth> widths);
  /// Columns and order of the rows, under "`page`/columns".
  void saveColumns(QSettings& settings, const QString& page) const;
  void restoreColumns(QSettings& settings, const QString& page);

  /// Grey, tags and bars, too: what is shown is not known to be true any more.
  void setStale(bool stale);
  /// Of the rows on screen (LeaseRole), from top to bottom, each once.
  std::vector<etcd::LeaseId> visibleLeases() const;
  /// Of the selected rows, each once; of a large selection only the first kMostSelected.
  std::vector<etcd::LeaseId> selectedLeases() const;
  qint64 selectedRowCount() const;
  /// First column of the row that is selected and current, or else of the first that is selected.
  QModelIndex selectedRow() const;
  /// Makes this row the only selected one, whatever keys are held down.
  void choose(const QModelIndex& row);
  /// Since the last choose() the user clicked or pressed a key here.
  bool touched() const { return touched_; }
  /// The selected rows as text, to the clipboard.
  void copySelection() const;

 signals:
  void selectionMoved();
  void ticked();

 protected:
  /// Rows never change their height, so there is nothing to do but to paint; Qt's own looks for the row
  /// first, among all of them.
  void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                   const QList<int>& roles) override;
  void changeEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void initViewItemOption(QStyleOptionViewItem* option) const override;
  void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;
  void drawRow(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

 private:
  void applyColours();

  const Qt::ShortcutContext reach_;
  QTimer tick_;
  bool stale_ = false;
  bool touched_ = false;
};

}  // namespace leasescope::ui
