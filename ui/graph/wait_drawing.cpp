#include "ui/graph/wait_drawing.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPainter>

#include "ui/models/format.h"
#include "ui/models/lease_words.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::WaitDrawing)
};

constexpr double kMargin = 24;
constexpr double kBoxPadding = 12;
constexpr double kBoxHeight = 42;
constexpr double kWhoHeight = 15;
constexpr double kMostWhoWidth = 220;
constexpr double kTailHeight = 24;
constexpr double kRadius = 6;
constexpr double kLabelPadding = 7;
constexpr double kReach = 6;  // how near to a line is on it
constexpr int kMostLockChars = 32;
constexpr int kMostToolTipChars = 400;
constexpr std::optional<Confidence> kCyclesFirst[] = {Confidence::Proven, Confidence::Suspected,
                                                      std::nullopt};

QFont noteFont() { return scaled(0.85); }

QFont labelFont() { return scaled(0.92); }

QString lockText(const std::string& lock, int mostChars) {
  return lock.empty() ? Words::tr("(empty name)") : keyText(lock, mostChars);
}

double textWidth(const QFont& font, const QString& text) {
  return std::ceil(QFontMetricsF(font).horizontalAdvance(text));
}

QColor cycleColour(Confidence confidence) {
  return confidence == Confidence::Proven ? colours().bad : colours().warning;
}

/// What lies on the line, as wide as a hand needs.
bool touches(const QPainterPath& line, QPointF point) {
  QPainterPathStroker stroker;
  stroker.setWidth(2 * kReach);
  return stroker.createStroke(line).contains(point);
}

}  // namespace

WaitDrawing::WaitDrawing(WaitGraphPart part, SessionIdentities identities)
    : part_(std::move(part)), identities_(std::move(identities)) {
  addSessions();
  addKeys();
  addWaits();
  addTails();
  addJoints();
}

void WaitDrawing::addSessions() {
  absl::flat_hash_map<LeaseId, Box> known;
  std::vector<LeaseId> order;
  const auto add = [&](LeaseId session) -> Box& {
    const auto [place, isNew] = known.try_emplace(session);
    if (isNew) {
      place->second = {.session = session,
                       .title = leaseText(session),
                       .who = whoOf(session),
                       .note = Words::tr("waits for nobody")};
      order.push_back(session);
    }
    return place->second;
  };
  for (const std::optional<Confidence> inCycle : kCyclesFirst) {
    for (const WaitGraphPart::Edge& edge : part_.edges) {
      if (edge.inCycle != inCycle) continue;
      for (const LeaseId session : {edge.wait.holder, edge.wait.waiter}) {
        if (session == etcd::kNoLease) continue;
        Box& box = add(session);
        if (!box.inCycle) box.inCycle = inCycle;
      }
      add(edge.wait.waiter).note = Words::tr("waits");
    }
  }
  for (const LeaseId session : order) {
    Box& box = known[session];
    if (box.inCycle == Confidence::Proven) box.note = Words::tr("deadlocked");
    if (box.inCycle == Confidence::Suspected) box.note = Words::tr("perhaps deadlocked");
    addBox(std::move(box));
  }
}

void WaitDrawing::addKeys() {
  for (const auto& [wait, inCycle] : part_.edges) {
    if (wait.holder != etcd::kNoLease || std::ranges::find(boxes_, wait.key, &Box::key) != boxes_.end()) {
      continue;
    }
    addBox({.key = wait.key,
            .title = keyText(wait.key, kMostLockChars),
            .note = Words::tr("a key without a lease: never ends")});
  }
}

QString WaitDrawing::whoOf(LeaseId session) const {
  const auto identity = identities_.find(session);
  if (identity == identities_.end()) return {};
  return QFontMetricsF(noteFont())
      .elidedText(whoText(identity->second.get()), Qt::ElideMiddle, kMostWhoWidth);
}

void WaitDrawing::addBox(Box box) {
  const double width = std::max(
      {textWidth(monospace(), box.title), textWidth(noteFont(), box.who), textWidth(noteFont(), box.note)});
  double height = box.title.isEmpty() ? kTailHeight : kBoxHeight;
  if (!box.who.isEmpty()) height += kWhoHeight;
  plan_.nodes.emplace_back(width + 2 * kBoxPadding, height);
  boxes_.push_back(std::move(box));
}

void WaitDrawing::addArrow(Arrow arrow, std::size_t from, std::size_t to) {
  const QSizeF label(textWidth(labelFont(), arrow.label) + 2 * kLabelPadding,
                     std::ceil(QFontMetricsF(labelFont()).height()));
  plan_.edges.push_back({.from = from, .to = to, .label = label});
  arrows_.push_back(std::move(arrow));
}

void WaitDrawing::addWaits() {
  for (std::size_t i = 0; i < part_.edges.size(); ++i) {
    const auto& [wait, inCycle] = part_.edges[i];
    addArrow({.place = i, .label = lockText(wait.lock, kMostLockChars), .inCycle = inCycle},
             boxOfSession(wait.waiter), boxInTheWay(wait));
  }
}

void WaitDrawing::addTails() {
  for (std::size_t i = 0; i < part_.tails.size(); ++i) {
    const WaitGraphPart::Tail& tail = part_.tails[i];
    addBox({.note = tail.waiters == 1
                        ? Words::tr("1 more waits")
                        : Words::tr("%1 more wait").arg(countText(static_cast<qint64>(tail.waiters)))});
    addArrow({.of = Arrow::Of::Tail, .place = i, .label = lockText(tail.lock, kMostLockChars)},
             boxes_.size() - 1, boxOfSession(tail.behind));
  }
}

/// A line that closes the circle, though nobody waits along it.
void WaitDrawing::addJoints() {
  for (std::size_t i = 0; i < part_.joints.size(); ++i) {
    addArrow({.of = Arrow::Of::Joint,
              .place = i,
              .label = Words::tr("one thread"),
              .inCycle = Confidence::Suspected},
             boxOfSession(part_.joints[i].has), boxOfSession(part_.joints[i].waits));
  }
}

std::size_t WaitDrawing::boxOfSession(LeaseId session) const {
  return static_cast<std::size_t>(std::ranges::find(boxes_, session, &Box::session) - boxes_.begin());
}

std::size_t WaitDrawing::boxInTheWay(const WaitEdge& wait) const {
  if (wait.holder != etcd::kNoLease) return boxOfSession(wait.holder);
  return static_cast<std::size_t>(std::ranges::find(boxes_, wait.key, &Box::key) - boxes_.begin());
}

std::vector<LeaseId> WaitDrawing::sessions() const {
  std::vector<LeaseId> sessions;
  for (const Box& box : boxes_) {
    if (box.session != etcd::kNoLease) sessions.push_back(box.session);
  }
  return sessions;
}

QRectF WaitDrawing::bounds() const {
  return QRectF(QPointF(), layout_.size).adjusted(-kMargin, -kMargin, kMargin, kMargin);
}

GraphItem WaitDrawing::itemAt(QPointF point) const {
  for (std::size_t i = 0; i < layout_.nodes.size(); ++i) {
    if (boxes_[i].session != etcd::kNoLease && layout_.nodes[i].contains(point)) return boxes_[i].session;
  }
  for (std::size_t i = 0; i < layout_.edges.size(); ++i) {
    const GraphLayout::Edge& edge = layout_.edges[i];
    if (arrows_[i].of != Arrow::Of::Waits) continue;
    if (edge.label.contains(point) || touches(edge.line, point)) return part_.edges[arrows_[i].place].wait;
  }
  return {};
}

QRectF WaitDrawing::boxOf(const GraphItem& item) const {
  if (const auto* session = std::get_if<LeaseId>(&item)) {
    const std::size_t box = boxOfSession(*session);
    return box < layout_.nodes.size() ? layout_.nodes[box] : QRectF();
  }
  for (std::size_t i = 0; i < layout_.edges.size(); ++i) {
    if (isSelected(arrows_[i], item)) return layout_.edges[i].label;
  }
  return {};
}

LeaseId WaitDrawing::nearestSession(QPointF point) const {
  LeaseId nearest = etcd::kNoLease;
  double least = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < layout_.nodes.size(); ++i) {
    const QPointF way = layout_.nodes[i].center() - point;
    const double distance = std::hypot(way.x(), way.y());
    if (boxes_[i].session == etcd::kNoLease || distance >= least) continue;
    least = distance;
    nearest = boxes_[i].session;
  }
  return nearest;
}

QString WaitDrawing::toolTip(const GraphItem& item) const {
  if (const auto* session = std::get_if<LeaseId>(&item)) {
    const std::size_t box = boxOfSession(*session);
    if (box == boxes_.size()) return {};
    const auto who = identities_.find(*session);
    const QString name =
        who == identities_.end()
            ? boxes_[box].title
            : Words::tr("%1, %2").arg(boxes_[box].title,
                                      QString::fromStdString(identityText(who->second.get())));
    return Words::tr("lease %1: %2").arg(name, boxes_[box].note);
  }
  const auto* wait = std::get_if<WaitEdge>(&item);
  if (wait == nullptr) return {};
  const QString before =
      wait->holder != etcd::kNoLease
          ? leaseText(wait->holder)
          : Words::tr("the key %1 without a lease").arg(keyText(wait->key, kMostToolTipChars));
  return Words::tr("%1 waits for %2, where %3 is before it")
      .arg(leaseText(wait->waiter), lockText(wait->lock, kMostToolTipChars), before);
}

/// Of an item that is selected only who waits for what is looked at: whom it waits for may change.
bool WaitDrawing::isSelected(const Arrow& arrow, const GraphItem& selected) const {
  const auto* chosen = std::get_if<WaitEdge>(&selected);
  if (chosen == nullptr || arrow.of != Arrow::Of::Waits) return false;
  const WaitEdge& wait = part_.edges[arrow.place].wait;
  return wait.waiter == chosen->waiter && wait.lock == chosen->lock;
}

void WaitDrawing::paint(QPainter& painter, const GraphItem& selected, bool faded) const {
  painter.setRenderHint(QPainter::Antialiasing);
  const auto* session = std::get_if<LeaseId>(&selected);
  // What is red lies above what is grey where they cross.
  for (auto inCycle = std::rbegin(kCyclesFirst); inCycle != std::rend(kCyclesFirst); ++inCycle) {
    for (std::size_t i = 0; i < layout_.edges.size(); ++i) {
      if (arrows_[i].inCycle == *inCycle) paintArrow(painter, i, isSelected(arrows_[i], selected), faded);
    }
  }
  for (std::size_t i = 0; i < layout_.nodes.size(); ++i) {
    paintBox(painter, i, session != nullptr && *session == boxes_[i].session, faded);
  }
}

void WaitDrawing::paintArrow(QPainter& painter, std::size_t arrow, bool selected, bool faded) const {
  const GraphLayout::Edge& edge = layout_.edges[arrow];
  const bool loud = arrows_[arrow].inCycle && !faded;
  QColor colour = loud ? cycleColour(*arrows_[arrow].inCycle) : colours().muted;
  if (selected) colour = colours().accent;
  QPen pen(colour, loud || selected ? 2 : 1.2);
  const Arrow::Of of = arrows_[arrow].of;
  if (of == Arrow::Of::Tail) pen.setStyle(Qt::DashLine);
  if (of == Arrow::Of::Joint) pen.setStyle(Qt::DotLine);
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(edge.line);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  if (of == Arrow::Of::Joint) {  // nobody waits along it: a line to the box, without a head
    painter.setPen(pen);
    if (!edge.arrow.isEmpty()) painter.drawLine(edge.line.currentPosition(), edge.arrow.front());
  } else {
    painter.drawPolygon(edge.arrow);
  }
  painter.setPen(colour);
  QFont font = labelFont();
  font.setWeight(loud || selected ? QFont::DemiBold : QFont::Normal);
  painter.setFont(font);
  painter.drawText(edge.label, Qt::AlignCenter, arrows_[arrow].label);
}

void WaitDrawing::paintBox(QPainter& painter, std::size_t box, bool selected, bool faded) const {
  const QRectF& rect = layout_.nodes[box];
  const bool inCycle = boxes_[box].inCycle && !faded;
  const bool neverEnds = !boxes_[box].key.empty() && !faded;
  QColor quiet = neverEnds ? colours().warning : colours().muted;
  if (inCycle) quiet = cycleColour(*boxes_[box].inCycle);
  if (boxes_[box].title.isEmpty()) {
    painter.setFont(noteFont());
    painter.setPen(quiet);
    painter.drawText(rect, Qt::AlignCenter, boxes_[box].note);
    return;
  }
  painter.setPen(QPen(selected ? colours().accent : quiet, inCycle || neverEnds || selected ? 2 : 1));
  painter.setBrush(selected ? colours().selection : colours().pane);
  painter.drawRoundedRect(rect, kRadius, kRadius);
  const QRectF upper(rect.left(), rect.top() + 5, rect.width(), kBoxHeight / 2 - 3);
  const QRectF lower(rect.left(), rect.bottom() - kBoxHeight / 2 - 1, rect.width(), kBoxHeight / 2 - 3);
  const QRectF between(rect.left(), lower.top() - kWhoHeight, rect.width(), lower.height());
  const QColor loud = faded ? colours().muted : QGuiApplication::palette().color(QPalette::Text);
  const auto write = [&painter](const QRectF& line, const QFont& font, const QColor& colour,
                                const QString& text) {
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(line, Qt::AlignCenter, text);
  };
  write(upper, monospace(), loud, boxes_[box].title);
  if (!boxes_[box].who.isEmpty()) write(between, noteFont(), loud, boxes_[box].who);
  write(lower, noteFont(), quiet, boxes_[box].note);
}

}  // namespace leasescope::ui
