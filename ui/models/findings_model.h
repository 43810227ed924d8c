#pragma once

#include <string>

#include "core/diagnosis/finding.h"
#include "ui/models/merged_rows.h"

namespace leasescope::ui {

/// What is wrong, as raw values. `merge` takes the newest verdict's findings.
class FindingsModel : public MergedRows<Finding, std::string> {
 public:
  enum Column { SeverityColumn, KindColumn, SubjectColumn, SummaryColumn, SinceColumn, ColumnCount };

  using MergedRows::MergedRows;

  const Finding* finding(const QModelIndex& index) const {
    return index.isValid() ? &row(index.row()) : nullptr;
  }

 protected:
  int columns() const override { return ColumnCount; }
  QVariant rawValue(const Finding& finding, int column) const override;
  std::string keyOf(const Finding& finding) const override;
  bool looksSame(const Finding& a, const Finding& b) const override;
};

/// "leaked-session lease 1f": names a kind of finding about one thing, to mute it.
std::string findingName(const Finding& finding);

}  // namespace leasescope::ui
