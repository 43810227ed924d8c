#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include <QRectF>
#include <QString>

#include "core/diagnosis/wait_graph_part.h"
#include "ui/graph/graph_layout.h"

class QPainter;

namespace leasescope::ui {

/// What of a graph can be pointed at: nothing, a session, or a session's waiting for a lock.
using GraphItem = std::variant<std::monostate, LeaseId, WaitEdge>;

/// A part of the wait-for graph as it is drawn: sessions as boxes, waits as arrows. No widget. Made in two
/// steps, so that the layout, which takes long, can be made elsewhere: texts are measured on the window's
/// thread, then comes the layout of plan().
class WaitDrawing {
 public:
  explicit WaitDrawing(WaitGraphPart part, SessionIdentities identities = {});
  void setLayout(GraphLayout layout) { layout_ = std::move(layout); }

  const WaitGraphPart& part() const { return part_; }
  const SessionIdentities& identities() const { return identities_; }
  /// Circles first, so that they come to lie at the top.
  const GraphPlan& plan() const { return plan_; }
  std::vector<LeaseId> sessions() const;

  /// Everything that is drawn, with a margin.
  QRectF bounds() const;
  GraphItem itemAt(QPointF point) const;
  /// Null when it is not drawn.
  QRectF boxOf(const GraphItem& item) const;
  /// The session whose box is nearest; kNoLease when nothing is drawn.
  LeaseId nearestSession(QPointF point) const;
  QString toolTip(const GraphItem& item) const;

  /// In the colours of the theme as it is now. `faded`: it is not known to be true any more.
  void paint(QPainter& painter, const GraphItem& selected = {}, bool faded = false) const;

 private:
  /// One box: a session, a key without a lease, or the end of a queue that is not drawn.
  struct Box {
    LeaseId session = etcd::kNoLease;
    std::string key;
    QString title;
    QString who;  // empty: it does not say
    QString note;
    std::optional<Confidence> inCycle;
  };
  struct Arrow {
    enum class Of { Waits, Tail, Joint };
    Of of = Of::Waits;
    std::size_t place = 0;  // among part()'s edges, tails or joints
    QString label;
    std::optional<Confidence> inCycle;
  };

  void addSessions();
  void addWaits();
  void addTails();
  void addJoints();
  void addKeys();
  std::size_t boxOfSession(LeaseId session) const;
  std::size_t boxInTheWay(const WaitEdge& wait) const;
  void addBox(Box box);
  void addArrow(Arrow arrow, std::size_t from, std::size_t to);
  void paintArrow(QPainter& painter, std::size_t arrow, bool selected, bool faded) const;
  void paintBox(QPainter& painter, std::size_t box, bool selected, bool faded) const;
  bool isSelected(const Arrow& arrow, const GraphItem& selected) const;

  QString whoOf(LeaseId session) const;

  const WaitGraphPart part_;
  const SessionIdentities identities_;
  std::vector<Box> boxes_;     // the plan's nodes
  std::vector<Arrow> arrows_;  // the plan's edges
  GraphPlan plan_;
  GraphLayout layout_;
};

}  // namespace leasescope::ui
