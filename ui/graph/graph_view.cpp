#include "ui/graph/graph_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

namespace leasescope::ui {
namespace {

constexpr double kWheelStep = 120;  // of Qt, for a notch
constexpr double kKeyStep = 60;
constexpr QSize kLeastSize(240, 160);

}  // namespace

GraphView::GraphView(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("graphView"));
  setAccessibleName(tr("Wait-for graph"));
  setFocusPolicy(Qt::StrongFocus);
  setContextMenuPolicy(Qt::ActionsContextMenu);
  setMouseTracking(true);
  setMinimumSize(kLeastSize);
}

void GraphView::setDrawing(std::shared_ptr<const WaitDrawing> drawing) {
  LeaseId middle = etcd::kNoLease;
  QPointF place;
  if (drawing_ && !view_.fitting()) {
    middle = drawing_->nearestSession(view_.toContent(QRectF(rect()).center()));
    place = view_.toWindow(drawing_->boxOf(middle).center());
  }
  drawing_ = std::move(drawing);
  view_.setContent(drawing_->bounds());
  const QRectF box = middle != etcd::kNoLease ? drawing_->boxOf(middle) : QRectF();
  if (!box.isNull()) view_.put(box.center(), place);
  dropWhatIsGone();
  update();
  emit zoomed();
}

/// A session that is not drawn any more is not selected either.
void GraphView::dropWhatIsGone() {
  if (selected_.index() != 0 && drawing_->boxOf(selected_).isNull()) select({});
}

void GraphView::setFaded(bool faded) {
  if (std::exchange(faded_, faded) != faded) update();
}

void GraphView::select(const GraphItem& item) {
  if (selected_ == item) return;
  selected_ = item;
  if (const QRectF place = placeOf(item); !place.isNull() && !rect().contains(place.toRect())) {
    view_.reveal(drawing_->boxOf(item));
  }
  update();
  emit selectionChanged();
}

void GraphView::fit() {
  view_.fit(false);
  update();
  emit zoomed();
}

void GraphView::zoomBy(double factor) {
  view_.zoom(factor, QRectF(rect()).center());
  update();
  emit zoomed();
}

QRectF GraphView::placeOf(const GraphItem& item) const {
  const QRectF box = drawing_ ? drawing_->boxOf(item) : QRectF();
  return box.isNull() ? box : view_.transform().mapRect(box);
}

GraphItem GraphView::itemUnder(QPointF place) const {
  return drawing_ ? drawing_->itemAt(view_.toContent(place)) : GraphItem();
}

void GraphView::paintEvent(QPaintEvent*) {
  if (!drawing_) return;
  QPainter painter(this);
  painter.setTransform(view_.transform(), true);
  drawing_->paint(painter, selected_, faded_);
}

void GraphView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  view_.setWindow(size());
  emit zoomed();
}

void GraphView::wheelEvent(QWheelEvent* event) {
  const double notches = event->angleDelta().y() / kWheelStep;
  if (notches == 0) return;
  view_.zoom(std::pow(kZoomStep, notches), event->position());
  event->accept();
  update();
  emit zoomed();
}

void GraphView::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::RightButton) select(itemUnder(event->position()));
  if (event->button() != Qt::LeftButton) return;
  pressed_ = event->position();
  dragged_.reset();
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (!pressed_) {
    setCursor(itemUnder(at).index() != 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    return;
  }
  if (!dragged_ && (at - *pressed_).manhattanLength() < QApplication::startDragDistance()) return;
  view_.pan(at - dragged_.value_or(*pressed_));
  dragged_ = at;
  setCursor(Qt::ClosedHandCursor);
  update();
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !pressed_) return;
  pressed_.reset();
  setCursor(Qt::ArrowCursor);
  if (!std::exchange(dragged_, std::nullopt)) select(itemUnder(event->position()));
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event) {
  const GraphItem item = itemUnder(event->position());
  if (event->button() == Qt::LeftButton && item.index() != 0) emit opened(item);
}

void GraphView::keyPressEvent(QKeyEvent* event) {
  const auto pan = [this](double x, double y) {
    view_.pan(QPointF(x, y) * kKeyStep);
    update();
  };
  switch (event->key()) {
    case Qt::Key_Left:
      return pan(1, 0);
    case Qt::Key_Right:
      return pan(-1, 0);
    case Qt::Key_Up:
      return pan(0, 1);
    case Qt::Key_Down:
      return pan(0, -1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (selected_.index() != 0) emit opened(selected_);
      return;
    case Qt::Key_Escape:
      return select({});
    default:
      QWidget::keyPressEvent(event);
  }
}

bool GraphView::event(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) update();
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const QString words = drawing_ ? drawing_->toolTip(itemUnder(help->pos())) : QString();
  if (words.isEmpty()) {
    QToolTip::hideText();
  } else {
    QToolTip::showText(help->globalPos(), words, this);
  }
  return true;
}

}  // namespace leasescope::ui
