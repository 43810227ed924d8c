#pragma once

#include <QStyledItemDelegate>

namespace leasescope::ui {

/// Text in a row of even height. The view paints the row's background.
class RowDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Remaining TTL as a bar: FractionRole, ToneRole, text. Plain muted text for what has no fraction.
class TtlBarDelegate : public RowDelegate {
  Q_OBJECT

 public:
  using RowDelegate::RowDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// A word on a coloured tag for rows at the top level; plain text below.
class StateTagDelegate : public RowDelegate {
  Q_OBJECT

 public:
  using RowDelegate::RowDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace leasescope::ui
