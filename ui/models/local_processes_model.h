#pragma once

#include "core/probe/local_processes.h"
#include "ui/models/merged_rows.h"

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

  using MergedRows::MergedRows;

 protected:
  int columns() const override { return ColumnCount; }
  QVariant rawValue(const LocalProcess& process, int column) const override;
  qint64 keyOf(const LocalProcess& process) const override { return process.pid; }
  bool looksSame(const LocalProcess& a, const LocalProcess& b) const override;
};

}  // namespace leasescope::ui
