#pragma once

#include <optional>

#include <QRectF>
#include <QSizeF>

/// Where things are painted inside a table cell; without a widget, so that it can be tested without a screen.
namespace leasescope::ui {

inline constexpr int kRowHeight = 31;
inline constexpr int kCellPadding = 8;

/// The rectangle of plain text.
QRectF textRect(const QRectF& cell);

/// A bar that is filled from the left, with its text at the right inside.
struct TtlBarGeometry {
  TtlBarGeometry(const QRectF& cell, std::optional<double> fraction);

  QRectF bar;
  QRectF fill;  // empty: nothing is left, or it isn't known
  QRectF text;

  static constexpr double kWidth = 100;
  static constexpr double kHeight = 17;
};

/// A rounded box around a short text, at the left of the cell.
struct TagGeometry {
  TagGeometry(const QRectF& cell, const QSizeF& textSize);

  QRectF tag;
  QRectF text;
};

}  // namespace leasescope::ui
