#include "ui/views/proof_waits.h"

#include <algorithm>
#include <utility>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/graph/drawing_feed.h"
#include "ui/models/shown_picture.h"

namespace leasescope::ui {
namespace {

constexpr int kLeastHeight = 120;
constexpr int kMostHeight = 340;

}  // namespace

ProofWaits::ProofWaits(ShownPicture* picture, QWidget* parent)
    : QWidget(parent),
      feed_(new DrawingFeed(
          picture, [this](ShownPicture& of) { return choose(of); }, this)) {
  setObjectName(QStringLiteral("proofWaits"));
  setCursor(Qt::PointingHandCursor);
  setFixedHeight(kLeastHeight);
  view_.fit(false);
  connect(feed_, &DrawingFeed::drawn, this, &ProofWaits::setDrawing);
}

void ProofWaits::showQueue(const std::string& lock) { draw(lock, std::nullopt); }

void ProofWaits::showCircle(const WaitCycle& circle) { draw(std::nullopt, circle); }

void ProofWaits::draw(std::optional<std::string> queueOf, std::optional<WaitCycle> circle) {
  if (queueOf_ == queueOf && circle_ == circle) return;
  queueOf_ = std::move(queueOf);
  circle_ = std::move(circle);
  feed_->choiceChanged();
}

WaitGraphPart ProofWaits::choose(ShownPicture& picture) const {
  if (circle_) return partWorthDrawing(circle_->edges, {*circle_});
  return queueOf_ ? partWorthDrawing(picture.waits().waitsIn(*queueOf_), {}) : WaitGraphPart();
}

void ProofWaits::setDrawing(std::shared_ptr<const WaitDrawing> drawing) {
  drawing_ = std::move(drawing);
  view_.setContent(drawing_->bounds());
  fit();
  update();
}

/// As high as the drawing is when it is as wide as there is room.
void ProofWaits::fit() {
  if (drawing_ && width() > 0) {
    const QSizeF whole = drawing_->bounds().size();
    const double scale = std::min(1.0, width() / whole.width());
    setFixedHeight(std::clamp(qRound(whole.height() * scale), kLeastHeight, kMostHeight));
  }
  view_.setWindow(size());
}

void ProofWaits::paintEvent(QPaintEvent* /*event*/) {
  if (!drawing_) return;
  QPainter painter(this);
  painter.setTransform(view_.transform());
  drawing_->paint(painter);
}

void ProofWaits::resizeEvent(QResizeEvent* /*event*/) { fit(); }

void ProofWaits::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !drawing_) return;
  emit clicked(drawing_->nearestSession(view_.toContent(event->position())));
}

bool ProofWaits::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const QString text =
      drawing_ ? drawing_->toolTip(drawing_->itemAt(view_.toContent(help->pos()))) : QString();
  QToolTip::showText(help->globalPos(), text.isEmpty() ? tr("Shows it in the wait graph") : text, this);
  return true;
}

void ProofWaits::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  feed_->setWanted(true);
}

void ProofWaits::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  feed_->setWanted(false);
}

}  // namespace leasescope::ui
