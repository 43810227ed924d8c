#include "ui/graph/viewport.h"

#include <algorithm>

namespace leasescope::ui {
namespace {

/// What to move by, so that [from, to] lies within [0, room]; the beginning counts if it is too long.
double shiftInto(double from, double to, double room) {
  if (to - from > room || from < 0) return -from;
  return std::min(0.0, room - to);
}

}  // namespace

void Viewport::setWindow(QSizeF size) {
  window_ = size;
  refit();
}

void Viewport::setContent(const QRectF& bounds) {
  content_ = bounds;
  refit();
}

void Viewport::fit(bool readable) {
  fitting_ = true;
  readable_ = readable;
  refit();
}

void Viewport::refit() {
  if (!fitting_ || content_.isEmpty() || window_.isEmpty()) return;
  const double whole = std::min(window_.width() / content_.width(), window_.height() / content_.height());
  scale_ = std::clamp(whole, readable_ ? kReadableScale : kLeastScale, 1.0);
  const QSizeF room = window_ - content_.size() * scale_;
  // In the middle, or from the upper left corner on if there is more.
  const QPointF corner(std::max(0.0, room.width() / 2), std::max(0.0, room.height() / 2));
  offset_ = corner - content_.topLeft() * scale_;
}

void Viewport::zoom(double factor, QPointF anchor) {
  const QPointF stays = toContent(anchor);
  scale_ = std::clamp(scale_ * factor, kLeastScale, kMostScale);
  put(stays, anchor);
}

void Viewport::pan(QPointF by) {
  fitting_ = false;
  offset_ += by;
}

void Viewport::put(QPointF point, QPointF place) {
  fitting_ = false;
  offset_ = place - point * scale_;
}

void Viewport::reveal(const QRectF& box) {
  const QPointF from = toWindow(box.topLeft());
  const QPointF to = toWindow(box.bottomRight());
  const QPointF by(shiftInto(from.x(), to.x(), window_.width()),
                   shiftInto(from.y(), to.y(), window_.height()));
  if (!by.isNull()) pan(by);
}

QTransform Viewport::transform() const { return QTransform(scale_, 0, 0, scale_, offset_.x(), offset_.y()); }

}  // namespace leasescope::ui
