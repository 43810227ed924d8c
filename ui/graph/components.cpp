#include "ui/graph/components.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include <QRectF>

namespace leasescope::ui {
namespace {

constexpr double kWidthForHeight = 1.2;

/// Union-find with path halving.
std::size_t rootOf(std::vector<std::size_t>& parents, std::size_t node) {
  while (parents[node] != node) node = parents[node] = parents[parents[node]];
  return node;
}

/// Columns beside each other; what is small goes below what came before it.
struct Row {
  double top = 0;
  std::vector<QRectF> columns;  // as far as they are taken

  double bottom() const {
    double bottom = top;
    for (const QRectF& column : columns) bottom = std::max(bottom, column.bottom());
    return bottom;
  }

  /// nullopt: there is no room. The first of a row always finds some.
  std::optional<QPointF> place(QSizeF box, double width, double gap) {
    for (QRectF& column : columns) {
      const QPointF below = column.bottomLeft() + QPointF(0, gap);
      if (box.width() > column.width() || below.y() + box.height() > bottom()) continue;
      column.setBottom(below.y() + box.height());
      return below;
    }
    const double left = columns.empty() ? 0 : columns.back().right() + gap;
    if (!columns.empty() && left + box.width() > width) return std::nullopt;
    columns.emplace_back(QPointF(left, top), box);
    return columns.back().topLeft();
  }
};

std::vector<QPointF> placeWithin(double width, const std::vector<QSizeF>& boxes, double gap) {
  std::vector<QPointF> corners;
  Row row;
  for (const QSizeF& box : boxes) {
    std::optional<QPointF> corner = row.place(box, width, gap);
    if (!corner) {
      row = Row{.top = row.bottom() + gap};
      corner = row.place(box, width, gap);
    }
    corners.push_back(*corner);
  }
  return corners;
}

QSizeF sizeOf(const std::vector<QPointF>& corners, const std::vector<QSizeF>& boxes) {
  QSizeF size(0, 0);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    size = size.expandedTo({corners[i].x() + boxes[i].width(), corners[i].y() + boxes[i].height()});
  }
  return size;
}

}  // namespace

std::vector<Component> componentsOf(const GraphPlan& plan) {
  std::vector<std::size_t> parents(plan.nodes.size());
  std::iota(parents.begin(), parents.end(), std::size_t{0});
  for (const GraphPlan::Edge& edge : plan.edges) {
    const std::size_t from = rootOf(parents, edge.from);
    const std::size_t to = rootOf(parents, edge.to);
    parents[std::max(from, to)] = std::min(from, to);  // the root is the first node
  }
  std::vector<Component> components;
  std::vector<std::size_t> componentOf(parents.size());
  for (std::size_t node = 0; node < parents.size(); ++node) {
    const std::size_t root = rootOf(parents, node);
    if (root == node) components.emplace_back();
    componentOf[node] = root == node ? components.size() - 1 : componentOf[root];
    components[componentOf[node]].nodes.push_back(node);
  }
  for (std::size_t edge = 0; edge < plan.edges.size(); ++edge) {
    components[componentOf[plan.edges[edge].from]].edges.push_back(edge);
  }
  return components;
}

std::vector<QPointF> placeInRows(const std::vector<QSizeF>& boxes, double gap) {
  std::vector<QPointF> best;
  double least = std::numeric_limits<double>::max();
  double width = 0;
  for (const QSizeF& box : boxes) {  // a first row of one, of two, …
    width += (width > 0 ? gap : 0) + box.width();
    std::vector<QPointF> corners = placeWithin(width, boxes, gap);
    const QSizeF size = sizeOf(corners, boxes);
    const double tightness = std::max(size.width() / kWidthForHeight, size.height());
    if (tightness >= least) continue;
    least = tightness;
    best = std::move(corners);
  }
  return best;
}

}  // namespace leasescope::ui
