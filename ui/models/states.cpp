#include "ui/models/states.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/models/format.h"

namespace leasescope::ui {
namespace {

struct States {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::States)
};

constexpr int kMostKeyChars = 24;
constexpr int kLeaseDigits = 4;

/// The end of its lease id; without a lease, what its key has after the lock's name.
QString shortName(const Lock& lock, const Contender& contender) {
  if (contender.hasLease()) return leaseText(contender.lease).right(kLeaseDigits);
  return keyText(contender.key.substr(std::min(contender.key.size(), lock.name.size() + 1)), kMostKeyChars);
}

}  // namespace

LockState lockState(const Lock& lock, const Lease* lease, const Moment& now) {
  const Contender* holder = lock.holder();
  if (holder == nullptr) return LockState::Blocked;
  if (!holder->hasLease()) return LockState::NoLease;
  const LeaseState state = lease != nullptr ? lease->state(now) : LeaseState::Unknown;
  if (state == LeaseState::Expired) return LockState::Expired;
  if (state == LeaseState::Expiring) return LockState::Expiring;
  if (lock.kind == Lock::Kind::Election) return LockState::Election;
  if (state == LeaseState::Unknown) return LockState::Unknown;
  return lock.waiterCount() > 0 ? LockState::Busy : LockState::Held;
}

QString stateWord(LockState state) {
  switch (state) {
    case LockState::Held:
      return States::tr("held");
    case LockState::Election:
      return States::tr("election");
    case LockState::Busy:
      return States::tr("busy");
    case LockState::Unknown:
      return States::tr("unknown");
    case LockState::Expiring:
      return States::tr("expiring");
    case LockState::Expired:
      return States::tr("expired");
    case LockState::NoLease:
      return States::tr("no lease");
    case LockState::Blocked:
      return States::tr("blocked");
    case LockState::Stuck:
      return States::tr("stuck");
    case LockState::Deadlocked:
      return States::tr("deadlock");
  }
  return {};
}

QString stateWord(LeaseState state) {
  switch (state) {
    case LeaseState::Alive:
      return States::tr("alive");
    case LeaseState::Expiring:
      return States::tr("expiring");
    case LeaseState::Expired:
      return States::tr("expired");
    case LeaseState::Unknown:
      return States::tr("unknown");
  }
  return {};
}

QString stateMeaning(LockState state) {
  switch (state) {
    case LockState::Held:
      return States::tr("Somebody holds it, nobody waits.");
    case LockState::Election:
      return States::tr("An election: the holder is the leader, the others are candidates.");
    case LockState::Busy:
      return States::tr("Somebody holds it, others wait.");
    case LockState::Unknown:
      return States::tr("The holder's lease was not sampled lately.");
    case LockState::Expiring:
      return States::tr("Less than a third of the holder's TTL is left.");
    case LockState::Expired:
      return States::tr("The holder's TTL is over, but etcd has not removed its lease yet.");
    case LockState::NoLease:
      return States::tr("The holder's key has no lease: it never ends by itself.");
    case LockState::Blocked:
      return States::tr("Nobody holds it: the queue waits for a key that is not its own.");
    case LockState::Stuck:
      return States::tr("It is held far too long; see the findings.");
    case LockState::Deadlocked:
      return States::tr("Its holder waits for somebody who waits for it.");
  }
  return {};
}

QString stateMeaning(LeaseState state) {
  switch (state) {
    case LeaseState::Alive:
      return States::tr("At least a third of its TTL is left.");
    case LeaseState::Expiring:
      return States::tr("Less than a third of its TTL is left.");
    case LeaseState::Expired:
      return States::tr("Its TTL is over, but etcd has not removed it yet.");
    case LeaseState::Unknown:
      return States::tr("Its TTL was not sampled lately.");
  }
  return {};
}

Tone stateTone(LockState state) {
  switch (state) {
    case LockState::Held:
    case LockState::Busy:
    case LockState::Election:
      return Tone::Good;
    case LockState::Expiring:
      return Tone::Warning;
    case LockState::Expired:
    case LockState::NoLease:
    case LockState::Blocked:
    case LockState::Stuck:
    case LockState::Deadlocked:
      return Tone::Bad;
    case LockState::Unknown:
      break;
  }
  return Tone::Neutral;
}

Tone stateTone(LeaseState state) {
  switch (state) {
    case LeaseState::Alive:
      return Tone::Good;
    case LeaseState::Expiring:
      return Tone::Warning;
    case LeaseState::Expired:
      return Tone::Bad;
    case LeaseState::Unknown:
      break;
  }
  return Tone::Neutral;
}

const Contender* nextHolder(const Lock& lock, LeaseId ended) {
  if (lock.holder() == nullptr || lock.queue.size() < 2) return nullptr;
  const Contender& next = *lock.queue[1];
  const bool waitsForEnded = ended != etcd::kNoLease && next.waitsOnLease == ended;
  return waitsForEnded || lock.waitedForAt(1) != nullptr ? &next : nullptr;
}

QString placeText(const Lock& lock, std::size_t position) {
  const Contender& contender = *lock.queue[position];
  if (&contender == lock.holder()) {
    return lock.kind == Lock::Kind::Election ? States::tr("leader") : States::tr("holder");
  }
  if (const Contender* before = lock.waitedForAt(position)) {
    return States::tr("waits on %1").arg(shortName(lock, *before));
  }
  if (contender.waitsOn.empty()) return States::tr("waits");
  return States::tr("waits on %1").arg(keyText(contender.waitsOn, kMostKeyChars));
}

}  // namespace leasescope::ui
