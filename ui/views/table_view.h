#pragma once

#include <vector>

#include <QTimer>
#include <QTreeView>

#include "core/etcd/lease_id.h"

namespace leasescope::ui {

/// The table of a page: even rows with hair lines between them, painted anew four times a second while it is
/// visible because TTLs and ages change by time alone.
class TableView : public QTreeView {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostSelected = 32;

  explicit TableView(QWidget* parent = nullptr);

  /// Grey text: what is shown is not known to be true any more.
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
  void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;
  void drawRow(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

 private:
  void applyColours();

  QTimer tick_;
  bool stale_ = false;
};

}  // namespace leasescope::ui
