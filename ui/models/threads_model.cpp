#include "ui/models/threads_model.h"

#include <QByteArray>

namespace leasescope::ui {
namespace {

auto shownFields(const LockerThread& thread) {
  return std::tie(thread.behaviour, thread.name, thread.osThread, thread.state, thread.lock, thread.lease,
                  thread.since.steady, thread.problem);
}

}  // namespace

QVariant ThreadsModel::rawValue(const LockerThread& thread, int column) const {
  switch (column) {
    case NameColumn:
      return QString::fromStdString(thread.name);
    case OsThreadColumn:
      return thread.osThread;
    case BehaviourColumn:
      return static_cast<int>(thread.behaviour);
    case StateColumn:
      return static_cast<int>(thread.state);
    case LockColumn:
      return QByteArray::fromStdString(thread.lock);
    case LeaseColumn:
      return QVariant::fromValue<qint64>(thread.lease);
    case SinceColumn:
      return QVariant::fromValue<qint64>(thread.since.steady.time_since_epoch().count());
    case ProblemColumn:
      return QString::fromStdString(thread.problem);
    default:
      return {};
  }
}

ThreadKey ThreadsModel::keyOf(const LockerThread& thread) const {
  if (thread.role == LockerThread::Role::Locker) return {thread.locker, thread.role, 0};
  return {thread.locker, thread.role, thread.lease != etcd::kNoLease ? thread.lease : thread.osThread};
}

bool ThreadsModel::looksSame(const LockerThread& a, const LockerThread& b) const {
  return shownFields(a) == shownFields(b);
}

}  // namespace leasescope::ui
