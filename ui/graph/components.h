#pragma once

#include <cstddef>
#include <vector>

#include <QPointF>
#include <QSizeF>

#include "ui/graph/graph_layout.h"

namespace leasescope::ui {

/// Nodes and edges of a plan that hang together, as places in the plan.
struct Component {
  std::vector<std::size_t> nodes;
  std::vector<std::size_t> edges;
};

/// In the order of their first nodes.
std::vector<Component> componentsOf(const GraphPlan& plan);

/// Places boxes in rows from left to right, small ones below each other, so that the whole is about as wide
/// as a window for its height. Returns their upper left corners.
std::vector<QPointF> placeInRows(const std::vector<QSizeF>& boxes, double gap);

}  // namespace leasescope::ui
