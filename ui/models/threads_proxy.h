#pragma once

#include <QSortFilterProxyModel>

#include "core/picture/moment.h"
#include "ui/models/threads_model.h"

namespace leasescope::ui {

/// The words and colours of the holder threads, sorted by raw values and filtered by what is on screen.
class ThreadsProxy : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit ThreadsProxy(ThreadsModel* source, QObject* parent = nullptr);

  /// For how long a thread has been in its state changes by time alone.
  void setNow(const Moment& now);
  const Moment& now() const { return now_; }
  void setFilterText(const QString& text);
  const LockerThread& thread(const QModelIndex& index) const;

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 protected:
  bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  QString text(const LockerThread& thread, int column) const;

  ThreadsModel* source_;
  Moment now_;
  QString filter_;
};

}  // namespace leasescope::ui
