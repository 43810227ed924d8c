#pragma once

#include <Qt>

namespace leasescope::ui {

/// What the presenting proxies tell the delegates beyond Qt's own roles.
enum RowRole {
  ToneRole = Qt::UserRole + 1,  // Tone of the cell, as int
  FractionRole,                 // remaining of granted TTL, 0 to 1; invalid: nothing to fill a bar with
  LeaseRole,                    // qlonglong: the row's lease; 0: none
  RowRoleCount = LeaseRole - Qt::UserRole,
};

}  // namespace leasescope::ui
