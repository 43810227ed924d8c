#include "ui/graph/graph_layout.h"

#include <gvc.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>

#include "fmt/format.h"
#include "ui/graph/components.h"

namespace leasescope::ui {
namespace {

constexpr double kPointsPerInch = 72;  // a pixel of ours is a point of Graphviz's
constexpr double kComponentGap = 44;
constexpr double kArrowWidth = 7;

std::mutex graphvizMutex;       // guards all of Graphviz, which keeps global state, and what is below
std::string graphvizComplaint;  // the last one

int noteComplaint(char* text) {
  graphvizComplaint = text;
  while (graphvizComplaint.ends_with('\n')) graphvizComplaint.pop_back();
  return 0;
}

/// Made once: looking for its plugins takes longer than a layout.
GVC_t* context() {
  static GVC_t* const kContext = [] {
    agseterrf(noteComplaint);
    return gvContext();
  }();
  return kContext;
}

/// Graphviz takes texts that it does not change as `char*`.
char* text(const char* constant) { return const_cast<char*>(constant); }

/// One component, as a graph of Graphviz's.
class Drawing {
 public:
  Drawing(const GraphPlan& plan, const Component& component)
      : plan_(plan), component_(component), graph_(agopen(text("waits"), Agdirected, nullptr)) {
    agattr(graph_, AGRAPH, text("rankdir"), text("BT"));
    agattr(graph_, AGRAPH, text("nodesep"), text("0.4"));
    agattr(graph_, AGRAPH, text("ranksep"), text("0.42"));
    for (const auto& [name, value] :
         {std::pair("shape", "box"), {"fixedsize", "true"}, {"label", ""}, {"width", "1"}, {"height", "1"}}) {
      agattr(graph_, AGNODE, text(name), text(value));
    }
    agattr(graph_, AGEDGE, text("label"), text(""));
    nodes_.resize(plan.nodes.size());
    for (const std::size_t node : component.nodes) addNode(node);
    for (const std::size_t edge : component.edges) addEdge(edge);
  }
  ~Drawing() {
    if (laidOut_) gvFreeLayout(context(), graph_);
    agclose(graph_);
  }
  Drawing(const Drawing&) = delete;
  Drawing& operator=(const Drawing&) = delete;

  bool layOut() { return laidOut_ = gvLayout(context(), graph_, "dot") == 0; }

  QSizeF size() const {
    const boxf box = GD_bb(graph_);
    return {box.UR.x - box.LL.x, box.UR.y - box.LL.y};
  }

  /// Puts it into the whole, its upper left corner there.
  void place(GraphLayout& whole, QPointF corner) const {
    for (const std::size_t node : component_.nodes) {
      QRectF box(QPointF(), plan_.nodes[node]);
      box.moveCenter(corner + point(ND_coord(nodes_[node])));
      whole.nodes[node] = box;
    }
    for (std::size_t i = 0; i < component_.edges.size(); ++i) {
      const std::size_t edge = component_.edges[i];
      whole.edges[edge] = placed(edges_[i], plan_.edges[edge].label, corner);
    }
  }

 private:
  void addNode(std::size_t node) {
    std::string name = std::to_string(node);
    nodes_[node] = agnode(graph_, name.data(), 1);
    set(nodes_[node], "width", fmt::format("{:.4f}", plan_.nodes[node].width() / kPointsPerInch));
    set(nodes_[node], "height", fmt::format("{:.4f}", plan_.nodes[node].height() / kPointsPerInch));
  }

  /// An empty table is the one label whose size can be told.
  void addEdge(std::size_t index) {
    const GraphPlan::Edge& edge = plan_.edges[index];
    edges_.push_back(agedge(graph_, nodes_[edge.from], nodes_[edge.to], nullptr, 1));
    std::string table = fmt::format(
        R"(<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE" WIDTH="{:.0f}")"
        R"( HEIGHT="{:.0f}"><TR><TD></TD></TR></TABLE>)",
        std::ceil(edge.label.width()), std::ceil(edge.label.height()));
    char* html = agstrdup_html(graph_, table.data());
    agset(edges_.back(), text("label"), html);
    agstrfree(graph_, html);
  }

  static void set(void* object, const char* attribute, std::string value) {
    agset(object, text(attribute), value.data());
  }

  QPointF point(pointf p) const {
    const boxf box = GD_bb(graph_);
    return {p.x - box.LL.x, box.UR.y - p.y};
  }

  GraphLayout::Edge placed(edge_t* edge, QSizeF labelSize, QPointF corner) const {
    GraphLayout::Edge out;
    const splines* lines = ED_spl(edge);
    for (decltype(lines->size) i = 0; lines != nullptr && i < lines->size; ++i) {
      addLine(out, lines->list[i], corner);
    }
    out.label = QRectF(QPointF(), labelSize);
    if (const textlabel_t* label = ED_label(edge)) out.label.moveCenter(corner + point(label->pos));
    return out;
  }

  void addLine(GraphLayout::Edge& out, const bezier& line, QPointF corner) const {
    const auto at = [&](std::size_t i) { return corner + point(line.list[i]); };
    const auto points = static_cast<std::size_t>(line.size);
    if (points == 0) return;
    out.line.moveTo(at(0));
    for (std::size_t i = 1; i + 2 < points; i += 3) out.line.cubicTo(at(i), at(i + 1), at(i + 2));
    if (line.eflag != 0) out.arrow = arrow(at(points - 1), corner + point(line.ep));
  }

  static QPolygonF arrow(QPointF base, QPointF tip) {
    const QPointF along = tip - base;
    const double length = std::hypot(along.x(), along.y());
    if (length == 0) return {};
    const QPointF across = QPointF(-along.y(), along.x()) * (kArrowWidth / 2 / length);
    return QPolygonF({tip, base + across, base - across});
  }

  const GraphPlan& plan_;
  const Component& component_;
  Agraph_t* const graph_;
  std::vector<node_t*> nodes_;  // by place in the plan
  std::vector<edge_t*> edges_;  // of the component
  bool laidOut_ = false;
};

}  // namespace

absl::StatusOr<GraphLayout> layOut(const GraphPlan& plan) {
  const std::lock_guard lock(graphvizMutex);
  const std::vector<Component> components = componentsOf(plan);
  std::vector<std::unique_ptr<Drawing>> drawings;
  std::vector<QSizeF> sizes;
  for (const Component& component : components) {
    drawings.push_back(std::make_unique<Drawing>(plan, component));
    if (!drawings.back()->layOut()) return absl::InternalError("Graphviz: " + graphvizComplaint);
    sizes.push_back(drawings.back()->size());
  }
  const std::vector<QPointF> corners = placeInRows(sizes, kComponentGap);
  GraphLayout whole;
  whole.nodes.resize(plan.nodes.size());
  whole.edges.resize(plan.edges.size());
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    drawings[i]->place(whole, corners[i]);
    whole.size =
        whole.size.expandedTo({corners[i].x() + sizes[i].width(), corners[i].y() + sizes[i].height()});
  }
  return whole;
}

}  // namespace leasescope::ui
