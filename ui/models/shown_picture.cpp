#include "ui/models/shown_picture.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace leasescope::ui {

ShownPicture::ShownPicture(ViewClock::Source time, QObject* parent)
    : QObject(parent), locks_(book_), clock_(std::move(time)) {}

void ShownPicture::apply(const MonitorUpdate& update) {
  const ChangeSet& changes = update.changes;
  revision_ = changes.revision;
  clusterId_ = changes.clusterId;  // before what is known of it
  if (!changes.empty()) {
    book_.apply(changes);
    leases_.apply(changes);
    locks_.apply(changes);
    applyWaits(changes);
    ready_ = ready_ || changes.complete;
  }
  book_.apply(update.histories);
  if (update.verdict) {
    applyCycles(update.verdict->cycles);
    findings_.merge(update.verdict->findings);
    unjudged_ = update.verdict->unjudged;
    judgedAfter_ = update.verdict->judgedAfter;
  }
  health_ = update.health;
  load_ = update.load;
  if (update.cluster) cluster_ = update.cluster;
  setClock();
  if (update.verdict) emit judged();
  emit changed();
}

void ShownPicture::applyWaits(const ChangeSet& changes) {
  if (!changes.complete && changes.locks.empty() && changes.removedLocks.empty()) return;
  waits_.apply(changes);
  ++waitChanges_;
}

void ShownPicture::applyCycles(const std::vector<WaitCycle>& cycles) {
  if (cycles_ == cycles) return;
  cycles_ = cycles;
  ++waitChanges_;
}

std::vector<WaitCycle> ShownPicture::cycles() const {
  const auto holds = [this](const WaitEdge& edge) {
    const std::vector<WaitEdge> now = waits_.waitsOf(edge.waiter);
    return std::ranges::find(now, edge) != now.end();
  };
  std::vector<WaitCycle> stand;
  std::ranges::copy_if(cycles_, std::back_inserter(stand),
                       [&](const WaitCycle& cycle) { return std::ranges::all_of(cycle.edges, holds); });
  return stand;
}

void ShownPicture::clear() {
  book_.clear();
  leases_.clear();
  locks_.clear();
  findings_.merge({});
  waits_ = {};
  cycles_.clear();
  ++waitChanges_;
  ready_ = false;
  health_ = {};
  load_ = {};
  cluster_.reset();
  revision_ = 0;
  clusterId_ = 0;
  unjudged_ = {};
  judgedAfter_ = {};
  setClock();
  emit judged();
  emit changed();
}

void ShownPicture::setFrozen(bool frozen) {
  frozen_ = frozen;
  setClock();
  emit changed();
}

void ShownPicture::applyHealth(const MonitorUpdate& waiting) {
  health_ = waiting.health;
  load_ = waiting.load;
  if (waiting.cluster) cluster_ = waiting.cluster;
  emit changed();
}

void ShownPicture::setClock() {
  if (frozen_) {
    if (clock_.runs()) clock_.stop();
  } else if (health_.state == Health::State::Stale) {
    clock_.stopAt(health_.lastGood);
  } else {
    clock_.run();
  }
}

}  // namespace leasescope::ui
