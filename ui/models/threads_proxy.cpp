#include "ui/models/threads_proxy.h"

#include <tuple>

#include "ui/models/format.h"
#include "ui/models/locker_words.h"

namespace leasescope::ui {
namespace {

bool isMonospace(int column) {
  return column == ThreadsModel::NameColumn || column == ThreadsModel::OsThreadColumn ||
         column == ThreadsModel::LeaseColumn;
}

bool isNumber(int column) {
  return column == ThreadsModel::OsThreadColumn || column == ThreadsModel::SinceColumn;
}

QVariant colour(const LockerThread& thread, int column) {
  if (column == ThreadsModel::ProblemColumn) return colours().bad;
  const bool ended = thread.osThread == 0;
  const bool secondary =
      column == ThreadsModel::BehaviourColumn && thread.role == LockerThread::Role::KeepAlive;
  if (secondary || (ended && column == ThreadsModel::OsThreadColumn)) return colours().muted;
  return {};
}

/// Each locker with its keep-alive threads below it; "locker 10" comes after "locker 2".
auto familyOrder(const LockerThread& thread) {
  return std::tuple(thread.locker, thread.role, thread.osThread, thread.lease);
}

}  // namespace

ThreadsProxy::ThreadsProxy(ThreadsModel* source, QObject* parent)
    : QSortFilterProxyModel(parent), source_(source), now_(Moment::now()) {
  setSortRole(ThreadsModel::RawRole);
  setSourceModel(source);
}

void ThreadsProxy::setNow(const Moment& now) {
  now_ = now;
  if (rowCount() == 0) return;
  emit dataChanged(index(0, ThreadsModel::SinceColumn), index(rowCount() - 1, ThreadsModel::SinceColumn),
                   {Qt::DisplayRole});
}

void ThreadsProxy::setFilterText(const QString& text) {
  filter_ = text.trimmed();
  invalidateFilter();
}

const LockerThread& ThreadsProxy::thread(const QModelIndex& index) const {
  return source_->row(mapToSource(index).row());
}

QString ThreadsProxy::text(const LockerThread& thread, int column) const {
  switch (column) {
    case ThreadsModel::NameColumn:
      return QString::fromStdString(thread.name);
    case ThreadsModel::OsThreadColumn:
      return thread.osThread == 0 ? tr("ended") : QString::number(thread.osThread);
    case ThreadsModel::BehaviourColumn:
      return thread.role == LockerThread::Role::KeepAlive ? tr("keep-alive thread")
                                                          : behaviourText(thread.behaviour);
    case ThreadsModel::StateColumn:
      return lockerStateText(thread.state);
    case ThreadsModel::LockColumn:
      return keyText(thread.lock);
    case ThreadsModel::LeaseColumn:
      return thread.lease == etcd::kNoLease ? QStringLiteral("—") : leaseText(thread.lease);
    case ThreadsModel::SinceColumn:
      return durationText(now_ - thread.since);
    case ThreadsModel::ProblemColumn:
      return QString::fromStdString(thread.problem);
    default:
      return {};
  }
}

QVariant ThreadsProxy::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const LockerThread& one = thread(index);
  switch (role) {
    case Qt::DisplayRole:
      return text(one, index.column());
    case Qt::ToolTipRole:
      return index.column() == ThreadsModel::BehaviourColumn ? behaviourExplanation(one.behaviour)
                                                             : text(one, index.column());
    case ToneRole:
      return index.column() == ThreadsModel::StateColumn ? static_cast<int>(lockerStateTone(one.state))
                                                         : QVariant();
    case LeaseRole:
      return QVariant::fromValue<qlonglong>(one.lease);
    case Qt::ForegroundRole:
      return colour(one, index.column());
    case Qt::FontRole:
      return isMonospace(index.column()) ? QVariant(monospace()) : QVariant();
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::AlignVCenter |
                                 (isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft));
    default:
      return QSortFilterProxyModel::data(index, role);
  }
}

QVariant ThreadsProxy::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::AlignVCenter | (isNumber(section) ? Qt::AlignRight : Qt::AlignLeft));
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case ThreadsModel::NameColumn:
      return tr("Thread");
    case ThreadsModel::OsThreadColumn:
      return tr("OS thread");
    case ThreadsModel::BehaviourColumn:
      return tr("Behaviour");
    case ThreadsModel::StateColumn:
      return tr("State");
    case ThreadsModel::LockColumn:
      return tr("Lock");
    case ThreadsModel::LeaseColumn:
      return tr("Lease");
    case ThreadsModel::SinceColumn:
      return tr("Since");
    case ThreadsModel::ProblemColumn:
      return tr("Problem");
    default:
      return {};
  }
}

bool ThreadsProxy::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const {
  if (filter_.isEmpty() || sourceParent.isValid()) return true;
  const LockerThread& one = source_->row(sourceRow);
  for (int column = 0; column < ThreadsModel::ColumnCount; ++column) {
    if (column == ThreadsModel::SinceColumn) continue;  // changes by itself
    if (text(one, column).contains(filter_, Qt::CaseInsensitive)) return true;
  }
  return false;
}

bool ThreadsProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  if (left.column() == ThreadsModel::NameColumn) {
    return familyOrder(source_->row(left.row())) < familyOrder(source_->row(right.row()));
  }
  // What is shown is how long, which is the shorter the later it began.
  if (left.column() == ThreadsModel::SinceColumn) return QSortFilterProxyModel::lessThan(right, left);
  return QSortFilterProxyModel::lessThan(left, right);
}

}  // namespace leasescope::ui
