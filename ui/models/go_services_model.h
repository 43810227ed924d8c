#pragma once

#include "ui/models/go_service.h"
#include "ui/models/merged_rows.h"

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

  using MergedRows::MergedRows;

 protected:
  int columns() const override { return ColumnCount; }
  QVariant rawValue(const GoService& service, int column) const override;
  int keyOf(const GoService& service) const override { return service.id; }
  bool looksSame(const GoService& a, const GoService& b) const override;
};

}  // namespace leasescope::ui
