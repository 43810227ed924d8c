#include "ui/models/locker_insight.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/models/format.h"
#include "ui/models/locker_words.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::LockerInsight)
};

constexpr int kMostNameChars = 40;

QString lockName(const LockerThread& thread) { return keyText(thread.lock, kMostNameChars); }

/// The second half of a sentence: what etcd says about the lease, as against what the thread believes.
Insight renewal(const Lease* lease, const Moment& now) {
  const LeaseState state = lease != nullptr ? lease->state(now) : LeaseState::Unknown;
  if (state == LeaseState::Unknown) {
    return {Tone::Neutral, Words::tr("whether its lease is renewed is not known yet")};
  }
  if (state == LeaseState::Expired) {
    return {Tone::Bad, Words::tr("its lease was not renewed in time, the TTL is over")};
  }
  if (missesRenewals(*lease, now)) {
    return {Tone::Warning, Words::tr("its lease was not renewed when it should have been")};
  }
  if (!lease->lastRenewal) return {Tone::Neutral, Words::tr("no renewal of its lease was seen yet")};
  return {Tone::Good,
          Words::tr("its lease is renewed, last %1 ago").arg(durationText(now - *lease->lastRenewal))};
}

/// `tone` of the sentence, unless the lease is in a worse way.
Insight withRenewal(Tone tone, const QString& sentence, const Lease* lease, const Moment& now) {
  const Insight second = renewal(lease, now);
  return {second.tone == Tone::Good ? tone : std::max(tone, second.tone),
          QStringLiteral("%1; %2.").arg(sentence, second.text)};
}

Tone holdingTone(Behaviour behaviour) {
  return behaviour == Behaviour::NeverUnlocks || behaviour == Behaviour::Deadlock ? Tone::Warning
                                                                                  : Tone::Good;
}

QString holdingText(const LockerThread& thread) {
  const QString lock = lockName(thread);
  switch (thread.behaviour) {
    case Behaviour::WellBehaved:
      return Words::tr("Holds %1 until its work is done").arg(lock);
    case Behaviour::LeakSession:
      return Words::tr("Holds %1 until its work is done, and will then forget to close its session")
          .arg(lock);
    case Behaviour::NeverUnlocks:
      return Words::tr("Holds %1 and never unlocks it").arg(lock);
    case Behaviour::Crash:
      return Words::tr("Holds %1 and will soon stop renewing without a word").arg(lock);
    case Behaviour::GivesUp:
      return Words::tr("Got %1 before its patience was over").arg(lock);
    case Behaviour::Deadlock:
      return Words::tr("Holds %1, while its partner takes the same two locks in opposite order").arg(lock);
  }
  return {};
}

QString waitingText(const LockerThread& thread) {
  const QString lock = lockName(thread);
  switch (thread.behaviour) {
    case Behaviour::GivesUp:
      return Words::tr("Waits for %1 and leaves the queue when its patience is over").arg(lock);
    case Behaviour::Deadlock:  // which of the two locks it waits for is not told
      return Words::tr("Waits for a lock, and its partner takes the same two in opposite order");
    default:
      return Words::tr("Waits in the queue of %1").arg(lock);
  }
}

Insight acquiring(const LockerThread& thread, const Lease* lease, const Moment& now) {
  if (thread.lease != etcd::kNoLease) {
    return withRenewal(Tone::Neutral, Words::tr("Has a lease and is about to ask for the lock"), lease, now);
  }
  if (thread.problem.empty()) return {Tone::Neutral, Words::tr("Asks etcd for a lease; it has none yet.")};
  if (thread.osThread == 0) return {Tone::Bad, Words::tr("Got no lease, and has ended.")};
  return {Tone::Warning, Words::tr("Asks etcd for a lease again; its last attempt failed.")};
}

Insight lost(const LockerThread& thread, const Lease* lease, const Moment& now) {
  const QString what = Words::tr("Its session has ended, nobody renews its lease any more");
  const bool there = thread.lease != etcd::kNoLease && lease != nullptr;
  const std::optional<absl::Duration> left = there ? lease->remaining(now) : std::nullopt;
  if (!left) return {Tone::Bad, what + u'.'};
  if (*left <= absl::ZeroDuration()) {
    return {Tone::Bad, Words::tr("%1; the TTL is over, but etcd has not removed it yet.").arg(what)};
  }
  return {Tone::Bad, Words::tr("%1; its keys stay in etcd for another %2.").arg(what, durationText(*left))};
}

Insight keepAliveInsight(const LockerThread& thread, const Lease* lease, const Moment& now) {
  if (thread.state == LockerState::Lost) {
    return {
        Tone::Bad,
        Words::tr("Its session has ended, nobody renews the lease any more; this thread is about to end.")};
  }
  if (thread.state == LockerState::Leaked) {
    return withRenewal(Tone::Warning, Words::tr("Keeps a session alive that was never closed"), lease, now);
  }
  return withRenewal(Tone::Good, Words::tr("Keeps the session of locker %1 alive").arg(thread.locker), lease,
                     now);
}

}  // namespace

Insight lockerInsight(const LockerThread& thread, const Lease* lease, const Moment& now) {
  if (thread.role == LockerThread::Role::KeepAlive) return keepAliveInsight(thread, lease, now);
  switch (thread.state) {
    case LockerState::Acquiring:
      return acquiring(thread, lease, now);
    case LockerState::Waiting:
      return withRenewal(Tone::Neutral, waitingText(thread), lease, now);
    case LockerState::Holding:
      return withRenewal(holdingTone(thread.behaviour), holdingText(thread), lease, now);
    case LockerState::Released:
      return {Tone::Neutral,
              Words::tr("Is between two rounds: its session has ended, there is no lease to renew.")};
    case LockerState::Leaked:
      return withRenewal(Tone::Warning, Words::tr("Its work is over, but its session was never closed"),
                         lease, now);
    case LockerState::Lost:
      return lost(thread, lease, now);
  }
  return {};
}

QString lockerSummary(const LockerThread& thread, const Moment& now) {
  const QString what = thread.role == LockerThread::Role::KeepAlive
                           ? Words::tr("keep-alive thread of locker %1").arg(thread.locker)
                           : behaviourText(thread.behaviour);
  return Words::tr("%1 · %2 for %3")
      .arg(what, lockerStateText(thread.state), durationText(now - thread.since));
}

}  // namespace leasescope::ui
