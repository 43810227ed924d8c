#include <QtTest>

#include "tests/ui/picture_builder.h"
#include "ui/dialogs/revoke_words.h"
#include "ui/models/health_words.h"
#include "ui/models/insights.h"
#include "ui/models/states.h"

namespace leasescope::ui {

LeaseBook bookOf(std::shared_ptr<const Lease> lease) {
  ChangeSet changes;
  changes.leases.push_back(std::move(lease));
  LeaseBook book;
  book.apply(changes);
  return book;
}

/// What is said of locks, leases, health and revoking.
class WordsTest : public QObject {
  Q_OBJECT

 private slots:
  void aLockIsCalledByWhatMattersMost() {
    const auto held = makeLock("/a", {1});
    const auto busy = makeLock("/a", {1, 2});
    const auto alive = makeLease(1, absl::Seconds(15), absl::Seconds(12));
    const auto expiring = makeLease(1, absl::Seconds(15), absl::Seconds(4));
    const auto expired = makeLease(1, absl::Seconds(15), absl::Seconds(-0.1));
    QCOMPARE(lockState(*held, alive.get(), testNow()), LockState::Held);
    QCOMPARE(lockState(*busy, alive.get(), testNow()), LockState::Busy);
    QCOMPARE(lockState(*busy, expiring.get(), testNow()), LockState::Expiring);
    QCOMPARE(lockState(*busy, expired.get(), testNow()), LockState::Expired);
    QCOMPARE(lockState(*busy, nullptr, testNow()), LockState::Unknown);
    const auto election = makeLock("/a", {1, 2});
    election->kind = Lock::Kind::Election;
    QCOMPARE(lockState(*election, alive.get(), testNow()), LockState::Election);
    QCOMPARE(lockState(*election, expired.get(), testNow()), LockState::Expired);
  }

  void aLockThatNobodyHoldsIsNeverHeld() {
    const auto blocked = makeLock("/a", {1});
    blocked->blocker = Blocker{.key = "/a/b/2", .lease = 2, .createRevision = 1};
    const auto alive = makeLease(1, absl::Seconds(15), absl::Seconds(12));
    QCOMPARE(lockState(*blocked, alive.get(), testNow()), LockState::Blocked);
    QVERIFY(lockInsight(*blocked, {}, testNow()).text.contains(QStringLiteral("/a/b/2")));
    QCOMPARE(lockSummary(*blocked, testNow()), QStringLiteral("nobody holds it · 1 waits, for 10.0 s"));
  }

  void aLockThatIsRenewedButNotReleasedIsSuspicious() {
    auto lease = makeLease(1, absl::Seconds(15), absl::Seconds(12), {"/a/1"});
    lease->renewals = 500;
    const LeaseBook book = bookOf(lease);
    QCOMPARE(lockInsight(*makeLock("/a", {1, 2}, absl::Minutes(42)), book, testNow()).tone, Tone::Warning);
    QCOMPARE(lockInsight(*makeLock("/a", {1, 2}, absl::Seconds(2)), book, testNow()).tone, Tone::Good);
    QCOMPARE(lockInsight(*makeLock("/a", {1}, absl::Minutes(42)), book, testNow()).tone, Tone::Good);
  }

  void revokingAHolderNamesTheNext() {
    const LeaseBook book = bookOf(makeLease(0x11, absl::Seconds(15), absl::Seconds(12), {"/a/11"}));
    const auto lock = makeLock("/a", {0x11, 0x694d7e12ab04f1d9});
    QCOMPARE(ifRevoked(*lock, 0, book),
             QStringLiteral(
                 "1 lock key vanishes · next holder …f1d9 at once\nthe client may go on for up to 5.0 s "
                 "without knowing"));
    QVERIFY(ifRevoked(*lock, 1, book).startsWith(QStringLiteral("1 lock key vanishes · the holder stays\n")));
    QVERIFY(ifRevoked(*makeLock("/a", {0x11}), 0, book).contains(QStringLiteral("the lock becomes free")));
  }

  void whoGetsALockNextIsNotWhoeverStandsNextIfAKeyIsInTheWay() {
    const LeaseBook book = bookOf(makeLease(0x11, absl::Seconds(15), absl::Seconds(12), {"/a/11"}));
    const auto lock = makeLock("/a", {0x11, 0x12});
    QCOMPARE(nextHolder(*lock), lock->queue[1].get());
    Contender behind = *lock->queue[1];
    behind.waitsOn = "/a/sub/13";
    behind.waitsOnLease = 0x13;
    lock->queue[1] = std::make_shared<const Contender>(behind);
    QCOMPARE(nextHolder(*lock), nullptr);
    QVERIFY(ifRevoked(*lock, 0, book).contains(QStringLiteral("then nobody holds it")));
    QVERIFY(lockInsight(*lock, book, testNow()).text.contains(QStringLiteral("/a/sub/13")));
    behind.waitsOnLease = 0x11;  // a key of the same lease, which goes with it
    lock->queue[1] = std::make_shared<const Contender>(behind);
    QCOMPARE(nextHolder(*lock), nullptr);
    QCOMPARE(nextHolder(*lock, 0x11), lock->queue[1].get());
    lock->blocker = Blocker{.key = "/a/sub/9", .lease = 9, .createRevision = 1};
    QVERIFY(ifRevoked(*lock, 1, book).contains(QStringLiteral("nobody holds the lock now")));
  }

  void aLeaseWithoutKeysThatIsRenewedIsSuspicious() {
    auto lease = makeLease(1, absl::Seconds(15), absl::Seconds(12));
    lease->renewals = 3;
    QCOMPARE(leaseInsight(*lease, testNow()).tone, Tone::Warning);
  }

  void f25_aPreviewSaysWhoIsNextAndThatTheHolderGoesOn() {
    const auto lock = makeLock("/my-lock", {0xa1, 0xa2});
    RevokePreview preview;
    preview.lease = 0xa1;
    preview.granted = absl::Seconds(15);
    preview.remaining = absl::Seconds(11);
    preview.keys = {"/my-lock/a1", "/other"};
    preview.otherKeys = {"/other"};
    preview.locks = {{.lock = "/my-lock",
                      .key = "/my-lock/a1",
                      .role = RevokePreview::LockEffect::Role::Holder,
                      .nextHolder = *lock->queue[1],
                      .nextIdentity = std::make_shared<const HolderIdentity>(
                          HolderIdentity{.host = "web-1", .service = "orders"})}};
    QCOMPARE(
        revokeLead(preview),
        QStringLiteral("Revoking it removes 2 keys at once and cannot be undone. TTL left: 11.0 s / 15 s."));
    QCOMPARE(revokeEffects(preview),
             (QStringList{QStringLiteral("/my-lock — holds it now; next holder: lease a2 (orders@web-1)"),
                          QStringLiteral("/other — in no lock's queue")}));
    QCOMPARE(revokeWarnings(preview).size(), 1);
    QVERIFY(revokeWarnings(preview).front().contains(QStringLiteral("5.0 s")));
    QVERIFY(!needsTyping(preview));
  }

  void f24_revokingAWaiterWarns() {
    RevokePreview preview;
    preview.keys = {"/a/1"};
    preview.locks = {{.lock = "/a",
                      .key = "/a/1",
                      .role = RevokePreview::LockEffect::Role::Waiter,
                      .nextHolder = std::nullopt}};
    QCOMPARE(revokeWarnings(preview).size(), 1);
    QVERIFY(revokeWarnings(preview).front().contains(QStringLiteral("3.5")));
  }

  void aKeyThatIsOnlyInTheWayIsSaidToBe() {
    RevokePreview preview;
    preview.locks = {{.lock = "/a",
                      .key = "/a/b/1",
                      .role = RevokePreview::LockEffect::Role::Blocker,
                      .nextHolder = *makeLock("/a", {0xa1})->queue[0]}};
    QCOMPARE(revokeEffects(preview),
             QStringList{QStringLiteral("/a — is in no queue of it, but in its way; next holder: lease a1")});
  }

  void aWaiterThatAlsoBlocksMakesWayForTheNextHolder() {
    RevokePreview preview;
    preview.locks = {{.lock = "/a",
                      .key = "/a/a1",
                      .role = RevokePreview::LockEffect::Role::Waiter,
                      .nextHolder = *makeLock("/a", {0xa2})->queue[0]}};
    QCOMPARE(revokeEffects(preview), QStringList{QStringLiteral("/a — waits for it; next holder: lease a2")});
    preview.locks.front().staysHolder = true;
    QCOMPARE(revokeEffects(preview),
             QStringList{QStringLiteral("/a — waits for it; lease a2 goes on holding it")});
  }

  void whatWasNotLookedAtIsSaid() {
    RevokePreview preview;
    preview.unseen = {.locks = 2, .why = "no permission"};
    QCOMPARE(revokeWarnings(preview).size(), 1);
    QCOMPARE(
        revokeWarnings(preview).front(),
        QStringLiteral("2 names above these keys were not looked at: no permission. If there is a lock of "
                       "such a name, it may get a holder, too."));
  }

  void manyKeysHaveToBeTypedFor() {
    RevokePreview preview;
    preview.keys.assign(kKeysToTypeFor, "/k");
    QVERIFY(!needsTyping(preview));
    preview.keys.emplace_back("/one-more");
    QVERIFY(needsTyping(preview));
    QVERIFY(revokeWarnings(preview).front().contains(QStringLiteral("21 keys")));
  }

  void staleSaysSinceWhen() {
    Health health;
    health.state = Health::State::Stale;
    health.lastGood = before(absl::Seconds(12));
    QVERIFY(healthWord(health, testNow()).startsWith(QStringLiteral("stale since ")));
    QVERIFY(healthWord(health, testNow()).endsWith(QStringLiteral("(12.0 s)")));
    QCOMPARE(samplingText({.eventsPerSecond = 1234.4, .ttlCallsPerSecond = 118.2, .ttlBudget = 200}),
             QStringLiteral("TTL sampling 118 / 200 calls/s"));
    QCOMPARE(eventsText({.eventsPerSecond = 1234.4, .ttlCallsPerSecond = 0, .ttlBudget = 0}),
             QStringLiteral("1,234 events/s"));
  }
};

}  // namespace leasescope::ui

QTEST_GUILESS_MAIN(leasescope::ui::WordsTest)
#include "words_test.moc"
