#include "ui/views/proof_circle.h"

#include <algorithm>
#include <utility>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/graph/drawing_feed.h"
#include "ui/models/shown_picture.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kLeastHeight = 120;
constexpr int kMostHeight = 340;

}  // namespace

ProofCircle::ProofCircle(ShownPicture* picture, QWidget* parent)
    : QWidget(parent),
      feed_(new DrawingFeed(
          picture,
          [this](ShownPicture&) {
            return cycle_.empty() ? WaitGraphPart() : partWorthDrawing(cycle_.front().edges, cycle_);
          },
          this)) {
  setObjectName(QStringLiteral("proofCircle"));
  setCursor(Qt::PointingHandCursor);
  setFixedHeight(kLeastHeight);
  view_.fit(false);
  connect(feed_, &DrawingFeed::drawn, this, &ProofCircle::setDrawing);
}

void ProofCircle::setCycle(const WaitCycle& cycle) {
  if (cycle_ == std::vector{cycle}) return;
  cycle_ = {cycle};
  feed_->choiceChanged();
}

void ProofCircle::setDrawing(std::shared_ptr<const WaitDrawing> drawing) {
  drawing_ = std::move(drawing);
  view_.setContent(drawing_->bounds());
  fit();
  update();
}

/// As high as the drawing is when it is as wide as there is room.
void ProofCircle::fit() {
  if (drawing_ && width() > 0) {
    const QSizeF whole = drawing_->bounds().size();
    const double scale = std::min(1.0, width() / whole.width());
    setFixedHeight(std::clamp(qRound(whole.height() * scale), kLeastHeight, kMostHeight));
  }
  view_.setWindow(size());
}

void ProofCircle::paintEvent(QPaintEvent* /*event*/) {
  if (!drawing_) return;
  QPainter painter(this);
  painter.setTransform(view_.transform());
  drawing_->paint(painter);
}

void ProofCircle::resizeEvent(QResizeEvent* /*event*/) { fit(); }

void ProofCircle::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !drawing_) return;
  emit clicked(drawing_->nearestSession(view_.toContent(event->position())));
}

bool ProofCircle::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const QString text =
      drawing_ ? drawing_->toolTip(drawing_->itemAt(view_.toContent(help->pos()))) : QString();
  QToolTip::showText(help->globalPos(), text.isEmpty() ? tr("Shows it in the wait graph") : text, this);
  return true;
}

void ProofCircle::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  feed_->setWanted(true);
}

void ProofCircle::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  feed_->setWanted(false);
}

}  // namespace leasescope::ui
