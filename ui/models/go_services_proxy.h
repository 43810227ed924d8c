#pragma once

#include <QSortFilterProxyModel>

#include "core/picture/moment.h"
#include "ui/models/go_services_model.h"

namespace leasescope::ui {

/// The words and colours of the Go services, sorted by raw values.
class GoServicesProxy : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit GoServicesProxy(GoServicesModel* source, QObject* parent = nullptr);

  /// How old an answer is, and whether that is too old, changes by time alone.
  void setNow(const Moment& now);
  const Moment& now() const { return now_; }
  const GoService& service(const QModelIndex& index) const;

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 protected:
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  QString text(const GoService& service, const QVariant& raw, int column) const;
  QVariant colour(const GoService& service, int column) const;

  GoServicesModel* source_;
  Moment now_;
};

}  // namespace leasescope::ui
