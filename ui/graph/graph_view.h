#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "ui/graph/viewport.h"
#include "ui/graph/wait_drawing.h"

namespace leasescope::ui {

/// Shows a drawing: wheel and Ctrl++/− zoom, dragging and arrow keys move, a click selects, a double click or
/// Return opens. A new drawing keeps zoom and place: what was in the middle stays there.
class GraphView : public QWidget {
  Q_OBJECT

 public:
  explicit GraphView(QWidget* parent = nullptr);

  void setDrawing(std::shared_ptr<const WaitDrawing> drawing);
  /// Null before the first.
  const WaitDrawing* drawing() const { return drawing_.get(); }
  void setFaded(bool faded);

  const GraphItem& selected() const { return selected_; }
  void select(const GraphItem& item);
  void fit();
  void zoomBy(double factor);
  double scale() const { return view_.scale(); }
  /// Where an item lies in the widget; null when it is not drawn.
  QRectF placeOf(const GraphItem& item) const;

  static constexpr double kZoomStep = 1.25;

 signals:
  void selectionChanged();
  void opened(const leasescope::ui::GraphItem& item);
  void zoomed();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  GraphItem itemUnder(QPointF place) const;
  void dropWhatIsGone();

  std::shared_ptr<const WaitDrawing> drawing_;
  Viewport view_;
  GraphItem selected_;
  bool faded_ = false;
  std::optional<QPointF> pressed_;  // where the left button went down
  std::optional<QPointF> dragged_;  // how far dragging has come
};

}  // namespace leasescope::ui
