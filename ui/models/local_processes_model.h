#pragma once

#include "core/probe/local_processes.h"
#include "ui/models/merged_rows.h"
#include "ui/models/row_roles.h"

namespace leasescope::ui {

/// Processes of this machine that are connected to the cluster, as raw values.
class LocalProcessesModel : public MergedRows<LocalProcess, qint64> {
 public:
  enum Column {
    CommandColumn,
    PidColumn,
    UserColumn,
    ThreadsColumn,
    MemoryColumn,  // KiB
    ConnectionsColumn,
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
  qint64 keyOf(const LocalProcess& process) const override { return process.pid; }
  bool looksSame(const LocalProcess& a, const LocalProcess& b) const override;
};

}  // namespace leasescope::ui
