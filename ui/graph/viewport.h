#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QTransform>

namespace leasescope::ui {

/// Which part of a large plane is seen in a window, and how large. No widget.
///
/// Fits what is there until somebody zooms or moves; never enlarges while fitting.
class Viewport {
 public:
  static constexpr double kLeastScale = 0.05;
  static constexpr double kMostScale = 4;
  /// Below this nothing can be read: at first only so much is fitted, beginning at the upper left corner.
  static constexpr double kReadableScale = 0.7;

  void setWindow(QSizeF size);
  void setContent(const QRectF& bounds);
  /// All of it, however small it gets; `readable`: as much as can be read. Follows the content from then on.
  void fit(bool readable);
  bool fitting() const { return fitting_; }

  /// What lies at `anchor`, in the window, stays there.
  void zoom(double factor, QPointF anchor);
  void pan(QPointF by);
  /// `point` of the content comes to lie at `place` in the window.
  void put(QPointF point, QPointF place);
  /// Moves as little as needed to see this.
  void reveal(const QRectF& box);

  double scale() const { return scale_; }
  QPointF toWindow(QPointF point) const { return point * scale_ + offset_; }
  QPointF toContent(QPointF place) const { return (place - offset_) / scale_; }
  QTransform transform() const;

 private:
  void refit();

  QSizeF window_;
  QRectF content_;
  double scale_ = 1;
  QPointF offset_;
  bool fitting_ = true;
  bool readable_ = true;
};

}  // namespace leasescope::ui
