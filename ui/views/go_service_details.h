#pragma once

#include <array>
#include <memory>

#include "ui/models/go_service.h"
#include "ui/models/role_trends.h"
#include "ui/models/session_comparison.h"
#include "ui/models/trend.h"
#include "ui/views/details_pane.h"

namespace leasescope::ui {

class Facts;
class TrendGrid;

/// The leases of the cluster over the same time.
class LeaseTrends {
 public:
  void add(const Moment& at, const std::optional<LeaseCounts>& counts);

  Trend all, keyless, keyed;
};

/// One Go service: what its goroutines do, over time and beside the leases of the cluster. Of a saved profile
/// there is one moment only.
class GoServiceDetails : public DetailsPane {
  Q_OBJECT

 public:
  explicit GoServiceDetails(QWidget* parent = nullptr);

  void show(const GoService& service, const RoleTrends& roles, const LeaseTrends& leases, const Moment& now);

 private:
  void showFacts(const GoService& service);

  QLabel* trendsHeading_;
  TrendGrid* trends_;
  QLabel* factsHeading_;
  Facts* facts_;
};

}  // namespace leasescope::ui
