#pragma once

#include <map>
#include <string>

#include "ui/models/filtering_proxy.h"
#include "ui/models/locks_model.h"
#include "ui/models/states.h"

namespace leasescope::ui {

/// The words, colours and order of the locks. Contenders stay in the order of their queue, however the locks
/// are sorted, and are shown when their lock is.
class LocksProxy : public FilteringProxy {
  Q_OBJECT

 public:
  LocksProxy(LocksModel* source, const ViewClock& clock, QObject* parent = nullptr);

  const Lock* lock(const QModelIndex& index) const { return source_->lock(mapToSource(index)); }
  /// In the queue, of the contender in this row, or of the first when it is the lock's own row.
  std::size_t position(const QModelIndex& index) const {
    return index.parent().isValid() ? static_cast<std::size_t>(mapToSource(index).row()) : 0;
  }
  /// What was found about locks, by their names: it is their state unless their lease or key tells something
  /// worse.
  void setFound(std::map<std::string, LockState> states);
  LeaseId lease(const QModelIndex& index) const { return source_->lease(mapToSource(index)); }

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 protected:
  bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
  bool orderDependsOnTime(int column) const override {
    return column == LocksModel::State || column == LocksModel::Ttl;
  }

 private:
  LockState stateOf(const Lock& lock) const;
  /// Null without a holder, or when nothing is known of its lease.
  const Lease* holderLease(const Lock& lock) const;
  QString lockText(const Lock& lock, int column) const;
  QString contenderText(const Lock& lock, int position, int column) const;
  QString ttlText(LeaseId lease) const;
  QVariant fraction(LeaseId lease) const;
  Tone tone(const QModelIndex& source) const;
  QString toolTip(const QModelIndex& source) const;
  QVariant font(const QModelIndex& source) const;

  LocksModel* source_;
  std::map<std::string, LockState> found_;
};

}  // namespace leasescope::ui
