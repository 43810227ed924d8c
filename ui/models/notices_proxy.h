#pragma once

#include <QSortFilterProxyModel>

#include "ui/models/notices_model.h"

namespace leasescope::ui {

/// The words and colours of what happened, sorted by raw values.
class NoticesProxy : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit NoticesProxy(NoticesModel* source, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
};

}  // namespace leasescope::ui
