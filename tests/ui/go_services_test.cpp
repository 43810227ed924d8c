#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "ui/models/command_line.h"
#include "ui/models/go_service_words.h"
#include "ui/models/go_services_model.h"
#include "ui/models/go_services_proxy.h"
#include "ui/models/leases_model.h"
#include "ui/models/session_comparison.h"
#include "ui/models/trend.h"

namespace leasescope::ui {
namespace {

const Moment kStart{SteadyTime{std::chrono::hours(5)}, absl::FromUnixSeconds(1'700'000'000)};

Moment after(double seconds) {
  const absl::Duration duration = absl::Seconds(seconds);
  return {kStart.steady + absl::ToChronoNanoseconds(duration), kStart.wall + duration};
}

GoService asked(int id, const QString& name) {
  GoService service;
  service.id = id;
  service.name = name;
  service.address = "http://" + name + "/debug/pprof/goroutine";
  return service;
}

/// Of which each role has its own number.
SeenGoroutines goroutines(std::int64_t sessions) {
  return {.roles = {.total = sessions + 1020,
                    .sessions = sessions,
                    .keepAliveClosers = 6,
                    .lockWaiters = 5,
                    .keepAliveLoops = 3,
                    .watchers = 4,
                    .rest = 1002}};
}

GoService answered(int id, const QString& name, std::int64_t sessions, const Moment& at) {
  GoService service = asked(id, name);
  service.take({.at = at, .seen = goroutines(sessions)});
  return service;
}

struct Shown {
  GoServicesModel model;
  GoServicesProxy proxy{&model};
  QAbstractItemModelTester modelTester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
  QAbstractItemModelTester proxyTester{&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest};

  QString rowText(int row) const {
    QStringList cells;
    for (int column = 0; column < proxy.columnCount(); ++column) {
      cells << proxy.index(row, column).data().toString();
    }
    return cells.join(u'|');
  }
  QVariant cell(int row, int column, int role) const { return proxy.index(row, column).data(role); }
};

std::shared_ptr<const Lease> lease(LeaseId id, std::vector<std::string> keys, std::int64_t renewals) {
  Lease one;
  one.id = id;
  one.keys = std::make_shared<const std::vector<std::string>>(std::move(keys));
  one.renewals = renewals;
  return std::make_shared<const Lease>(one);
}

QString comparison(qint64 sessions, const LeaseCounts& leases) {
  return compareSessions({.sessions = sessions}, leases).text;
}

class GoServicesTest : public QObject {
  Q_OBJECT

 private slots:
  void saysEveryRole() {
    Shown shown;
    shown.model.merge({answered(1, "10.0.0.7:6060", 1200, kStart)});
    shown.proxy.setNow(after(2));
    QCOMPARE(shown.rowText(0), QString("10.0.0.7:6060|2,220|1,200|5|6|3|4|1,002|2.0 s|answers"));
  }

  void namesEveryColumnAndExplainsTheRoles() {
    Shown shown;
    for (int column = 0; column < GoServicesModel::ColumnCount; ++column) {
      QVERIFY(!shown.proxy.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
    }
    const QVariant sessions =
        shown.proxy.headerData(GoServicesModel::SessionsColumn, Qt::Horizontal, Qt::ToolTipRole);
    QVERIFY(sessions.toString().contains("NewSession.func1"));
  }

  void whatIsNotKnownIsNoNumber() {
    Shown shown;
    GoService silent = asked(2, "b:1");
    silent.take({.at = kStart, .seen = absl::UnavailableError("b:1 can't be reached")});
    shown.model.merge({asked(1, "a:1"), silent});
    QCOMPARE(shown.rowText(0), QString("a:1|—|—|—|—|—|—|—|—|asked"));
    QCOMPARE(shown.rowText(1), QString("b:1|—|—|—|—|—|—|—|—|no profile"));
    QVERIFY(shown.cell(1, GoServicesModel::NameColumn, Qt::ToolTipRole).toString().contains("reached"));
  }

  void numbersThatAreOldLookOld() {
    Shown shown;
    GoService failing = answered(1, "a:1", 12, kStart);
    failing.take({.at = after(5), .seen = absl::UnavailableError("a:1 can't be reached")});
    shown.model.merge({failing, answered(2, "b:1", 12, kStart)});
    shown.proxy.setNow(after(6));
    QCOMPARE(shown.rowText(0), QString("a:1|1,032|12|5|6|3|4|1,002|6.0 s|stale"));
    QVERIFY(shown.cell(0, GoServicesModel::SessionsColumn, Qt::ForegroundRole).isValid());
    QVERIFY(!shown.cell(1, GoServicesModel::SessionsColumn, Qt::ForegroundRole).isValid());
    QCOMPARE(shown.cell(1, GoServicesModel::StateColumn, Qt::DisplayRole).toString(), QString("answers"));
    shown.proxy.setNow(after(60));  // nothing was heard since
    QCOMPARE(shown.cell(1, GoServicesModel::StateColumn, Qt::DisplayRole).toString(), QString("stale"));
  }

  void aProfileThatWasCutOffSaysAtLeast() {
    Shown shown;
    GoService saved = asked(1, "dump.txt");
    saved.kind = GoService::Kind::Saved;
    saved.seen = goroutines(6);
    saved.seen->complete = false;
    shown.model.merge({saved});
    QCOMPARE(shown.cell(0, GoServicesModel::SessionsColumn, Qt::DisplayRole).toString(), QString("≥ 6"));
    QCOMPARE(shown.cell(0, GoServicesModel::StateColumn, Qt::DisplayRole).toString(), QString("saved"));
  }

  void aMergeTellsOnlyWhatChanged() {
    Shown shown;
    const std::vector<GoService> before = {answered(1, "a:1", 1, kStart), answered(2, "b:1", 1, kStart)};
    shown.model.merge(before);
    QSignalSpy changed(&shown.model, &QAbstractItemModel::dataChanged);
    shown.model.merge(before);
    QCOMPARE(changed.size(), 0);
    shown.model.merge({before[0], answered(2, "b:1", 2, after(5))});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toModelIndex().row(), 1);
    shown.model.merge({before[1]});
    QCOMPARE(shown.model.rowCount(), 1);
  }

  void sortsByValue() {
    Shown shown;
    shown.model.merge({answered(1, "a:1", 9, kStart), answered(2, "b:1", 100, after(3)), asked(3, "c:1")});
    shown.proxy.setNow(after(4));
    shown.proxy.sort(GoServicesModel::SessionsColumn, Qt::DescendingOrder);
    QCOMPARE(shown.cell(0, GoServicesModel::NameColumn, Qt::DisplayRole).toString(), QString("b:1"));
    shown.proxy.sort(GoServicesModel::StateColumn);
    QCOMPARE(shown.cell(0, GoServicesModel::NameColumn, Qt::DisplayRole).toString(), QString("c:1"));
  }

  void theInsightTellsGrowthAndFailure() {
    const GoService service = answered(1, "a:1", 12, kStart);
    const Insight leak = goServiceInsight(service, after(1), 11);
    QCOMPARE(leak.tone, Tone::Warning);
    QVERIFY2(leak.text.startsWith("12 sessions are open, 11 more than at first; 5 goroutines wait"),
             qPrintable(leak.text));
    QCOMPARE(goServiceInsight(service, after(1), std::nullopt).tone, Tone::Neutral);
    GoService silent = asked(2, "b:1");
    silent.take({.at = kStart, .seen = absl::UnavailableError("does it run?")});
    QCOMPARE(goServiceInsight(silent, after(1), {}).text, QString("does it run?"));
  }

  void leasesAreCountedByWhatASessionLooksLike() {
    LeasesModel leases;
    ChangeSet changes;
    changes.leases = {lease(1, {}, 3), lease(2, {}, 0), lease(3, {"/a/3"}, 1), lease(4, {}, 1)};
    leases.apply(changes);
    QCOMPARE(countLeases(leases),
             (LeaseCounts{.all = 4, .renewed = 3, .keyless = 3, .keylessRenewed = 2, .keyed = 1}));
  }

  void theDifferenceIsSaidInWords() {
    const LeaseCounts leases = {.all = 15, .renewed = 14, .keyless = 12, .keylessRenewed = 11, .keyed = 3};
    QVERIFY(comparison(12, leases)
                .startsWith("sessions by goroutines: 12 · leases that are renewed: 14 · difference 2\n"));
    QVERIFY(comparison(12, leases)
                .contains("2 leases more than sessions: other services keep them alive. 11 of"));
    QVERIFY(comparison(14, leases).contains("As many as each other. 11 of the leases hold no key"));
    QVERIFY(comparison(14, leases).contains("NewSession is not paired with Close"));
    QVERIFY(comparison(20, leases).contains("not seen to be renewed yet (1 lease)"));
    QVERIFY(comparison(20, leases).contains("5 sessions have lost their lease, or it is on another cluster"));
    QVERIFY(comparison(3, {.all = 3, .renewed = 3, .keyed = 3}).endsWith("As many as each other."));
    QVERIFY(comparison(2, {.all = 2, .renewed = 2, .keyless = 1, .keylessRenewed = 1, .keyed = 1})
                .contains("1 of the leases holds no key"));
    QVERIFY(comparison(0, {}).contains("there is no lease"));
    QVERIFY(comparison(0, {.all = 1, .keyless = 1}).contains("1 lease was not seen to be renewed yet"));
    QCOMPARE(compareSessions({.sessions = 14}, leases).tone, Tone::Warning);
    const LeaseCounts pool = {.all = 10, .renewed = 10, .keyless = 1, .keylessRenewed = 1, .keyed = 9};
    QCOMPARE(compareSessions({.sessions = 10}, pool).tone, Tone::Neutral);
    QVERIFY(compareSessions({.sessions = 5}, std::nullopt).text.contains("renewed: — · difference —"));
  }

  void aTrendHasGapsAndAnEnd() {
    Trend trend;
    trend.add(kStart, std::nullopt);
    QVERIFY(trend.points().isEmpty());
    trend.add(after(1), 4);
    trend.add(after(2), std::nullopt);
    trend.add(after(3), std::nullopt);
    trend.add(after(4), 9);
    QCOMPARE(trend.points().size(), 3);
    QCOMPARE(trend.growth(), std::optional(5.0));
    QCOMPARE(trend.highest(0), 9.0);
    for (int i = 0; i < 2 * Trend::kMostPoints; ++i) trend.add(after(5 + i), 1);
    QCOMPARE(trend.points().size(), Trend::kMostPoints);
  }

  void passwordsAreBlottedOut_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("shown");
    QTest::newRow("none") << "etcdctl lock /jobs/a"
                          << "etcdctl lock /jobs/a";
    QTest::newRow("password") << "etcdctl --password s3 --user root get a"
                              << "etcdctl --password ••• --user root get a";
    QTest::newRow("blanks") << "a --password=two words -x"
                            << "a --password=••• -x";
    QTest::newRow("user") << "a --user root:s3cret --x"
                          << "a --user root:••• --x";
    QTest::newRow("user=") << "a --user=root:s3cret"
                           << "a --user=root:•••";
    QTest::newRow("-u") << "curl -u me:pw -k"
                        << "curl -u me:••• -k";
    QTest::newRow("prefixed") << "a --etcd-password x --b"
                              << "a --etcd-password ••• --b";
    QTest::newRow("token") << "a --auth-token=abc --b"
                           << "a --auth-token=••• --b";
    QTest::newRow("variable") << "env ETCDCTL_PASSWORD=x"
                              << "env ETCDCTL_PASSWORD=•••";
    QTest::newRow("url") << "a postgres://me:pw@db/x"
                         << "a postgres://me:•••@db/x";
    QTest::newRow("dash in it") << "a --password -x"
                                << "a --password •••";
    QTest::newRow("case") << "a --Password X --y"
                          << "a --Password ••• --y";
  }

  void passwordsAreBlottedOut() {
    QFETCH(QString, line);
    QFETCH(QString, shown);
    QCOMPARE(withoutPasswords(line), shown);
  }
};

}  // namespace
}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::GoServicesTest)
#include "go_services_test.moc"
