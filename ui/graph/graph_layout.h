#pragma once

#include <cstddef>
#include <vector>

#include <QPainterPath>
#include <QPolygonF>
#include <QRectF>
#include <QSizeF>

#include "absl/status/statusor.h"

namespace leasescope::ui {

/// A graph as far as its layout is concerned: boxes of given sizes, in pixels.
struct GraphPlan {
  struct Edge {
    std::size_t from = 0;
    std::size_t to = 0;
    QSizeF label;  // room for it
  };
  std::vector<QSizeF> nodes;
  std::vector<Edge> edges;
};

/// Where everything lies, in the order of the plan; y grows downwards. A value.
struct GraphLayout {
  struct Edge {
    QPainterPath line;
    QPolygonF arrow;
    QRectF label;
  };
  QSizeF size{0, 0};
  std::vector<QRectF> nodes;
  std::vector<Edge> edges;
};

/// Lays out with Graphviz, edges pointing upwards; parts that hang together are laid out by themselves and
/// placed in rows, in the order of their first nodes, so that what comes first in the plan is at the top.
///
/// May take long, so never on the window's thread. From any other: one layout is made at a time. Error:
/// Internal with what Graphviz says.
absl::StatusOr<GraphLayout> layOut(const GraphPlan& plan);

}  // namespace leasescope::ui
