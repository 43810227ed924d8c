#pragma once

#include <QSortFilterProxyModel>

#include "ui/models/filter_expression.h"
#include "ui/models/view_clock.h"

namespace leasescope::ui {

/// What the presenting proxies have in common: a clock, a filter, and columns whose order changes with time.
class FilteringProxy : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit FilteringProxy(const ViewClock& clock, QObject* parent = nullptr);

  void setFilter(FilterExpression filter);
  /// Brings up to date what depends on the time alone; cheap when nothing does.
  void tick();

 protected:
  const FilterExpression& filter() const { return filter_; }
  Moment now() const { return clock_.now(); }
  Moment realNow() const { return clock_.real(); }
  virtual bool orderDependsOnTime(int column) const = 0;

 private:
  const ViewClock& clock_;
  FilterExpression filter_;
};

}  // namespace leasescope::ui
