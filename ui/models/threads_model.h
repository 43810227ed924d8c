#pragma once

#include <tuple>

#include "core/lockers/lockers.h"
#include "ui/models/merged_rows.h"

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

  using MergedRows::MergedRows;

 protected:
  int columns() const override { return ColumnCount; }
  QVariant rawValue(const LockerThread& thread, int column) const override;
  ThreadKey keyOf(const LockerThread& thread) const override;
  bool looksSame(const LockerThread& a, const LockerThread& b) const override;
};

}  // namespace leasescope::ui
