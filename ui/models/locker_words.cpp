#include "ui/models/locker_words.h"

#include <QCoreApplication>

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(LockerWords)
};

}  // namespace

QString behaviourText(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::WellBehaved:
      return Words::tr("well-behaved");
    case Behaviour::LeakSession:
      return Words::tr("leaks its session");
    case Behaviour::NeverUnlocks:
      return Words::tr("never unlocks");
    case Behaviour::Crash:
      return Words::tr("crashes");
    case Behaviour::GivesUp:
      return Words::tr("gives up");
    case Behaviour::Deadlock:
      return Words::tr("deadlock");
  }
  return {};
}

QString behaviourExplanation(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::WellBehaved:
      return Words::tr(
          "Opens a session, locks, works, unlocks and closes, again and again: nothing stays behind.");
    case Behaviour::LeakSession:
      return Words::tr(
          "Does its work once and never closes its session: a keep-alive thread renews the lease for ever.");
    case Behaviour::NeverUnlocks:
      return Words::tr("Holds the lock for ever and keeps renewing its lease: everybody else waits.");
    case Behaviour::Crash:
      return Words::tr(
          "Stops renewing without a word while it holds: the lock is free again when the TTL is over.");
    case Behaviour::GivesUp:
      return Words::tr(
          "Waits for the lock until its time limit is over and leaves the queue, again and again.");
    case Behaviour::Deadlock:
      return Words::tr("Two lockers take two locks in opposite order: each waits for the other for ever.");
  }
  return {};
}

QString lockerStateText(LockerState state) {
  switch (state) {
    case LockerState::Acquiring:
      return Words::tr("acquiring");
    case LockerState::Waiting:
      return Words::tr("waiting");
    case LockerState::Holding:
      return Words::tr("holding");
    case LockerState::Released:
      return Words::tr("released");
    case LockerState::Leaked:
      return Words::tr("leaked");
    case LockerState::Lost:
      return Words::tr("lost");
  }
  return {};
}

Tone lockerStateTone(LockerState state) {
  switch (state) {
    case LockerState::Holding:
      return Tone::Good;
    case LockerState::Leaked:
      return Tone::Warning;
    case LockerState::Lost:
      return Tone::Bad;
    case LockerState::Acquiring:
    case LockerState::Waiting:
    case LockerState::Released:
      return Tone::Neutral;
  }
  return Tone::Neutral;
}

}  // namespace leasescope::ui
