#include "ui/models/shown_picture.h"

#include <utility>

namespace leasescope::ui {

ShownPicture::ShownPicture(ViewClock::Source time, QObject* parent)
    : QObject(parent), locks_(book_), clock_(std::move(time)) {}

void ShownPicture::apply(const MonitorUpdate& update) {
  const ChangeSet& changes = update.changes;
  if (!changes.empty()) {
    book_.apply(changes);
    leases_.apply(changes);
    locks_.apply(changes);
    applyWaits(changes);
    ready_ = ready_ || changes.complete;
  }
  book_.apply(update.histories);
  if (update.verdict) findings_.merge(update.verdict->findings);
  revision_ = changes.revision;
  health_ = update.health;
  load_ = update.load;
  if (update.cluster) cluster_ = update.cluster;
  setClock();
  emit changed();
}

void ShownPicture::applyWaits(const ChangeSet& changes) {
  if (!changes.complete && changes.locks.empty() && changes.removedLocks.empty()) return;
  waits_.apply(changes);
  ++waitChanges_;
}

void ShownPicture::clear() {
  book_.clear();
  leases_.clear();
  locks_.clear();
  findings_.merge({});
  waits_ = {};
  ++waitChanges_;
  ready_ = false;
  health_ = {};
  load_ = {};
  cluster_.reset();
  revision_ = 0;
  setClock();
  emit changed();
}

void ShownPicture::setFrozen(bool frozen) {
  frozen_ = frozen;
  setClock();
  emit changed();
}

void ShownPicture::setClock() {
  if (health_.state == Health::State::Stale) {
    clock_.stopAt(health_.lastGood);
  } else if (!frozen_) {
    clock_.run();
  } else if (clock_.runs()) {
    clock_.stop();
  }
}

}  // namespace leasescope::ui
