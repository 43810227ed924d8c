#include <atomic>
#include <memory>
#include <set>

#include <QClipboard>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>

#include "tests/support/canned_server.h"
#include "tests/support/program.h"
#include "tests/support/silent_server.h"
#include "tests/ui/window_on_etcd.h"
#include "ui/models/go_services_model.h"
#include "ui/models/local_processes_model.h"
#include "ui/plots/trend_plot.h"
#include "ui/views/go_services_page.h"
#include "ui/views/local_processes_page.h"
#include "ui/views/threads_page.h"

namespace leasescope::ui {

/// The sections of "Holder threads" on a real window: lockers, Go services, local processes.
class HoldersPageTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    WindowOnEtcd::prepare(folder_);
  }

  void init() {
    QSettings(QStringLiteral("leasescope"), QStringLiteral("leasescope")).clear();
    on_ = std::make_unique<WindowOnEtcd>();
    watch(*services().table());
    watch(*on_->window().processesPage()->table());
    on_->window().showHolders(MainWindow::Services);
    QTRY_VERIFY_WITH_TIMEOUT(on_->state().contains("live"), 20'000);
  }

  void cleanup() { on_.reset(); }

  void thePageBeginsWithTheLockers() {
    on_->window().showHolders(MainWindow::Lockers);
    QVERIFY(on_->window().threadsPage()->isVisible());
    QVERIFY(!services().isVisible());
  }

  void aServiceIsAskedAgainAndAgainUntilItIsRemoved() {
    std::atomic<int> asked = 0;
    const CannedServer server([&](const std::string&, const CannedServer::Send& send) {
      send(httpAnswer(200, capture("etcd_34.debug1.txt").toStdString()));
      ++asked;
    });
    type(QString::fromStdString(server.endpoint()));
    QTRY_COMPARE(service(0, GoServicesModel::SessionsColumn), "6");
    QCOMPARE(service(0, GoServicesModel::StateColumn), "answers");
    QVERIFY(label("comparison")->isVisible());
    QVERIFY(label("comparison")->text().contains("sessions by goroutines: 6"));
    QTRY_VERIFY_WITH_TIMEOUT(asked >= 2, 15'000);
    QTest::mouseClick(button("removeService"), Qt::LeftButton);
    QCOMPARE(model().rowCount(), 0);
    QVERIFY(!label("comparison")->isVisible());
  }

  void wrongInputIsExplainedBesideIt() {
    type("http://a b/");
    QVERIFY2(label("serviceProblem")->text().contains("a Go service"), qPrintable(problem()));
    QCOMPARE(model().rowCount(), 0);
    QTest::keyClicks(input(), "c");
    QCOMPARE(problem(), "");
    input()->clear();
    QTest::mouseClick(button("addService"), Qt::LeftButton);
    QVERIFY2(problem().contains("HOST:PORT"), qPrintable(problem()));
  }

  void aServiceThatIsNotThereIsSaidInOneLine() {
    type("127.0.0.1:1");
    QTRY_COMPARE(service(0, GoServicesModel::StateColumn), "no profile");
    QCOMPARE(service(0, GoServicesModel::SessionsColumn), "—");
    type("http://127.0.0.1:1/debug/pprof");
    QCOMPARE(model().rowCount(), 1);  // is the same
  }

  void numbersOfAServiceThatEndedAreShownAsStale() {
    auto server = std::make_unique<CannedServer>([](const std::string&, const CannedServer::Send& send) {
      send(httpAnswer(200, capture("etcd_34.debug1.txt").toStdString()));
    });
    type(QString::fromStdString(server->endpoint()));
    QTRY_COMPARE(service(0, GoServicesModel::StateColumn), "answers");
    server.reset();
    QTRY_COMPARE_WITH_TIMEOUT(service(0, GoServicesModel::StateColumn), "stale", 15'000);
    QCOMPARE(service(0, GoServicesModel::SessionsColumn), "6");
  }

  void servicesAreRemembered() {
    type("127.0.0.1:1");
    QCOMPARE(model().rowCount(), 1);
    ClusterLink link;
    const MainWindow next(&link);
    QCOMPARE(next.servicesPage()->count(), 1);
  }

  void oneThatHangsHoldsNothingUp() {
    const SilentServer silent;
    type(QString::fromStdString(silent.endpoint()));
    QTest::qWait(300);  // until it is being asked
    QElapsedTimer timer;
    timer.start();
    QTest::mouseClick(button("removeService"), Qt::LeftButton);
    QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
    type(QString::fromStdString(silent.endpoint()));
    QTest::qWait(300);
    timer.restart();
    { const auto ending = std::move(on_); }
    QVERIFY2(timer.elapsed() < 4'000, qPrintable(QString::number(timer.elapsed())));
  }

  void aPastedProfileIsShown() {
    QApplication::clipboard()->setText(capture("etcd_36.debug2.txt"));
    QTest::mouseClick(button("pasteProfile"), Qt::LeftButton);
    QTRY_COMPARE(model().rowCount(), 1);
    QCOMPARE(service(0, GoServicesModel::SessionsColumn), "6");
    QCOMPARE(service(0, GoServicesModel::StateColumn), "saved");
    QApplication::clipboard()->setText("what is no profile");
    QTest::mouseClick(button("pasteProfile"), Qt::LeftButton);
    QTRY_VERIFY(!problem().isEmpty());
    QCOMPARE(model().rowCount(), 1);
  }

  void aSavedProfileIsShownInAnyForm() {
    for (const char* name : {"etcd_34.debug2.txt", "etcd_36.pb.gz"}) services().openProfile(path(name));
    QTRY_COMPARE(model().rowCount(), 2);
    for (int row = 0; row < 2; ++row) QCOMPARE(service(row, GoServicesModel::SessionsColumn), "6");
    services().openProfile(folder_.filePath("none"));
    QTRY_VERIFY2(problem().contains("no such file"), qPrintable(problem()));
  }

  void aLeakyGoServiceIsShownBesideItsLeases() {
    RunningProgram go({LEASESCOPE_INTEROP, "leak", "--endpoints", on_->server().endpoint(), "--lock",
                       "/my-lock/", "--requests", "6", "--parallel", "6", "--timeout", "1h", "--ttl", "5",
                       "--mode", "leaky", "--pprof"});
    const std::string line = go.lineThatBegins("pprof ");
    QVERIFY(!line.empty());
    type(QString::fromStdString(line.substr(6)));
    QTRY_COMPARE_WITH_TIMEOUT(service(0, GoServicesModel::WaitersColumn), "5", 20'000);
    QCOMPARE(service(0, GoServicesModel::SessionsColumn), "6");
    QTRY_VERIFY_WITH_TIMEOUT(
        label("comparison")->text().contains("leases that are renewed: 6 · difference 0"), 10'000);
    QVERIFY(label("comparison")->text().endsWith("As many as each other."));  // and all have keys
  }

  void thisProgramIsAmongTheLocalProcesses() {
    on_->window().showHolders(MainWindow::Processes);
    const QAbstractItemModel& processes = *on_->window().processesPage()->table()->model();
    const auto cellOfThisProgram = [&](int column) {
      for (int row = 0; row < processes.rowCount(); ++row) {
        const QString pid = processes.index(row, LocalProcessesModel::PidColumn).data().toString();
        if (pid == QString::number(QCoreApplication::applicationPid()))
          return processes.index(row, column).data().toString();
      }
      return QString();
    };
    QTRY_VERIFY_WITH_TIMEOUT(cellOfThisProgram(LocalProcessesModel::ConnectionsColumn).toInt() >= 1, 10'000);
    QVERIFY(cellOfThisProgram(LocalProcessesModel::CommandColumn).contains("this window"));
    std::set<QString> drawn;
    for (const TrendPlot* plot : on_->window().processesPage()->findChildren<TrendPlot*>()) {
      if (plot->isVisible()) drawn.insert(plot->accessibleName());
    }
    QCOMPARE(drawn, (std::set<QString>{"Connections", "Memory", "Threads"}));
    on_->link().disconnectFromCluster();
    QTRY_COMPARE(processes.rowCount(), 0);
  }

 private:
  static QString path(const char* name) { return QStringLiteral(LEASESCOPE_GOROUTINES "/") + name; }
  static QString capture(const char* name) {
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
  }
  static void watch(TableView& table) {
    new QAbstractItemModelTester(table.model(), QAbstractItemModelTester::FailureReportingMode::Fatal,
                                 &table);
  }

  GoServicesPage& services() { return *on_->window().servicesPage(); }
  QAbstractItemModel& model() { return *services().table()->model(); }
  QString service(int row, int column) { return model().index(row, column).data().toString(); }
  QLineEdit* input() { return services().findChild<QLineEdit*>("serviceAddress"); }
  QPushButton* button(const char* name) { return services().findChild<QPushButton*>(name); }
  QLabel* label(const char* name) { return services().findChild<QLabel*>(name); }
  QString problem() { return label("serviceProblem")->text(); }

  /// As a person would.
  void type(const QString& address) {
    input()->clear();
    QTest::keyClicks(input(), address);
    QTest::keyClick(input(), Qt::Key_Return);
  }

  QTemporaryDir folder_;
  std::unique_ptr<WindowOnEtcd> on_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::HoldersPageTest)
#include "holders_page_test.moc"
