#include "ui/models/locks_model.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

#include "tests/ui/model_dump.h"
#include "tests/ui/picture_builder.h"
#include "ui/models/locks_proxy.h"
#include "ui/models/row_roles.h"
#include "ui/models/shown_picture.h"

namespace leasescope::ui {

class LocksModelTest : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    picture_ = std::make_unique<ShownPicture>([] { return testNow(); });
    proxy_ = std::make_unique<LocksProxy>(picture_->locks(), picture_->clock());
    fatal_ = watch(picture_->locks());
    fatalProxy_ = watch(proxy_.get());
  }
  void cleanup() {
    fatalProxy_.reset();
    fatal_.reset();
    proxy_.reset();
    picture_.reset();
  }

  void showsLocksAndTheirQueues() {
    apply(completeSet({makeLock("/b", {0xb1, 0xb2, 0xb3}, absl::Minutes(42)), makeLock("/a", {0xa1})},
                      {makeLease(0xb1, absl::Seconds(15), absl::Seconds(11.2)),
                       makeLease(0xa1, absl::Seconds(5), absl::Seconds(1.3))}));
    const QStringList expected{
        QStringLiteral("/a | a1 | 0 | 10.0 s | 1.3 s / 5 s | expiring | unknown"),
        QStringLiteral("  1. holder | a1 |  | token 261 | 1.3 s / 5 s | 10.0 s | unknown"),
        QStringLiteral("/b | b1 | 2 | 42 m 0 s | 11.2 s / 15 s | busy | unknown"),
        QStringLiteral("  1. holder | b1 |  | token 277 | 11.2 s / 15 s | 42 m 0 s | unknown"),
        QStringLiteral("  2. waits on b1 | b2 |  | token 278 | not sampled yet | 41 m 59 s | unknown"),
        QStringLiteral("  3. waits on b2 | b3 |  | token 279 | not sampled yet | 41 m 58 s | unknown")};
    QCOMPARE(dump(*proxy_), expected);
  }

  void namesAreInByteOrder() {
    apply(completeSet({makeLock("b", {1}), makeLock("\xff", {2}), makeLock("B", {3}), makeLock("", {4}),
                       makeLock("a/b", {5})}));
    QCOMPARE(names(), (QList<QByteArray>{"", "B", "a/b", "b", "\xff"}));
  }

  void aLeaseIsSampled() {
    apply(completeSet({makeLock("/a", {0xa1}), makeLock("/b", {0xb1})}));
    QSignalSpy changed(picture_->locks(), &QAbstractItemModel::dataChanged);
    ChangeSet sample;
    sample.leases.push_back(makeLease(0xb1, absl::Seconds(15), absl::Seconds(12)));
    apply(sample);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toModelIndex(), picture_->locks()->index(1, LocksModel::Ttl));
    QCOMPARE(changed[0][1].toModelIndex(), picture_->locks()->index(1, LocksModel::Who));
    QCOMPARE(proxy_->index(1, LocksModel::Ttl).data().toString(), QStringLiteral("12.0 s / 15 s"));
  }

  void mergesWithoutReset() {
    apply(completeSet({makeLock("/a", {1}), makeLock("/c", {2}), makeLock("/e", {3})}));
    QSignalSpy reset(picture_->locks(), &QAbstractItemModel::modelReset);
    const QPersistentModelIndex stays(picture_->locks()->find("/c"));
    ChangeSet changes;
    changes.removedLocks = {"/a", "/was-never-there"};
    changes.locks = {makeLock("/f", {4}), makeLock("/b", {5}), makeLock("/d", {6}), makeLock("/bb", {7})};
    apply(changes);
    QCOMPARE(names(), (QList<QByteArray>{"/b", "/bb", "/c", "/d", "/e", "/f"}));
    QVERIFY(stays.isValid());
    QCOMPARE(stays.data().toByteArray(), QByteArray("/c"));
    QCOMPARE(reset.count(), 0);
  }

  void aCompleteSetReplacesEverything() {
    apply(completeSet({makeLock("/a", {1}), makeLock("/b", {2})}));
    const QPersistentModelIndex stays(picture_->locks()->find("/b"));
    apply(completeSet({makeLock("/c", {3}), makeLock("/b", {2})}));
    QCOMPARE(names(), (QList<QByteArray>{"/b", "/c"}));
    QVERIFY(stays.isValid());
    apply(completeSet({}));
    QCOMPARE(picture_->locks()->rowCount(), 0);
    QVERIFY(picture_->ready());
  }

  void scatteredChangesKeepPersistentIndexes() {
    constexpr int kLocks = 200;
    std::vector<std::shared_ptr<const Lock>> locks;
    locks.reserve(kLocks);
    for (int i = 0; i < kLocks; ++i) locks.push_back(makeLock(name(2 * i), {i + 1, 1000 + i}));
    apply(completeSet(std::move(locks)));
    const QPersistentModelIndex stays(picture_->locks()->find(name(100)));
    const QPersistentModelIndex waiter(picture_->locks()->index(1, 0, open(name(102))));
    const QPersistentModelIndex goes(picture_->locks()->find(name(104)));
    ChangeSet changes;
    for (int i = 0; i < kLocks; i += 4) changes.locks.push_back(makeLock(name(2 * i + 1), {5000 + i}));
    for (int i = 52; i < kLocks; i += 3) changes.removedLocks.push_back(name(2 * i));
    apply(changes);
    QCOMPARE(picture_->locks()->rowCount(), kLocks + 50 - 50);
    QVERIFY(std::ranges::is_sorted(names()));
    QCOMPARE(stays.data().toByteArray(), QByteArray::fromStdString(name(100)));
    QCOMPARE(picture_->locks()->lease(waiter), 1051);
    QVERIFY(!goes.isValid());
  }

  void whatDidNotChangeIsNotTold() {
    apply(completeSet({makeLock("/a", {1, 2}), makeLock("/b", {3})}));
    QSignalSpy changed(picture_->locks(), &QAbstractItemModel::dataChanged);
    apply(completeSet({makeLock("/a", {1, 2}), makeLock("/b", {3})}));
    QCOMPARE(changed.count(), 0);
  }

  void queuesAreMerged_data() {
    QTest::addColumn<QList<int>>("before");
    QTest::addColumn<QList<int>>("after");
    const auto row = [](const char* name, const QList<int>& from, const QList<int>& to) {
      QTest::newRow(name) << from << to;
    };
    row("hand-over", {1, 2, 3}, {2, 3});
    row("joins", {1}, {1, 2, 3});
    row("leaves from the middle", {1, 2, 3, 4, 5}, {1, 3, 5});
    row("leave and join", {1, 3, 5}, {2, 3, 6, 7});
    row("all others", {1, 2}, {3, 4, 5});
    row("same", {1, 2}, {1, 2});
  }
  void queuesAreMerged() {
    QFETCH(QList<int>, before);
    QFETCH(QList<int>, after);
    fatalProxy_.reset();  // it takes a contender's new place in the queue for another row
    apply(completeSet({makeLock("/a", {9}), makeLock("/q", {before.begin(), before.end()})}));
    const QModelIndex lock = open("/q");
    QList<QPersistentModelIndex> old;
    for (int row = 0; row < before.size(); ++row) old << picture_->locks()->index(row, 0, lock);
    ChangeSet changes;
    changes.locks.push_back(makeLock("/q", {after.begin(), after.end()}));
    apply(changes);
    for (int i = 0; i < before.size(); ++i) {
      QCOMPARE(old[i].isValid(), after.contains(before[i]));
      if (old[i].isValid()) QCOMPARE(picture_->locks()->lease(old[i]), before[i]);
    }
    QCOMPARE(picture_->locks()->rowCount(lock), after.size());
    for (int row = 0; row < after.size(); ++row) {
      QCOMPARE(picture_->locks()->lease(picture_->locks()->index(row, 0, lock)), after[row]);
    }
  }

  void sortsByValuesAndKeepsQueuesInOrder() {
    apply(completeSet({makeLock("/a", {1, 2}, absl::Minutes(2)), makeLock("/b", {3}, absl::Seconds(90)),
                       makeLock("/c", {4, 5, 6}, absl::Hours(1))}));
    open("/c");
    proxy_->sort(LocksModel::Waiters, Qt::DescendingOrder);
    QCOMPARE(shownNames(), (QStringList{"/c", "/a", "/b"}));
    QCOMPARE(proxy_->index(0, 0, proxy_->index(0, 0)).data().toString(), QStringLiteral("1. holder"));
    proxy_->sort(LocksModel::HeldFor, Qt::AscendingOrder);
    QCOMPARE(shownNames(), (QStringList{"/b", "/a", "/c"}));
  }

  void filtersLocksWithTheirQueues() {
    apply(completeSet({makeLock("/a", {1, 2}), makeLock("/b", {3})}));
    open("/a");
    proxy_->setFilter(FilterExpression::parse(QStringLiteral("waiters>0")).expression);
    QCOMPARE(shownNames(), QStringList{"/a"});
    QCOMPARE(proxy_->rowCount(proxy_->index(0, 0)), 2);
    proxy_->setFilter({});
    QCOMPARE(proxy_->rowCount(), 2);
  }

  void selectionSurvivesUpdates() {
    apply(completeSet({makeLock("/a", {1}), makeLock("/b", {2, 3}), makeLock("/c", {4})}));
    open("/b");
    QItemSelectionModel selection(proxy_.get());
    selection.select(proxy_->index(1, 0, proxy_->index(1, 0)), QItemSelectionModel::Select);
    QCOMPARE(proxy_->position(selection.selectedIndexes().front()), 1);
    QCOMPARE(proxy_->position(proxy_->index(1, 0)), 0);
    ChangeSet changes;
    changes.removedLocks = {"/a"};
    changes.locks = {makeLock("/b", {3, 8}), makeLock("/aa", {7}), makeLock("/0", {6})};
    apply(changes);
    QCOMPARE(selection.selectedIndexes().size(), 1);
    QCOMPARE(proxy_->lease(selection.selectedIndexes().front()), 3);
    QCOMPARE(proxy_->position(selection.selectedIndexes().front()), 0);
  }

  void strangeLocksAreSaidToBeSo() {
    auto noLease = makeLock("/no-lease", {1, 2});
    Contender orphan = *noLease->queue[0];
    orphan.lease = etcd::kNoLease;
    noLease->queue[0] = std::make_shared<const Contender>(orphan);
    auto blocked = makeLock("/blocked", {3});
    blocked->blocker = Blocker{.key = "/blocked/x/1", .lease = 4, .createRevision = 1};
    Contender waiter = *blocked->queue[0];
    waiter.waitsOn = blocked->blocker->key;
    blocked->queue[0] = std::make_shared<const Contender>(waiter);
    apply(completeSet({noLease, blocked}));
    QCOMPARE(dump(*proxy_),
             (QStringList{
                 QStringLiteral("/blocked | — nobody | 1 |  |  | blocked | "),
                 QStringLiteral(
                     "  1. waits on /blocked/x/1 | 3 |  | token 103 | not sampled yet | 10.0 s | unknown"),
                 QStringLiteral("/no-lease | — no lease | 1 | 10.0 s | never ends | no lease | unknown"),
                 QStringLiteral("  1. holder | — no lease |  | token 101 | never ends | 10.0 s | unknown"),
                 QStringLiteral("  2. waits on 1 | 2 |  | token 102 | not sampled yet | 9.0 s | unknown")}));
    QCOMPARE(proxy_->index(0, LocksModel::State).data(ToneRole).toInt(), static_cast<int>(Tone::Bad));
  }

  void clearForgetsEverything() {
    apply(completeSet({makeLock("/a", {1})}, {makeLease(1, absl::Seconds(5), absl::Seconds(5))}));
    picture_->clear();
    QCOMPARE(picture_->locks()->rowCount(), 0);
    QVERIFY(!picture_->ready());
  }

  void manyLocksStayQuick() {
    constexpr int kLocks = 100'000;
    std::vector<std::shared_ptr<const Lock>> locks;
    locks.reserve(kLocks);
    for (int i = 0; i < kLocks; ++i) locks.push_back(makeLock("/lock/" + std::to_string(i), {i + 1}));
    fatal_.reset();
    fatalProxy_.reset();
    proxy_->sort(LocksModel::Name);
    apply(completeSet(std::move(locks)));
    QCOMPARE(proxy_->rowCount(), kLocks);
    ChangeSet changes;
    for (int i = 0; i < 100; ++i)
      changes.locks.push_back(makeLock("/lock/" + std::to_string(i * 997), {i + 1, kLocks + i}));
    for (int i = 0; i < 50; ++i)
      changes.locks.push_back(makeLock("/lock/" + std::to_string(i * 1993) + "new", {2 * kLocks + i}));
    QElapsedTimer timer;
    timer.start();
    apply(changes);
    QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(proxy_->rowCount(), kLocks + 50);
  }

  void queuesAreThereOnceSomebodyLooks() {
    apply(completeSet({makeLock("/a", {1, 2})}));
    const QModelIndex lock = picture_->locks()->find("/a");
    QVERIFY(picture_->locks()->hasChildren(lock));
    QCOMPARE(picture_->locks()->rowCount(lock), 0);
    picture_->locks()->fetchMore(lock);
    QCOMPARE(picture_->locks()->rowCount(lock), 2);
    QVERIFY(!picture_->locks()->canFetchMore(lock));
  }

 private:
  /// Qt's tester opens queues while it is still being told of new locks, which it then takes for an error of
  /// the model; the tests open them themselves.
  static std::unique_ptr<QAbstractItemModelTester> watch(QAbstractItemModel* model) {
    auto tester = std::make_unique<QAbstractItemModelTester>(
        model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester->setUseFetchMore(false);
    return tester;
  }
  QModelIndex open(const std::string& name) {
    const QModelIndex lock = picture_->locks()->find(name);
    picture_->locks()->fetchMore(lock);
    return lock;
  }
  void apply(ChangeSet changes) {
    MonitorUpdate update;
    update.changes = std::move(changes);
    update.health.state = Health::State::Live;
    picture_->apply(update);
  }
  static std::string name(int number) {
    const std::string digits = std::to_string(number);
    return "/lock/" + std::string(6 - digits.size(), '0') + digits;
  }
  QList<QByteArray> names() const {
    QList<QByteArray> names;
    for (int row = 0; row < picture_->locks()->rowCount(); ++row)
      names << picture_->locks()->index(row, 0).data().toByteArray();
    return names;
  }
  QStringList shownNames() const {
    QStringList names;
    for (int row = 0; row < proxy_->rowCount(); ++row) names << proxy_->index(row, 0).data().toString();
    return names;
  }

  std::unique_ptr<ShownPicture> picture_;
  std::unique_ptr<LocksProxy> proxy_;
  std::unique_ptr<QAbstractItemModelTester> fatal_;
  std::unique_ptr<QAbstractItemModelTester> fatalProxy_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::LocksModelTest)
#include "locks_model_test.moc"
