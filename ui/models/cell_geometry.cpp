#include "ui/models/cell_geometry.h"

#include <algorithm>
#include <cmath>

namespace leasescope::ui {
namespace {

constexpr double kBarTextPadding = 5;
constexpr double kTagPadding = 7;
constexpr double kTagMargin = 3;

/// Less `padding` at both sides, as far as there is room.
QRectF inset(const QRectF& rect, double padding) {
  const double used = std::min(padding, rect.width() / 2);
  return rect.adjusted(used, 0, -used, 0);
}

/// At the left of the cell, in the middle of its height.
QRectF placed(const QRectF& cell, double width, double height) {
  const QRectF room = textRect(cell);
  const double top = std::floor(cell.center().y() - height / 2);
  return {room.left(), top, std::min(width, room.width()), height};
}

}  // namespace

QRectF textRect(const QRectF& cell) { return inset(cell, kCellPadding); }

TtlBarGeometry::TtlBarGeometry(const QRectF& cell, std::optional<double> fraction)
    : bar(placed(cell, kWidth, kHeight)), fill(bar), text(inset(bar, kBarTextPadding)) {
  fill.setWidth(bar.width() * std::clamp(fraction.value_or(0), 0.0, 1.0));
}

TagGeometry::TagGeometry(const QRectF& cell, const QSizeF& textSize)
    : tag(placed(cell, std::ceil(textSize.width()) + 2 * kTagPadding,
                 std::ceil(textSize.height()) + 2 * kTagMargin)),
      text(inset(tag, kTagPadding)) {}

}  // namespace leasescope::ui
