#pragma once

#include <tuple>

#include "core/lockers/lockers.h"
#include "ui/models/merged_rows.h"
#include "ui/models/row_roles.h"

namespace leasescope::ui {

/// What a thread is told apart by: its locker, its role and, of keep-alive threads, the lease (or the
/// thread's own number while there is none). A locker stays the same row through all its sessions.
using ThreadKey = std::tuple<std::int64_t, LockerThread::Role, std::int64_t>;

/// The threads of all test lockers, as raw values. `merge` takes what Lockers::threads() says.
class ThreadsModel : public MergedRows<LockerThread, ThreadKey> {
 public:
  enum Column {
    NameColumn,
    OsThreadColumn,
    BehaviourColumn,
    StateColumn,
    LockColumn,
    LeaseColumn,
    SinceColumn,
    ProblemColumn,
    ColumnCount
  };
  enum Role {
    RawRole = int{Qt::UserRole} + RowRoleCount + 1,  // a value that sorts as what it is
    RoleEnd
  };

  using MergedRows::MergedRows;

  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 protected:
  ThreadKey keyOf(const LockerThread& thread) const override;
  bool looksSame(const LockerThread& a, const LockerThread& b) const override;
};

}  // namespace leasescope::ui
