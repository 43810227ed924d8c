#include "ui/models/threads_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "ui/models/row_roles.h"
#include "ui/models/threads_proxy.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

const Moment kStart{SteadyTime{std::chrono::hours(5)}, absl::FromUnixSeconds(1'700'000'000)};

Moment after(double seconds) {
  const absl::Duration duration = absl::Seconds(seconds);
  return {kStart.steady + absl::ToChronoNanoseconds(duration), kStart.wall + duration};
}

LockerThread locker(std::int64_t number, LockerState state = LockerState::Waiting) {
  LockerThread thread;
  thread.locker = number;
  thread.name = "locker " + std::to_string(number);
  thread.osThread = static_cast<int>(1000 + number);
  thread.state = state;
  thread.lock = "/jobs/nightly";
  thread.lease = 0x10 + number;
  thread.since = after(static_cast<double>(number));
  return thread;
}

LockerThread keepAlive(std::int64_t number, etcd::LeaseId lease, int osThread) {
  LockerThread thread = locker(number, LockerState::Holding);
  thread.role = LockerThread::Role::KeepAlive;
  thread.name = "keep " + std::to_string(number);
  thread.lease = lease;
  thread.osThread = osThread;
  return thread;
}

QString dump(const QAbstractItemModel& model, std::initializer_list<int> columns) {
  QStringList rows;
  for (int row = 0; row < model.rowCount(); ++row) {
    QStringList cells;
    for (const int column : columns) cells << model.index(row, column).data().toString();
    rows << cells.join(u'|');
  }
  return rows.join(u'\n');
}

/// Model and proxy under test, both watched for breaking the rules of models.
struct Shown {
  ThreadsModel model;
  ThreadsProxy proxy{&model};
  QAbstractItemModelTester modelTester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
  QAbstractItemModelTester proxyTester{&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest};

  QString names() const { return dump(proxy, {ThreadsModel::NameColumn}).replace(u'\n', u','); }
};

class ThreadsModelTest : public QObject {
  Q_OBJECT

 private slots:
  void saysEverythingInWords() {
    Shown shown;
    LockerThread lost = locker(2, LockerState::Lost);
    lost.osThread = 0;
    lost.lease = etcd::kNoLease;
    lost.problem = "the lease is gone";
    shown.model.merge({locker(1), keepAlive(1, 0x694d, 77), lost});
    shown.proxy.setNow(after(12));
    shown.proxy.sort(ThreadsModel::NameColumn);
    QCOMPARE(dump(shown.proxy,
                  {ThreadsModel::NameColumn, ThreadsModel::OsThreadColumn, ThreadsModel::BehaviourColumn,
                   ThreadsModel::StateColumn, ThreadsModel::LockColumn, ThreadsModel::LeaseColumn,
                   ThreadsModel::SinceColumn, ThreadsModel::ProblemColumn}),
             QString("locker 1|1001|well-behaved|waiting|/jobs/nightly|11|11.0 s|\n"
                     "keep 1|77|keep-alive thread|holding|/jobs/nightly|694d|11.0 s|\n"
                     "locker 2|ended|well-behaved|lost|/jobs/nightly|—|10.0 s|the lease is gone"));
  }

  void namesEveryColumn() {
    Shown shown;
    for (int column = 0; column < ThreadsModel::ColumnCount; ++column) {
      QVERIFY(!shown.proxy.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
    }
  }

  void aMergeTellsOnlyWhatChanged() {
    Shown shown;
    shown.model.merge({locker(1), locker(2), locker(3), locker(4)});
    QSignalSpy changed(&shown.model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&shown.model, &QAbstractItemModel::modelReset);
    QSignalSpy layout(&shown.model, &QAbstractItemModel::layoutChanged);
    shown.model.merge(
        {locker(1), locker(2, LockerState::Holding), locker(3, LockerState::Holding), locker(4)});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toModelIndex().row(), 1);
    QCOMPARE(changed[0][1].toModelIndex().row(), 2);
    QCOMPARE(reset.size(), 0);
    QCOMPARE(layout.size(), 0);
  }

  void theSameAgainChangesNothing() {
    Shown shown;
    shown.model.merge({locker(1), keepAlive(1, 5, 6)});
    QSignalSpy changed(&shown.model, &QAbstractItemModel::dataChanged);
    shown.model.merge({locker(1), keepAlive(1, 5, 6)});
    QCOMPARE(changed.size(), 0);
  }

  void rowsComeAndGoInRanges() {
    Shown shown;
    shown.model.merge({locker(1), locker(2), locker(3), locker(4), locker(5)});
    QSignalSpy removed(&shown.model, &QAbstractItemModel::rowsRemoved);
    QSignalSpy inserted(&shown.model, &QAbstractItemModel::rowsInserted);
    shown.model.merge({locker(4), locker(1), locker(6), locker(7)});
    QCOMPARE(removed.size(), 2);  // 5, then 2 and 3
    QCOMPARE(inserted.size(), 1);
    shown.proxy.sort(ThreadsModel::NameColumn);
    QCOMPARE(shown.names(), QString("locker 1,locker 4,locker 6,locker 7"));
    shown.model.merge({});
    QCOMPARE(shown.model.rowCount(), 0);
  }

  void aLockerKeepsItsRowThroughSessionsAndItsEnd() {
    Shown shown;
    shown.model.merge({locker(1)});
    const QPersistentModelIndex row = shown.proxy.index(0, ThreadsModel::OsThreadColumn);
    LockerThread ended = locker(1, LockerState::Leaked);
    ended.lease = 0x99;
    ended.osThread = 0;
    shown.model.merge({ended});
    QVERIFY(row.isValid());
    QCOMPARE(row.data().toString(), QString("ended"));
  }

  void threadsThatLookAlikeStayApart() {
    Shown shown;
    shown.model.merge({keepAlive(1, 5, 6), keepAlive(1, 5, 7)});
    QCOMPARE(shown.model.rowCount(), 2);
    shown.model.merge({keepAlive(1, 5, 7)});
    QCOMPARE(shown.model.rowCount(), 1);
  }

  void sortsByValue() {
    Shown shown;
    shown.model.merge({locker(10), locker(2), keepAlive(2, 3, 4), locker(1)});
    shown.proxy.setNow(after(100));
    shown.proxy.sort(ThreadsModel::NameColumn);
    QCOMPARE(shown.names(), QString("locker 1,locker 2,keep 2,locker 10"));
    shown.proxy.sort(ThreadsModel::OsThreadColumn);
    QCOMPARE(shown.names(), QString("keep 2,locker 1,locker 2,locker 10"));
    shown.proxy.sort(ThreadsModel::SinceColumn);  // the shortest time first
    QCOMPARE(shown.proxy.index(0, ThreadsModel::NameColumn).data().toString(), QString("locker 10"));
  }

  void filtersByWhatIsOnScreen() {
    Shown shown;
    LockerThread leaked = locker(2, LockerState::Leaked);
    leaked.lock = "/other";
    shown.model.merge({locker(1), leaked});
    shown.proxy.setFilterText(QStringLiteral(" LEAKED "));
    QCOMPARE(shown.names(), QString("locker 2"));
    shown.proxy.setFilterText(QStringLiteral("/jobs"));
    QCOMPARE(shown.names(), QString("locker 1"));
    shown.proxy.setFilterText(QStringLiteral("nowhere"));
    QCOMPARE(shown.proxy.rowCount(), 0);
    shown.proxy.setFilterText({});
    QCOMPARE(shown.proxy.rowCount(), 2);
  }

  void timeAloneChangesOneColumn() {
    Shown shown;
    shown.model.merge({locker(1), locker(2)});
    QSignalSpy changed(&shown.proxy, &QAbstractItemModel::dataChanged);
    shown.proxy.setNow(after(30));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toModelIndex().column(), int{ThreadsModel::SinceColumn});
    QCOMPARE(changed[0][1].toModelIndex().row(), 1);
  }

  void theStateHasATone() {
    Shown shown;
    shown.model.merge({locker(1, LockerState::Lost)});
    QCOMPARE(shown.proxy.index(0, ThreadsModel::StateColumn).data(ToneRole).toInt(),
             static_cast<int>(Tone::Bad));
    QVERIFY(!shown.proxy.index(0, ThreadsModel::LockColumn).data(ToneRole).isValid());
  }

  void oddNamesAreEscaped() {
    Shown shown;
    LockerThread odd = locker(1);
    odd.lock = std::string("/a\0b\xff", 5);
    shown.model.merge({odd});
    const QString text = shown.proxy.index(0, ThreadsModel::LockColumn).data().toString();
    QVERIFY(!text.contains(QChar(0)));
    QVERIFY(text.contains(QStringLiteral("\\xff"), Qt::CaseInsensitive));
    QCOMPARE(shown.proxy.thread(shown.proxy.index(0, 0)).lock, odd.lock);
  }
};

}  // namespace
}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::ThreadsModelTest)
#include "threads_model_test.moc"
