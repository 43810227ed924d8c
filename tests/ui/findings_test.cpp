#include <algorithm>

#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSignalSpy>

#include "core/lockers/demo.h"
#include "tests/support/etcd_test.h"
#include "tests/ui/picture_builder.h"
#include "tests/ui/window_on_etcd.h"
#include "ui/dialogs/release_dialog.h"
#include "ui/dialogs/revoke_dialog.h"
#include "ui/dialogs/thresholds_dialog.h"
#include "ui/graph/graph_view.h"
#include "ui/models/finding_words.h"
#include "ui/models/findings_model.h"
#include "ui/models/findings_proxy.h"
#include "ui/models/format.h"
#include "ui/plots/trend_plot.h"
#include "ui/views/desktop_notifier.h"
#include "ui/views/findings_digest.h"
#include "ui/views/findings_page.h"
#include "ui/views/proof_curves.h"
#include "ui/views/proof_waits.h"
#include "ui/views/table_view.h"
#include "ui/views/wait_graph_page.h"

namespace leasescope::ui {
namespace {

Finding finding(FindingKind kind, FindingSeverity severity, LeaseId lease, const std::string& summary) {
  return {.kind = kind,
          .severity = severity,
          .subject = {.lease = lease},
          .summary = summary,
          .firstFound = Moment{SteadyTime(), absl::UnixEpoch()}};
}

class WindowOnFindings : public WindowOnEtcd {
 public:
  /// In which two lockers wait for each other.
  void makeDeadlock() {
    QTRY_VERIFY(state().contains("live"));
    window().showPage(MainWindow::Findings);
    link().spawnLockers({.behaviour = Behaviour::Deadlock, .lock = "/dead", .ttl = absl::Seconds(60)},
                        [](const absl::Status&) {});
  }
  FindingsPage& page() { return *window().findingsPage(); }
  bool shows(FindingKind kind) {
    const QAbstractItemModel& rows = *page().table()->model();
    return !rows.match(rows.index(0, FindingsModel::KindColumn), Qt::DisplayRole, kindTitle(kind)).isEmpty();
  }
  QPushButton* button(const char* name) { return page().findChild<QPushButton*>(name); }
  bool hasLabel(const QString& text) {
    const auto labels = page().findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text() == text; });
  }
  /// "Sessions without a key": what its labels say; empty when it is not seen.
  QStringList plotOf(Curve::Of of) {
    QStringList words;
    for (const TrendPlot* plot : page().findChildren<TrendPlot*>()) {
      if (!plot->isVisible() || plot->accessibleName() != curveTitle(of)) continue;
      for (const QLabel* label : plot->findChildren<QLabel*>()) words << label->text();
    }
    return words;
  }
  ThresholdsDialog* askForThresholds() {
    QTest::mouseClick(button("askForThresholds"), Qt::LeftButton);
    return openWidget<ThresholdsDialog>();
  }
};

}  // namespace

class FindingsTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    WindowOnEtcd::prepare(folder_);
  }

  void theMostUrgentComeFirstAndMutedOnesLast() {
    FindingsModel model;
    const QAbstractItemModelTester modelTester(&model);
    const ViewClock clock([] { return Moment{SteadyTime(), absl::UnixEpoch()}; });
    FindingsProxy proxy(&model, clock);
    const QAbstractItemModelTester proxyTester(&proxy);
    proxy.sort(FindingsModel::SeverityColumn);
    const Finding warning = finding(FindingKind::LeakedSession, FindingSeverity::Warning, 1, "leak");
    const Finding critical = finding(FindingKind::StuckQueue, FindingSeverity::Critical, 2, "stuck");
    model.merge({warning, critical});
    QCOMPARE(proxy.index(0, FindingsModel::SummaryColumn).data().toString(), QStringLiteral("stuck"));
    QCOMPARE(proxy.count(FindingSeverity::Critical), 1);
    proxy.setMuted({QString::fromStdString(findingName(critical))});
    QCOMPARE(proxy.index(0, FindingsModel::SummaryColumn).data().toString(), QStringLiteral("leak"));
    QCOMPARE(proxy.index(1, FindingsModel::SeverityColumn).data().toString(), QStringLiteral("muted"));
    QCOMPARE(proxy.count(FindingSeverity::Critical), 0);
    model.merge({warning});
    QCOMPARE(proxy.rowCount(), 1);
  }

  void aDigestSaysTheWorstOfEachKind() {
    ShownPicture picture;
    FindingsDigest digest(&picture);
    digest.show();
    QVERIFY(digest.text().contains("nothing is wrong so far"));
    MonitorUpdate update;
    for (const LeaseId id : {1, 2}) {
      Lease lease = *makeLease(id, absl::Seconds(60), absl::Seconds(50), {});
      lease.identity = std::make_shared<HolderIdentity>(HolderIdentity{.service = std::string(kDemoService)});
      update.changes.leases.push_back(std::make_shared<const Lease>(lease));
    }
    Verdict verdict;
    verdict.findings = {
        finding(FindingKind::SessionGrowth, FindingSeverity::Critical, 0, "They grow."),
        finding(FindingKind::LeakedSession, FindingSeverity::Warning, 1, "One."),
        finding(FindingKind::LeakedSession, FindingSeverity::Warning, 2, "Two."),
        finding(FindingKind::LeakedSession, FindingSeverity::Warning, 3, "Of somebody else.")};
    update.verdict = std::make_shared<const Verdict>(verdict);
    picture.apply(update);
    QVERIFY2(digest.text().contains("nothing is wrong so far"), "no demo runs");
    digest.setSince(Moment{SteadyTime() + std::chrono::seconds(1), absl::UnixEpoch()}, 7);
    QVERIFY2(digest.text().contains("nothing is wrong so far"), "they are of a demo before");
    QVERIFY(digest.text().contains("after 7 TTLs"));
    digest.setSince(Moment{SteadyTime(), absl::UnixEpoch()}, 7);
    QVERIFY(digest.text().contains("They grow."));
    QVERIFY(digest.text().contains("2 × Leaked session"));
    QVERIFY(digest.text().indexOf("They grow.") < digest.text().indexOf("Leaked session"));
  }

  void theDesktopIsToldOfNewOnesOnly() {
    DesktopNotifier notifier;
    QSignalSpy told(&notifier, &DesktopNotifier::told);
    notifier.follow({{"a", "A is wrong."}});
    QCOMPARE(told.size(), 1);
    notifier.follow({{"a", "A is wrong."}});
    QCOMPARE(told.size(), 1);
    notifier.follow({{"a", "A is wrong."}, {"b", "B is."}, {"c", "C is."}});
    QCOMPARE(told.back().front().toString(), QStringLiteral("B is. And 1 more."));
    const SteadyTime gone = Moment::now().steady;
    notifier.follow({}, {}, gone);
    notifier.follow({{"a", "A is wrong."}}, {}, gone + DesktopNotifier::kForgottenAfter);
    QCOMPARE(told.size(), 2);  // it comes and goes
    notifier.follow({{"a", "A is wrong."}}, {}, gone + 3 * DesktopNotifier::kForgottenAfter);
    QCOMPARE(told.size(), 2);  // it stands for long
    notifier.follow({}, {}, gone + 3 * DesktopNotifier::kForgottenAfter);
    notifier.follow({{"a", "A is wrong."}}, {}, gone + 5 * DesktopNotifier::kForgottenAfter);
    QCOMPARE(told.size(), 3);  // it is a new one after so long
    notifier.follow({{"e", "E is."}}, {"e"});
    QCOMPARE(told.size(), 3);
    notifier.follow({{"e", "E is."}});
    QCOMPARE(told.size(), 3);  // it is not new because it is muted no more
    notifier.setEnabled(false);
    notifier.follow({{"d", "D is."}});
    QCOMPARE(told.size(), 3);
  }

  void aDeadlockIsShownAndFreedThroughTheDialog() {
    WindowOnFindings on;
    on.makeDeadlock();
    QTRY_VERIFY(on.shows(FindingKind::Deadlock));
    QCOMPARE(on.page().count(FindingSeverity::Critical), 1);
    QTRY_VERIFY(on.page().table()->selectedRow().isValid() && on.button("revokeLease")->isEnabled());
    QTest::mouseClick(on.button("revokeLease"), Qt::LeftButton);
    QTRY_VERIFY(openWidget<RevokeDialog>() != nullptr);
    auto* confirm = openWidget<RevokeDialog>()->findChild<QPushButton*>("confirm");
    QTRY_VERIFY(confirm->isEnabled());
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_VERIFY(!on.shows(FindingKind::Deadlock));
    // The session that was revoked waited, too.
    QTRY_COMPARE(on.shows(FindingKind::FalseOwnerRisk), testedVersion() < (etcd::ServerVersion{3, 5, 0}));
  }

  void aKeyInTheWayIsReleasedThroughTheDialog() {
    WindowOnFindings on;
    QTRY_VERIFY(on.state().contains("live"));
    on.window().showPage(MainWindow::Findings);
    QVERIFY(on.client().put({.key = "/jobs/config", .value = "text"}).ok());
    const auto waiter = on.open();
    on.queueUp("/jobs", *waiter);
    QTRY_VERIFY(on.shows(FindingKind::OrphanedContender));
    QTRY_VERIFY(on.page().table()->selectedRow().isValid() && on.button("releaseKey")->isVisible());
    QVERIFY(!on.button("revokeLease")->isVisible());
    QTRY_VERIFY(on.page().findChild<ProofWaits*>()->drawing() != nullptr);
    QCOMPARE(on.page().findChild<ProofWaits*>()->drawing()->plan().nodes.size(), 2U);
    QTest::mouseClick(on.button("releaseKey"), Qt::LeftButton);
    QTRY_VERIFY(openWidget<ReleaseDialog>() != nullptr);
    QTest::mouseClick(openWidget<ReleaseDialog>()->findChild<QPushButton*>("confirm"), Qt::LeftButton);
    QTRY_VERIFY(on.client().range({.range = etcd::KeyRange::single("/jobs/config")})->kvs.empty());
    QTRY_VERIFY_WITH_TIMEOUT(!on.shows(FindingKind::OrphanedContender), 15'000);  // it lingers
  }

  void ofAMismatchBothLeasesAreDrawn() {
    WindowOnFindings on;
    QTRY_VERIFY(on.state().contains("live"));
    on.window().showPage(MainWindow::Findings);
    const auto named = on.open();
    const auto owner = on.open();
    on.queueUp("/jobs", *named);
    const std::string key = "/jobs/" + etcd::leaseHex(named->lease());
    QVERIFY(on.client().put({.key = key, .lease = owner->lease()}).ok());
    QTRY_VERIFY(on.shows(FindingKind::LeaseMismatch));
    const QString both =
        QStringLiteral("TTL LEFT OF %1 AND %2").arg(leaseText(owner->lease()), leaseText(named->lease()));
    QTRY_VERIFY(on.hasLabel(both));
    QVERIFY(on.client().revokeLease(named->lease()).ok());
    QTRY_VERIFY(on.hasLabel(QStringLiteral("TTL LEFT OF ") + leaseText(owner->lease())));
  }

  void aDeadlockIsTheStateOfItsLocks() {
    WindowOnFindings on;
    on.makeDeadlock();
    QTRY_VERIFY(on.shows(FindingKind::Deadlock));
    on.window().showPage(MainWindow::Locks);
    const auto state = [&on](int row) {
      return on.locksTable().model()->index(row, LocksModel::State).data().toString();
    };
    QTRY_COMPARE(state(0), QStringLiteral("deadlock"));
    QCOMPARE(state(1), QStringLiteral("deadlock"));
    on.window().locksPage()->setFilterText(QStringLiteral("state:deadlock"));
    QCOMPARE(on.locksTable().model()->rowCount(), 2);
  }

  void theWaitForADeadlockedLockIsNotCalledHealthy() {
    WindowOnFindings on;
    on.makeDeadlock();
    QTRY_VERIFY(on.shows(FindingKind::Deadlock));
    on.window().showPage(MainWindow::Graph);
    GraphView* view = on.window().waitGraphPage()->view();
    QTRY_VERIFY(view->drawing() != nullptr && view->drawing()->part().edges.size() == 2);
    view->select(view->drawing()->part().edges.front().wait);
    const auto saysDeadlock = [&on] {
      const auto labels =
          on.window().waitGraphPage()->findChild<QWidget*>("detailsPane")->findChildren<QLabel*>();
      return std::ranges::any_of(
          labels, [](const QLabel* label) { return label->text().startsWith("Deadlock: lease"); });
    };
    QTRY_VERIFY(saysDeadlock());
  }

  void whoeverLooksAtNothingInParticularLooksAtTheWorst() {
    WindowOnFindings on;
    QTRY_VERIFY(on.state().contains("live"));
    on.window().showPage(MainWindow::Findings);
    const auto shown = [&on] {
      return on.page().table()->selectedRow().siblingAtColumn(FindingsModel::KindColumn).data().toString();
    };
    QVERIFY(on.client().put({.key = "/jobs/config", .value = "text"}).ok());
    const auto named = on.open();
    const auto owner = on.open();
    on.queueUp("/a", *named);
    QVERIFY(on.client().put({.key = "/a/" + etcd::leaseHex(named->lease()), .lease = owner->lease()}).ok());
    QTRY_COMPARE(shown(), kindTitle(FindingKind::LeaseMismatch));
    const auto waiter = on.open();
    on.queueUp("/jobs", *waiter);
    QTRY_COMPARE(shown(), kindTitle(FindingKind::OrphanedContender));
    QTest::keyClick(on.page().table(), Qt::Key_Down);  // from here on it is looked at
    QCOMPARE(shown(), kindTitle(FindingKind::LeaseMismatch));
    const auto another = on.open();
    on.queueUp("/jobs", *another);
    QVERIFY(on.client().put({.key = "/b/" + etcd::leaseHex(owner->lease())}).ok());
    on.queueUp("/b", *another);
    QTRY_COMPARE(on.page().count(FindingSeverity::Critical), 2);
    QCOMPARE(shown(), kindTitle(FindingKind::LeaseMismatch));
  }

  void aMutedOneStaysSoAndUntoldInTheNextWindow() {
    WindowOnFindings on;
    on.makeDeadlock();
    QTRY_VERIFY(on.page().table()->selectedRow().isValid() && on.button("muteFinding")->isVisible());
    QTest::mouseClick(on.button("muteFinding"), Qt::LeftButton);
    QCOMPARE(on.page().count(FindingSeverity::Critical), 0);
    ClusterLink link;
    MainWindow next(&link);  // while the first one is still open: it was kept at once
    QSignalSpy told(next.findingsPage()->notifier(), &DesktopNotifier::told);
    next.show();
    link.connectTo({.endpoints = {on.server().endpoint()}}, {});
    QTRY_COMPARE(next.findingsPage()->table()->model()->rowCount(), 1);
    QCOMPARE(next.findingsPage()->count(FindingSeverity::Critical), 0);
    QCOMPARE(told.size(), 0);
  }

  void aFindingLeadsToItsLock() {
    WindowOnFindings on;
    on.makeDeadlock();
    QTRY_VERIFY(on.page().table()->selectedRow().isValid() && on.button("showSubject")->isEnabled());
    QTest::mouseClick(on.button("showSubject"), Qt::LeftButton);
    QTRY_VERIFY(on.window().locksPage()->isVisible());
    const QModelIndex row = on.window().locksPage()->table()->selectedRow();
    QVERIFY(row.data().toString().startsWith("/dead"));
  }

  void aDeadlockLeadsToTheWaitGraph() {
    WindowOnFindings on;
    on.makeDeadlock();
    QTRY_VERIFY(on.page().table()->selectedRow().isValid() && on.button("showWaits")->isVisible());
    const LeaseId lease = on.page().table()->selectedLeases().front();
    QTest::mouseClick(on.button("showWaits"), Qt::LeftButton);
    QTRY_VERIFY(on.window().waitGraphPage()->isVisible());
    QTRY_COMPARE(on.window().waitGraphPage()->view()->selected(), GraphItem(lease));
  }

  void theCircleOfADeadlockIsDrawnAndLeadsToTheWaitGraph() {
    WindowOnFindings on;
    on.makeDeadlock();
    auto* circle = on.page().findChild<ProofWaits*>();
    QTRY_VERIFY(circle->isVisible() && circle->drawing() != nullptr);
    QCOMPARE(circle->drawing()->sessions().size(), 2U);
    QCOMPARE(circle->drawing()->part().edges.size(), 2U);
    QVERIFY(circle->drawing()->part().edges.front().inCycle == Confidence::Proven);
    QTest::mouseClick(circle, Qt::LeftButton);
    QTRY_VERIFY(on.window().waitGraphPage()->isVisible());
  }

  void growthIsDrawnWithItsTrend() {
    WindowOnFindings on;
    on.link().setThresholds({.growthSessions = 4, .growthTime = absl::Seconds(2)});
    QTRY_VERIFY(on.state().contains("live"));
    on.window().showPage(MainWindow::Findings);
    std::vector<std::unique_ptr<etcd::Session>> leaked;
    QElapsedTimer timer;
    for (timer.start(); on.page().rows() == 0 && timer.elapsed() < 30'000; QTest::qWait(150)) {
      leaked.push_back(on.open());
    }
    QTRY_VERIFY(!on.plotOf(Curve::Of::KeylessSessions).isEmpty());
    const QStringList sessions = on.plotOf(Curve::Of::KeylessSessions);
    QCOMPARE(sessions.size(), 3);
    QVERIFY2(sessions.at(1).toInt() > 4, qPrintable(sessions.join(' ')));
    QVERIFY2(sessions.at(2).toInt() >= sessions.at(1).toInt(), "a scale is there with points only");
    QCOMPARE(on.plotOf(Curve::Of::Contenders).at(1), QStringLiteral("0"));
    QVERIFY(on.plotOf(Curve::Of::Waiters).isEmpty());
    const auto labels = on.page().findChild<ProofCurves*>()->findChildren<QLabel*>();
    QVERIFY(
        std::ranges::any_of(labels, [](const QLabel* label) { return label->text().contains("a minute"); }));
    QTest::mouseClick(on.button("showSubject"), Qt::LeftButton);
    QTRY_VERIFY(on.window().leasesPage()->isVisible());
    QCOMPARE(on.window().leasesPage()->filterText(), QStringLiteral("keys=0"));
  }

  void aStormIsDrawnByTheSecondAndLeadsToItsLeases() {
    WindowOnFindings on;
    on.link().setThresholds({.expiryStormLeases = 4});
    QTRY_VERIFY(on.state().contains("live"));
    on.window().showPage(MainWindow::Findings);
    constexpr int kLeases = 8;
    for (int i = 0; i < kLeases; ++i) QVERIFY(on.client().grantLease(absl::Seconds(16)).ok());
    QVERIFY(on.client().grantLease(absl::Seconds(60)).ok());
    QTRY_VERIFY_WITH_TIMEOUT(on.shows(FindingKind::ExpiryStorm), 15'000);
    QTRY_COMPARE(on.plotOf(Curve::Of::Endings).size(), 3);
    QVERIFY2(on.plotOf(Curve::Of::Endings).at(1).toInt() >= 4, "the highest, not the last");
    QCOMPARE(on.button("showSubject")->text(), QStringLiteral("Show leases"));
    QTest::mouseClick(on.button("showSubject"), Qt::LeftButton);
    QTRY_VERIFY(on.window().leasesPage()->isVisible());
    QTRY_COMPARE(on.window().leasesPage()->rowsShown(), kLeases);
  }

  void thresholdsOfTheDialogTakeEffectAtOnceAndStay() {
    WindowOnFindings on;
    QTRY_VERIFY(on.state().contains("live"));
    on.window().showPage(MainWindow::Findings);
    const auto session = on.open();
    for (const char* lock : {"/a", "/b", "/c"}) on.queueUp(lock, *session);
    QTRY_COMPARE(on.locks().rowCount(), 3);
    QCOMPARE(on.page().rows(), 0);

    ThresholdsDialog* dialog = on.askForThresholds();
    QVERIFY(dialog != nullptr);
    auto* locks = dialog->findChild<QDoubleSpinBox*>("shared-lease-locks");
    locks->setValue(1);
    QCOMPARE(locks->value(), 2.0);
    locks->setValue(3);
    dialog->accept();
    QTRY_COMPARE(on.page().rows(), 1);
    QVERIFY(on.page().table()->model()->index(0, FindingsModel::KindColumn).data() == "Shared lease");
    {
      ClusterLink later;
      const MainWindow window(&later);
      QCOMPARE(later.thresholds().sharedLeaseLocks, 3);
    }

    dialog = on.askForThresholds();
    QVERIFY(dialog != nullptr);
    QTest::mouseClick(dialog->findChild<QPushButton*>("restoreDefaults"), Qt::LeftButton);
    dialog->reject();
    QCOMPARE(on.link().thresholds().sharedLeaseLocks, 3);
    dialog = on.askForThresholds();
    QTest::mouseClick(dialog->findChild<QPushButton*>("restoreDefaults"), Qt::LeftButton);
    dialog->accept();
    QElapsedTimer timer;
    timer.start();
    QTRY_COMPARE(on.page().rows(), 0);
    QVERIFY2(timer.elapsed() < 3'000, "what is not wrong any more does not linger");
    QCOMPARE(on.link().thresholds().sharedLeaseLocks, Thresholds().sharedLeaseLocks);
  }

 private:
  QTemporaryDir folder_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::FindingsTest)
#include "findings_test.moc"
