#pragma once

#include <QTimer>
#include <QTreeView>
#include <vector>

#include "core/etcd/lease_id.h"

namespace leasescope::ui {

/// The table of a page: even rows with hair lines between them, painted anew four times a second while it is
/// visible because TTLs and ages change by time alone.
class TableView : public QTreeView {
  Q_OBJECT

 public:
  explicit TableView(QWidget* parent = nullptr);

  /// Grey text: what is shown is not known to be true any more.
  void setStale(bool stale);
  /// Of the rows on screen (LeaseRole), from top to bottom, each once.
  std::vector<etcd::LeaseId> visibleLeases() const;
  /// Of the selected rows, in the order of the screen, each once.
  std::vector<etcd::LeaseId> selectedLeases() const;
  /// The selected rows as text, to the clipboard.
  void copySelection() const;

 signals:
  void selectionMoved();
  void ticked();

 protected:
  void changeEvent(QEvent* event) override;
  void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;
  void drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

 private:
  void applyColours();

  QTimer tick_;
  bool stale_ = false;
};

}  // namespace leasescope::ui
