#pragma once

#include <cstdint>

#include "core/monitor/notice.h"
#include "ui/models/merged_rows.h"
#include "ui/models/row_roles.h"

namespace leasescope::ui {

/// What happened to the connection and the cluster, as raw values. `merge` takes what the monitor tells.
class NoticesModel : public MergedRows<Notice, std::int64_t> {
 public:
  enum Column { TimeColumn, TextColumn, ColumnCount };
  enum Role {
    RawRole = int{Qt::UserRole} + RowRoleCount + 1,  // a value that sorts as what it is
    SeverityRole,                                    // Notice::Severity, as int
    RoleEnd
  };

  using MergedRows::MergedRows;

  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 protected:
  std::int64_t keyOf(const Notice& notice) const override;
  bool looksSame(const Notice& a, const Notice& b) const override;
};

}  // namespace leasescope::ui
