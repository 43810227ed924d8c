#pragma once

#include <cstdint>

#include "core/monitor/notice.h"
#include "ui/models/merged_rows.h"

namespace leasescope::ui {

/// What happened to the connection and the cluster, as raw values. `merge` takes what the monitor tells.
class NoticesModel : public MergedRows<Notice, std::int64_t> {
 public:
  enum Column { TimeColumn, TextColumn, ColumnCount };
  enum Role {
    SeverityRole = int{MergedRows::RoleEnd},  // Notice::Severity, as int
    RoleEnd
  };

  using MergedRows::MergedRows;

  QVariant data(const QModelIndex& index, int role) const override;

 protected:
  int columns() const override { return ColumnCount; }
  QVariant rawValue(const Notice& notice, int column) const override;
  std::int64_t keyOf(const Notice& notice) const override;
  bool looksSame(const Notice& a, const Notice& b) const override;
};

}  // namespace leasescope::ui
