#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QAbstractTableModel>

#include "core/picture/change_set.h"
#include "ui/models/sorted_rows.h"

namespace leasescope::ui {

/// All leases in order of their ids, as raw values. Merges what changed and never resets while a cluster is
/// shown.
class LeasesModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Id, State, Remaining, Granted, Keys, Renewals, LastRenewal, FirstSeen, Who, ColumnCount };

  using QAbstractTableModel::QAbstractTableModel;

  void apply(const ChangeSet& changes);
  void clear();

  /// Null for an invalid index.
  const Lease* lease(const QModelIndex& index) const;
  QModelIndex find(LeaseId id) const;

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : rows_.size(); }
  int columnCount(const QModelIndex& parent = {}) const override {
    return parent.isValid() ? 0 : ColumnCount;
  }
  /// Qt::DisplayRole: id, granted seconds, number of keys, renewals; nothing for what depends on the time.
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

 private:
  struct IdOf {
    LeaseId operator()(const std::shared_ptr<const Lease>& lease) const { return lease->id; }
  };

  void removeGone(const ChangeSet& changes);
  void reorder(const std::function<void()>& change);

  SortedRows<std::shared_ptr<const Lease>, IdOf> rows_;
};

}  // namespace leasescope::ui
