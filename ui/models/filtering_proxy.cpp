#include "ui/models/filtering_proxy.h"

#include <utility>

namespace leasescope::ui {

FilteringProxy::FilteringProxy(const ViewClock& clock, QObject* parent)
    : QSortFilterProxyModel(parent), clock_(clock) {}

void FilteringProxy::setFilter(FilterExpression filter) {
  filter_ = std::move(filter);
  invalidateFilter();
}

void FilteringProxy::tick() {
  if (sortColumn() >= 0 && orderDependsOnTime(sortColumn())) {
    invalidate();
  } else if (filter_.dependsOnTime()) {
    invalidateFilter();
  }
}

}  // namespace leasescope::ui
