#pragma once

#include "ui/models/filtering_proxy.h"
#include "ui/models/leases_model.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {

/// The words, colours and order of the leases.
class LeasesProxy : public FilteringProxy {
  Q_OBJECT

 public:
  LeasesProxy(LeasesModel* source, const ViewClock& clock, QObject* parent = nullptr);

  const Lease* lease(const QModelIndex& index) const { return source_->lease(mapToSource(index)); }

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 protected:
  bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
  bool orderDependsOnTime(int column) const override {
    return column == LeasesModel::State || column == LeasesModel::Remaining;
  }

 private:
  QString text(const Lease& lease, int column) const;
  QVariant font(const Lease& lease, int column) const;
  QString toolTip(const Lease& lease, int column) const;

  LeasesModel* source_;
};

}  // namespace leasescope::ui
