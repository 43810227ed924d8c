#include "ui/models/insights.h"

#include <QCoreApplication>
#include <QStringList>

#include "ui/models/format.h"
#include "ui/models/states.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::Insights)
};

constexpr absl::Duration kLongForALock = absl::Minutes(1);

Insight blocked(const Lock& lock) {
  return {Tone::Bad,
          Words::tr("Nobody holds it. Its clients wait for %1, an older key below the lock's name that is "
                    "not one of its contenders.")
              .arg(keyText(lock.blocker ? lock.blocker->key : std::string(), 80))};
}

Insight expired(const Lease& lease, const Moment& now) {
  const absl::Duration over = -lease.remaining(now).value_or(absl::ZeroDuration());
  return {Tone::Bad,
          Words::tr("The holder's TTL ran out %1 ago, but etcd has not removed its lease yet. The lock is "
                    "not free until it does.")
              .arg(durationText(over))};
}

Insight expiring(const Lock& lock, const Lease& lease, const Moment& now) {
  const QString left = durationText(lease.remaining(now).value_or(absl::ZeroDuration()));
  const Contender* after = nextHolder(lock, lease.id);
  QString next = Words::tr("then the lock is free.");
  if (after != nullptr) {
    next = Words::tr("then %1 holds the lock.").arg(shortLeaseText(after->lease));
  } else if (lock.waiterCount() > 0) {
    next = Words::tr("then nobody holds the lock: one more key is in the way.");
  }
  return {Tone::Warning,
          Words::tr("Nobody renewed the holder's lease in time. Unless somebody does, it ends in %1, %2")
              .arg(left, next)};
}

/// Who renews is alive; of others only their key is seen.
Insight held(const Lease& lease, const QString& then) {
  const QString who = lease.renewals > 0 ? Words::tr("A live client holds it")
                                         : Words::tr("It is held, no renewal was seen yet");
  return {lease.renewals > 0 ? Tone::Good : Tone::Neutral, who + then};
}

Insight busy(const Lock& lock, const Lease& lease, const Moment& now) {
  if (now - lock.heldSince.moment < kLongForALock || lease.renewals == 0) {
    const Contender* next = nextHolder(lock, lease.id);
    return held(
        lease,
        next != nullptr
            ? Words::tr("; next is %1.").arg(shortLeaseText(next->lease))
            : Words::tr(". When it is let go, nobody gets it: %1, no key of this lock, is in the way of "
                        "who waits.")
                  .arg(keyText(lock.queue[1]->waitsOn, 80)));
  }
  return {
      Tone::Warning,
      Words::tr(
          "A live client keeps renewing the lease, but does not release the lock while others wait. If that "
          "is longer than its work takes, the lock is leaked.")};
}

Insight calm(const Lock& lock, const Lease& lease, const Moment& now) {
  if (missesRenewals(lease, now)) {
    return {Tone::Warning, Words::tr("The holder's lease was not renewed when it should have been.")};
  }
  if (lock.kind == Lock::Kind::Election) {
    return {Tone::Good, lock.waiterCount() == 0 ? Words::tr("The only candidate leads.")
                                                : Words::tr("The leader's session is alive.")};
  }
  if (lock.waiterCount() > 0) return busy(lock, lease, now);
  return held(lease, Words::tr("; nobody waits."));
}

QString waitersText(const Lock& lock, const Moment& now) {
  const std::size_t count = lock.waiterCount();
  if (count == 0) return Words::tr("nobody waits");
  const QString longest = sinceText(lock.waiters().front()->since, now);
  return count == 1 ? Words::tr("1 waits, for %1").arg(longest)
                    : Words::tr("%1 wait, longest %2").arg(countText(static_cast<qint64>(count)), longest);
}

QString vanishing(const Lock& lock, std::size_t position, const LeaseBook& book) {
  const Lease* lease = book.find(lock.queue[position]->lease);
  const qint64 count = lease != nullptr ? static_cast<qint64>(lease->keysRevoked()) : 1;
  if (count == 1) return Words::tr("1 lock key vanishes");
  return identityOf(lease) == nullptr
             ? Words::tr("%1 vanish").arg(keyCountText(count))
             : Words::tr("%1 vanish, one of them says who has it").arg(keyCountText(count));
}

QString holderAfter(const Lock& lock, std::size_t position) {
  const Contender& contender = *lock.queue[position];
  if (lock.holder() == nullptr) return Words::tr("nobody holds the lock now");
  if (&contender != lock.holder()) return Words::tr("the holder stays");
  if (lock.queue.size() < 2) return Words::tr("the lock becomes free");
  const Contender* next = nextHolder(lock, contender.lease);
  return next != nullptr ? Words::tr("next holder %1 at once").arg(shortLeaseText(next->lease))
                         : Words::tr("then nobody holds it: one more key is in the way");
}

QString caution(const Lock& lock, std::size_t position, const LeaseBook& book) {
  if (lock.queue[position].get() != lock.holder()) {
    return Words::tr("a waiter with an etcd client older than 3.5 may then believe that it holds the lock");
  }
  const Lease* lease = book.find(lock.queue[position]->lease);
  if (lease == nullptr || !lease->granted)
    return Words::tr("the client may go on for a while without knowing");
  return Words::tr("the client may go on for up to %1 without knowing")
      .arg(durationText(*lease->granted / 3));
}

QString unsampled(const Lease* lease) {
  if (lease == nullptr || !lease->lastSample) return Words::tr("not sampled yet");
  return Words::tr("not sampled since %1").arg(clockText(lease->lastSample->wall));
}

}  // namespace

bool missesRenewals(const Lease& lease, const Moment& now) {
  const std::optional<absl::Duration> remaining = lease.remaining(now);
  return remaining && lease.granted && *remaining * 2 < *lease.granted;
}

Insight lockInsight(const Lock& lock, const LeaseBook& book, const Moment& now) {
  const Contender* holder = lock.holder();
  if (holder == nullptr) return blocked(lock);
  const Lease* lease = book.find(holder->lease);
  const LockState state = lockState(lock, lease, now);
  if (state == LockState::NoLease) {
    return {Tone::Bad,
            Words::tr("The holder's key has no lease: it never goes away by itself. Only releasing the key "
                      "frees the lock.")};
  }
  if (holder->mismatched()) {
    return {Tone::Warning,
            Words::tr("The holder's key was put again under another lease than its name says (%1).")
                .arg(leaseText(holder->nameLease))};
  }
  if (lease == nullptr || lease->state(now) == LeaseState::Unknown) {
    return {Tone::Neutral,
            Words::tr("The holder's lease was %1: whether it is alive is not known.").arg(unsampled(lease))};
  }
  if (state == LockState::Expired) return expired(*lease, now);
  if (state == LockState::Expiring) return expiring(lock, *lease, now);
  return calm(lock, *lease, now);
}

Insight leaseInsight(const Lease& lease, const Moment& now) {
  switch (lease.state(now)) {
    case LeaseState::Unknown:
      return {Tone::Neutral,
              Words::tr("It was %1: whether it is alive is not known.").arg(unsampled(&lease))};
    case LeaseState::Expired:
      return {Tone::Bad,
              Words::tr("Its TTL is over, but etcd has not removed it yet: its keys are still there.")};
    case LeaseState::Expiring:
      return {Tone::Warning,
              Words::tr("Nobody renewed it in time. Unless somebody does, its keys vanish in %1.")
                  .arg(durationText(*lease.remaining(now)))};
    case LeaseState::Alive:
      break;
  }
  if (lease.keyless() && lease.renewals > 0) {
    return {Tone::Warning,
            Words::tr("Somebody keeps renewing it, but no key is attached: a session that does nothing, "
                      "as leaked ones do.")};
  }
  if (lease.keyless()) return {Tone::Warning, Words::tr("No key is attached to it.")};
  if (lease.renewals > 0) return {Tone::Good, Words::tr("A live client renews it.")};
  return {Tone::Neutral, Words::tr("No renewal was seen yet.")};
}

QString lockSummary(const Lock& lock, const Moment& now) {
  const QString held = lock.holder() != nullptr ? Words::tr("held for %1").arg(sinceText(lock.heldSince, now))
                                                : Words::tr("nobody holds it");
  return QStringLiteral("%1 · %2").arg(held, waitersText(lock, now));
}

QString ifRevoked(const Lock& lock, std::size_t position, const LeaseBook& book) {
  if (!lock.queue[position]->hasLease())
    return Words::tr("There is no lease to revoke; the key can be released.");
  const QStringList facts{vanishing(lock, position, book), holderAfter(lock, position)};
  return facts.join(QStringLiteral(" · ")) + u'\n' + caution(lock, position, book);
}

}  // namespace leasescope::ui
