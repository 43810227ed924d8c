#include "ui/views/demo_story.h"

#include <QCoreApplication>

#include "ui/models/format.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

struct Story {
  Q_DECLARE_TR_FUNCTIONS(DemoStory)
};

QString number(std::int64_t count) { return QStringLiteral("<b>%1</b>").arg(countText(count)); }

/// "1 lease", "180 leases".
QString counted(std::int64_t count, const QString& one, const QString& many) {
  return QStringLiteral("%1 %2").arg(number(count), count == 1 ? one : many);
}

QString leases(std::int64_t count) { return counted(count, Story::tr("lease"), Story::tr("leases")); }
QString requests(std::int64_t count) { return counted(count, Story::tr("request"), Story::tr("requests")); }
QString keys(std::int64_t count) { return counted(count, Story::tr("lock key"), Story::tr("lock keys")); }
QString keepAlives(std::int64_t count) {
  return counted(count, Story::tr("keep-alive thread"), Story::tr("keep-alive threads"));
}

QString lockName(const DemoSide& side) {
  return QStringLiteral("<span style=\"font-family:'%1'\">%2</span>")
      .arg(monospace().family(), keyText(side.lock).toHtmlEscaped());
}

QString timers(std::int64_t count) {
  return counted(count, Story::tr("timer thread"), Story::tr("timer threads"));
}

QString seconds(absl::Duration duration) {
  return Story::tr("%1 s").arg(QString::number(absl::ToDoubleSeconds(duration)));
}

/// Far longer than a request works: whoever holds the lock does not give it back.
constexpr absl::Duration kStuckAfter = absl::Seconds(1);

bool stuck(const DemoSample& now) { return now.heldFor >= kStuckAfter; }

QString beforeStart(const DemoMistakes& chosen) {
  const QString left =
      chosen == DemoMistakes::none()
          ? Story::tr("No mistake is ticked, so both do the same.")
          : Story::tr("The left one makes the mistakes that are ticked, the right one none.");
  return Story::
      tr("nothing yet. Two programs will get the same requests; each request opens a session, locks with a "
         "time limit, works and answers. %1 Press <b>Start</b>.")
          .arg(left);
}

QString starting() { return Story::tr("both programs are running; the first requests are on their way."); }

QString aboutSessions(const DemoSide& side) {
  const DemoSample now = side.now();
  if (side.mistakes.sessionNotClosed) {
    return Story::tr(
               "on the left no session is closed: %1 and %2 to renew them for ever, more with each "
               "request.")
        .arg(leases(now.leases), keepAlives(now.threads));
  }
  if (side.everNotClosed && now.leases > 0) {
    return Story::tr("on the left sessions are closed now, yet what leaked before lives on: %1 and %2.")
        .arg(leases(now.leases), keepAlives(now.threads));
  }
  return Story::tr(
             "on the left every session is closed, which removes its lease and ends its thread: %1 alive.")
      .arg(leases(now.leases));
}

QString aboutLocks(const DemoSide& side) {
  const DemoSample now = side.now();
  if (stuck(now)) {
    return Story::tr(
               " The holder of %1 never released it and its lease lives on, so etcd never removes the "
               "key: %2 behind it, %3 gave up after %4.")
        .arg(lockName(side), counted(now.waiters(), Story::tr("waits"), Story::tr("wait")),
             number(now.gaveUp), seconds(side.lockTimeout));
  }
  if (side.mistakes.sessionNotClosed && !side.mistakes.lockNotReleased) {
    return Story::tr(" Each lock is released, so nobody waits for long: %1 of %2 served.")
        .arg(number(now.served), requests(now.requests));
  }
  if (!side.mistakes.sessionNotClosed && side.mistakes.lockNotReleased) {
    return Story::tr(
               " No lock is released, but it does no harm: with the lease etcd removes the key. %1 of "
               "%2 served.")
        .arg(number(now.served), requests(now.requests));
  }
  return {};
}

QString aboutContexts(const DemoSide& side) {
  const DemoSample now = side.now();
  if (!side.mistakes.contextNotCancelled) return {};
  if (stuck(now)) {
    return Story::tr(
        " That no context is cancelled hardly matters here: nearly every request waits until its "
        "time is over.");
  }
  return Story::tr(
             " No context is cancelled: %1 for requests that are done, each until its %2 are over; "
             "their number levels off.")
      .arg(timers(now.timers), seconds(side.lockTimeout));
}

QString fixedUnderLoad(const DemoSample& now) {
  return Story::tr(" On the right nothing is forgotten: the same load, %1 served, %2 alive.")
      .arg(number(now.served), leases(now.leases));
}

QString sameOnBothSides(const DemoState& state) {
  return Story::tr(
             "no mistake is made, so both sides do the same: %1 served on the left and %2 on the right, "
             "and nothing piles up.")
      .arg(number(state.leaky.now().served), number(state.fixed.now().served));
}

QString underLoad(const DemoState& state) {
  const DemoSide& leaky = state.leaky;
  if (leaky.now().requests == 0) return starting();
  if (leaky.mistakes == DemoMistakes::none() && !leaky.everNotClosed) return sameOnBothSides(state);
  return aboutSessions(leaky) + aboutLocks(leaky) + aboutContexts(leaky) + fixedUnderLoad(state.fixed.now());
}

QString leftBehind(const DemoSide& side) {
  const DemoSample now = side.now();
  if (now.leases == 0) {
    QString nothing = Story::tr("the load has stopped, and the left side has left no lease and no key.");
    if (now.timers == 0) return nothing;
    return nothing + Story::tr(" %1 of contexts that nobody cancelled will end when their %2 are over.")
                         .arg(timers(now.timers), seconds(side.lockTimeout));
  }
  return Story::
      tr("the load has stopped, yet the leaky program goes on renewing %1 with %2, for as long as it lives; "
         "etcd keeps %3 of it. <b>Reset</b> ends it.")
          .arg(leases(now.leases), keepAlives(now.threads), keys(now.keys));
}

QString fixedAfterLoad(const DemoSample& now) {
  if (now.leases == 0) return Story::tr(" The fixed one left nothing behind.");
  return Story::tr(" The fixed one has %1, of requests still under way.").arg(leases(now.leases));
}

QString nextStart(const DemoSide& side, const DemoMistakes& chosen) {
  if (side.mistakes == chosen) return {};
  return Story::tr(" <b>Start</b> begins anew with the mistakes that are ticked now.");
}

QString tell(const DemoState& state, bool begun, const DemoMistakes& chosen) {
  if (!state.problem.empty()) {
    return Story::tr("the demo has ended by itself: %1")
        .arg(QString::fromStdString(state.problem).toHtmlEscaped());
  }
  if (!begun) return beforeStart(chosen);
  if (state.underLoad) return underLoad(state);
  if (state.leaky.samples.empty()) return starting();
  return leftBehind(state.leaky) + fixedAfterLoad(state.fixed.now()) + nextStart(state.leaky, chosen);
}

}  // namespace

QString demoStory(const DemoState& state, bool begun, const DemoMistakes& chosen) {
  return Story::tr("<b>What you see:</b> ") + tell(state, begun, chosen);
}

}  // namespace leasescope::ui
