#pragma once

#include <QSortFilterProxyModel>

#include "ui/models/members_model.h"

namespace leasescope::ui {

/// The words and colours of the members table, sorted by raw values.
class MembersProxy : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit MembersProxy(MembersModel* source, QObject* parent = nullptr);

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  static QString text(const QVariant& raw, int column);
};

}  // namespace leasescope::ui
