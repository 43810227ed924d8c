#include "ui/models/locker_insight.h"

#include <QtTest>

#include "tests/ui/picture_builder.h"

namespace leasescope::ui {
namespace {

LockerThread locker(LockerState state, Behaviour behaviour = Behaviour::WellBehaved) {
  LockerThread thread;
  thread.locker = 3;
  thread.behaviour = behaviour;
  thread.name = "locker-3";
  thread.osThread = 4711;
  thread.state = state;
  thread.lock = "/a";
  thread.lease = 0xa1;
  thread.since = before(absl::Seconds(12));
  return thread;
}

std::shared_ptr<Lease> renewedLease() {
  auto lease = makeLease(0xa1, absl::Seconds(15), absl::Seconds(12));
  lease->renewals = 3;
  lease->lastRenewal = before(absl::Seconds(3));
  return lease;
}

QString said(const LockerThread& thread, const Lease* lease) {
  return lockerInsight(thread, lease, testNow()).text;
}

Tone tone(const LockerThread& thread, const Lease* lease) {
  return lockerInsight(thread, lease, testNow()).tone;
}

}  // namespace

/// What is said of a test locker's thread: what it does, and what etcd says of its lease.
class LockerInsightTest : public QObject {
  Q_OBJECT

 private slots:
  void everyStateSaysWhatTheThreadDoesAndWhetherItsLeaseIsRenewed_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("tone");
    const auto row = [](const char* name, LockerState state, const char* text, Tone tone) {
      QTest::newRow(name) << static_cast<int>(state) << QString::fromUtf8(text) << static_cast<int>(tone);
    };
    row("acquiring", LockerState::Acquiring,
        "Has a lease and is about to ask for the lock; its lease is renewed, last 3.0 s ago.", Tone::Neutral);
    row("waiting", LockerState::Waiting, "Waits in the queue of /a; its lease is renewed, last 3.0 s ago.",
        Tone::Neutral);
    row("holding", LockerState::Holding,
        "Holds /a until its work is done; its lease is renewed, last 3.0 s ago.", Tone::Good);
    row("released", LockerState::Released,
        "Is between two rounds: its session has ended, there is no lease to renew.", Tone::Neutral);
    row("leaked", LockerState::Leaked,
        "Its work is over, but its session was never closed; its lease is renewed, last 3.0 s ago.",
        Tone::Warning);
    row("lost", LockerState::Lost,
        "Its session has ended, nobody renews its lease any more; its keys stay in etcd for another 12.0 s.",
        Tone::Bad);
  }
  void everyStateSaysWhatTheThreadDoesAndWhetherItsLeaseIsRenewed() {
    QFETCH(int, state);
    QFETCH(int, tone);
    const auto lease = renewedLease();
    const Insight insight = lockerInsight(locker(static_cast<LockerState>(state)), lease.get(), testNow());
    QTEST(insight.text, "text");
    QCOMPARE(static_cast<int>(insight.tone), tone);
  }

  void noRenewalIsClaimedThatWasNotSeen() {
    const LockerThread holder = locker(LockerState::Holding);
    QVERIFY(
        said(holder, nullptr).endsWith(QStringLiteral("; whether its lease is renewed is not known yet.")));
    const auto fresh = makeLease(0xa1, absl::Seconds(15), absl::Seconds(12));
    QVERIFY(said(holder, fresh.get()).endsWith(QStringLiteral("; no renewal of its lease was seen yet.")));
    auto late = renewedLease();
    late->expiry = testNow().steady + std::chrono::seconds(6);
    QVERIFY(said(holder, late.get())
                .endsWith(QStringLiteral("; its lease was not renewed when it should have been.")));
    QCOMPARE(tone(holder, late.get()), Tone::Warning);
    late->expiry = testNow().steady - std::chrono::seconds(1);
    QVERIFY(said(holder, late.get()).contains(QStringLiteral("not renewed in time")));
    QCOMPARE(tone(holder, late.get()), Tone::Bad);
  }

  void aLostLeaseIsNeverCalledRenewed() {
    const LockerThread lost = locker(LockerState::Lost);
    QCOMPARE(said(lost, nullptr), QStringLiteral("Its session has ended, nobody renews its lease any more."));
    const auto over = makeLease(0xa1, absl::Seconds(15), absl::Seconds(-1));
    QVERIFY(said(lost, over.get()).contains(QStringLiteral("has not removed it yet")));
  }

  void withoutALeaseNothingIsSaidOfRenewals() {
    LockerThread starting = locker(LockerState::Acquiring);
    starting.lease = etcd::kNoLease;
    QCOMPARE(said(starting, nullptr), QStringLiteral("Asks etcd for a lease; it has none yet."));
    starting.problem = "etcd does not answer";
    QCOMPARE(tone(starting, nullptr), Tone::Warning);
    starting.osThread = 0;
    QCOMPARE(said(starting, nullptr), QStringLiteral("Got no lease, and has ended."));
  }

  void everyBehaviourHasItsOwnSentences() {
    const auto lease = renewedLease();
    QStringList sentences;
    for (const Behaviour behaviour : kBehaviours) {
      sentences << said(locker(LockerState::Holding, behaviour), lease.get());
      QVERIFY(!said(locker(LockerState::Waiting, behaviour), lease.get()).startsWith(u';'));
    }
    QCOMPARE(sentences.removeDuplicates(), 0);
    QCOMPARE(tone(locker(LockerState::Holding, Behaviour::NeverUnlocks), lease.get()), Tone::Warning);
  }

  void aKeepAliveThreadSaysWhoseSessionItIs() {
    const auto lease = renewedLease();
    LockerThread keepAlive = locker(LockerState::Holding);
    keepAlive.role = LockerThread::Role::KeepAlive;
    QCOMPARE(said(keepAlive, lease.get()),
             QStringLiteral("Keeps the session of locker 3 alive; its lease is renewed, last 3.0 s ago."));
    keepAlive.state = LockerState::Leaked;
    QCOMPARE(tone(keepAlive, lease.get()), Tone::Warning);
    keepAlive.state = LockerState::Lost;
    QVERIFY(!said(keepAlive, lease.get()).contains(QStringLiteral("is renewed")));
  }

  void namesThatLookLikePlaceholdersStayAsTheyAre() {
    const auto lease = renewedLease();
    LockerThread odd = locker(LockerState::Waiting);
    odd.lock = "/a%1%2";
    QVERIFY(said(odd, lease.get()).startsWith(QStringLiteral("Waits in the queue of /a%1%2; its lease")));
  }

  void theSummarySaysSinceWhen() {
    QCOMPARE(lockerSummary(locker(LockerState::Holding), testNow()),
             QStringLiteral("well-behaved · holding for 12.0 s"));
  }
};

}  // namespace leasescope::ui

QTEST_GUILESS_MAIN(leasescope::ui::LockerInsightTest)
#include "locker_insight_test.moc"
