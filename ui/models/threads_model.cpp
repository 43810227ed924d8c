#include "ui/models/threads_model.h"

#include <QByteArray>

namespace leasescope::ui {
namespace {

auto shownFields(const LockerThread& thread) {
  return std::tie(thread.behaviour, thread.name, thread.osThread, thread.state, thread.lock, thread.lease,
                  thread.since.steady, thread.problem);
}

QVariant rawValue(const LockerThread& thread, int column) {
  switch (column) {
    case ThreadsModel::NameColumn:
      return QString::fromStdString(thread.name);
    case ThreadsModel::OsThreadColumn:
      return thread.osThread;
    case ThreadsModel::BehaviourColumn:
      return static_cast<int>(thread.behaviour);
    case ThreadsModel::StateColumn:
      return static_cast<int>(thread.state);
    case ThreadsModel::LockColumn:
      return QByteArray::fromStdString(thread.lock);
    case ThreadsModel::LeaseColumn:
      return QVariant::fromValue<qint64>(thread.lease);
    case ThreadsModel::SinceColumn:
      return QVariant::fromValue<qint64>(thread.since.steady.time_since_epoch().count());
    case ThreadsModel::ProblemColumn:
      return QString::fromStdString(thread.problem);
    default:
      return {};
  }
}

}  // namespace

int ThreadsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ThreadsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != RawRole) return {};
  return rawValue(row(index.row()), index.column());
}

ThreadKey ThreadsModel::keyOf(const LockerThread& thread) const {
  if (thread.role == LockerThread::Role::Locker) return {thread.locker, thread.role, 0};
  return {thread.locker, thread.role, thread.lease != etcd::kNoLease ? thread.lease : thread.osThread};
}

bool ThreadsModel::looksSame(const LockerThread& a, const LockerThread& b) const {
  return shownFields(a) == shownFields(b);
}

}  // namespace leasescope::ui
