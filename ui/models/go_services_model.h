#pragma once

#include "ui/models/go_service.h"
#include "ui/models/merged_rows.h"
#include "ui/models/row_roles.h"

namespace leasescope::ui {

/// Go programs and what their goroutines do, as raw values; invalid ones are not known.
class GoServicesModel : public MergedRows<GoService, int> {
 public:
  enum Column {
    NameColumn,
    TotalColumn,
    SessionsColumn,
    WaitersColumn,
    KeptAliveColumn,
    LoopsColumn,
    WatchersColumn,
    RestColumn,
    SeenColumn,  // when, in nanoseconds of the steady clock
    StateColumn,
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
  int keyOf(const GoService& service) const override { return service.id; }
  bool looksSame(const GoService& a, const GoService& b) const override;
};

}  // namespace leasescope::ui
