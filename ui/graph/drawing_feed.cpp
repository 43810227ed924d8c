#include "ui/graph/drawing_feed.h"

#include <utility>

#include "ui/models/shown_picture.h"

namespace leasescope::ui {
namespace {

constexpr std::chrono::seconds kLeastInterval{1};

}  // namespace

DrawingFeed::DrawingFeed(ShownPicture* picture, Choose choose, QObject* parent)
    : QObject(parent), picture_(picture), choose_(std::move(choose)) {
  pause_.setSingleShot(true);
  pause_.setInterval(kLeastInterval);
  connect(picture, &ShownPicture::changed, this, &DrawingFeed::follow);
  connect(&pause_, &QTimer::timeout, this, &DrawingFeed::follow);
}

DrawingFeed::~DrawingFeed() = default;

void DrawingFeed::setWanted(bool wanted) {
  wanted_ = wanted;
  follow();
}

void DrawingFeed::choiceChanged() {
  seen_.reset();
  pause_.stop();
  follow();
}

void DrawingFeed::follow() {
  if (!wanted_ || underWay_ || pause_.isActive()) return;
  if (seen_ == picture_->waitChanges() && named_ == identitiesIn(newest_)) return;
  pause_.start();
  draw();
}

SessionIdentities DrawingFeed::identitiesIn(const WaitGraphPart& part) const {
  return leasescope::identitiesIn(part, [this](LeaseId session) { return picture_->book().find(session); });
}

void DrawingFeed::draw() {
  seen_ = picture_->waitChanges();
  WaitGraphPart part = choose_(*picture_);
  SessionIdentities named = identitiesIn(part);
  if (part == newest_ && named == named_) return;
  newest_ = part;
  named_ = named;
  const auto drawing = std::make_shared<WaitDrawing>(std::move(part), std::move(named));
  if (!background_) background_ = std::make_unique<Background>();
  underWay_ = true;
  ++layouts_;
  background_->run(
      this, [plan = drawing->plan()] { return layOut(plan); },
      [this, drawing](absl::StatusOr<GraphLayout> layout) { laidOut(drawing, std::move(layout)); });
}

void DrawingFeed::laidOut(const std::shared_ptr<WaitDrawing>& drawing, absl::StatusOr<GraphLayout> layout) {
  underWay_ = false;
  if (layout.ok()) {
    drawing->setLayout(*std::move(layout));
    emit drawn(drawing);
  } else {
    newest_ = {};  // to be tried again with the next change
    named_ = {};
    emit failed(QString::fromStdString(std::string(layout.status().message())));
  }
  follow();
}

}  // namespace leasescope::ui
