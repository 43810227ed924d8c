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

QString beforeStart() {
  return Story::tr(
      "nothing yet. Two programs will get the same requests; each request opens a session, locks, works and "
      "answers. The leaky one never closes a session and never unlocks, the fixed one does both. Press "
      "<b>Start</b>.");
}

QString starting() { return Story::tr("both programs are running; the first requests are on their way."); }

/// What becomes of those that find the lock held by the first.
QString waitersOf(const DemoSide& side) {
  const DemoSample now = side.now();
  if (now.served == 0 || now.keys == 0) return QStringLiteral(".");
  const QString holder =
      Story::tr(
          ", so etcd never removes the keys: the first request holds %1, all later ones wait "
          "behind it")
          .arg(lockName(side));
  if (now.gaveUp == 0) return holder + Story::tr(" until they give up.");
  return holder +
         Story::tr(". %1 gave up, and each left one more live lease behind.").arg(number(now.gaveUp));
}

QString leaking(const DemoSide& side) {
  const DemoSample now = side.now();
  return Story::tr("on the left each of %1 opened a session and never closed it. %2 renew %3 for ever")
             .arg(requests(now.requests), keepAlives(now.threads), leases(now.leases)) +
         waitersOf(side);
}

QString notLeakingYet(const DemoSide& side) {
  return Story::tr("on the left %1 so far, none of which closes its session: %2 alive.")
      .arg(requests(side.now().requests), leases(side.now().leases));
}

QString fixedUnderLoad(const DemoSample& now) {
  return Story::tr(" On the right every session is closed: the same load, %1 served, %2 alive.")
      .arg(number(now.served), leases(now.leases));
}

QString leftBehind(const DemoSide& side) {
  const DemoSample now = side.now();
  if (now.leases == 0)
    return Story::tr("the load has stopped, and nothing is left of the leaky program's sessions.");
  return Story::
      tr("the load has stopped, yet the leaky program goes on renewing %1 with %2, for as long as it lives; "
         "etcd keeps %3 of it. <b>Reset</b> ends it.")
          .arg(leases(now.leases), keepAlives(now.threads), keys(now.keys));
}

QString fixedAfterLoad(const DemoSample& now) {
  if (now.leases == 0) return Story::tr(" The fixed one left nothing behind.");
  return Story::tr(" The fixed one has %1, of requests still under way.").arg(leases(now.leases));
}

bool leaks(const DemoState& state) {
  const DemoSample leaky = state.leaky.now();
  return leaky.leases > 1 && leaky.leases > state.fixed.now().leases;
}

QString underLoad(const DemoState& state) {
  if (state.leaky.now().requests == 0) return starting();
  return (leaks(state) ? leaking(state.leaky) : notLeakingYet(state.leaky)) +
         fixedUnderLoad(state.fixed.now());
}

QString tell(const DemoState& state, bool begun) {
  if (!state.problem.empty()) {
    return Story::tr("the demo has ended by itself: %1")
        .arg(QString::fromStdString(state.problem).toHtmlEscaped());
  }
  if (!begun) return beforeStart();
  if (state.underLoad) return underLoad(state);
  if (state.leaky.samples.empty()) return starting();
  return leftBehind(state.leaky) + fixedAfterLoad(state.fixed.now());
}

}  // namespace

QString demoStory(const DemoState& state, bool begun) {
  return Story::tr("<b>What you see:</b> ") + tell(state, begun);
}

}  // namespace leasescope::ui
