#include <memory>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include "core/etcd/mutex.h"
#include "core/playground/playground.h"
#include "fmt/format.h"
#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/revoke_dialog.h"
#include "ui/main_window.h"
#include "ui/models/leases_model.h"
#include "ui/models/locks_model.h"
#include "ui/theme/theme.h"
#include "ui/views/leases_page.h"
#include "ui/views/locks_page.h"
#include "ui/views/table_view.h"
#include "ui/views/threads_page.h"

namespace leasescope::ui {
namespace {

constexpr absl::Duration kLong = absl::Seconds(10);

/// The first widget of this kind that is open; null when there is none.
template <class Widget>
Widget* openWidget() {
  for (QWidget* widget : QApplication::topLevelWidgets()) {
    if (auto* found = qobject_cast<Widget*>(widget); found != nullptr && found->isVisible()) return found;
  }
  return nullptr;
}

}  // namespace

/// The real window on a real etcd.
class WindowTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(settings_.isValid());
    qputenv("XDG_CONFIG_HOME", settings_.path().toUtf8());
    qputenv("LEASESCOPE_AUDIT", settings_.filePath("audit.jsonl").toUtf8());
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), Scheme::Light);
  }

  void init() {
    auto server = Playground::start();
    QVERIFY2(server.ok(), std::string(server.status().message()).c_str());
    server_ = *std::move(server);
    client_ = *etcd::Client::create({.endpoints = {server_->endpoint()}});
    keepAlive_ = std::make_shared<etcd::KeepAlive>(client_);
    link_ = std::make_unique<ClusterLink>();
    window_ = std::make_unique<MainWindow>(link_.get());
    for (const TablePage* page :
         {static_cast<TablePage*>(window_->locksPage()), static_cast<TablePage*>(window_->leasesPage())}) {
      auto* tester = new QAbstractItemModelTester(
          page->table()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal, page->table());
      tester->setUseFetchMore(false);  // it would fetch within a change, which views don't
    }
    window_->show();
    link_->connectTo({.endpoints = {server_->endpoint()}}, {});
    window_->showPage(MainWindow::Locks);
    QTRY_VERIFY(stateText().contains("live"));
  }

  void cleanup() {
    window_.reset();
    link_.reset();
    keepAlive_.reset();
    client_.reset();
    server_.reset();
  }

  void aLockAppearsAndDisappears() {
    QCOMPARE(locks().rowCount(), 0);
    const auto session = open();
    etcd::Mutex mutex(*session, "/jobs/nightly");
    QVERIFY(mutex.lock(kLong).ok());
    QTRY_COMPARE(locks().rowCount(), 1);
    QCOMPARE(cell(0, LocksModel::Name), "/jobs/nightly");
    QCOMPARE(cell(0, LocksModel::HolderLease), hex(*session));
    QCOMPARE(cell(0, LocksModel::Waiters), "0");
    QTRY_COMPARE(cell(0, LocksModel::State), "held");
    QVERIFY(mutex.unlock().ok());
    QTRY_COMPARE(locks().rowCount(), 0);
  }

  void aLeaseIsRevokedThroughTheDialogAndTheNextWaiterHolds() {
    const auto holder = open();
    const auto waiter = open();
    etcd::Mutex held(*holder, "/jobs/nightly");
    QVERIFY(held.lock(kLong).ok());
    queueUp("/jobs/nightly", *waiter);
    QTRY_COMPARE(locks().rowCount(), 1);
    QTRY_COMPARE(cell(0, LocksModel::Waiters), "1");
    table().setCurrentIndex(locks().index(0, 0));
    QTest::keyClick(&table(), Qt::Key_Delete);
    QTRY_VERIFY(openWidget<RevokeDialog>() != nullptr);
    auto* dialog = openWidget<RevokeDialog>();
    auto* confirm = dialog->findChild<QPushButton*>("confirm");
    QTRY_VERIFY(confirm->isEnabled());
    const QString effects = dialog->findChild<QPlainTextEdit*>("effects")->toPlainText();
    QVERIFY2(effects.contains("/jobs/nightly"), qPrintable(effects));
    QVERIFY2(effects.contains(hex(*waiter)) || effects.contains(hex(*waiter).right(4)), qPrintable(effects));
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_COMPARE(cell(0, LocksModel::HolderLease), hex(*waiter));
    QCOMPARE(cell(0, LocksModel::Waiters), "0");
    QVERIFY(!client_->leaseTtl(holder->lease(), false)->found);
    dialog->close();
  }

  void aKeyIsReleasedAndItsLeaseStays() {
    const auto session = open();
    etcd::Mutex held(*session, "/jobs/nightly");
    QVERIFY(held.lock(kLong).ok());
    QTRY_COMPARE(locks().rowCount(), 1);
    table().setCurrentIndex(locks().index(0, 0));
    bool done = false;
    link_->release(held.key(), held.fencingToken(),
                   [&](const ActionOutcome& outcome) { done = outcome.kind == ActionOutcome::Kind::Done; });
    QTRY_VERIFY(done);
    QTRY_COMPARE(locks().rowCount(), 0);
    QVERIFY(client_->leaseTtl(session->lease(), false)->found);
  }

  void selectionAndOpenBranchesSurviveUpdates() {
    std::vector<std::unique_ptr<etcd::Session>> sessions;
    for (int i = 0; i < 20; ++i) {
      sessions.push_back(open());
      queueUp(fmt::format("/lock/{:02}", i), *sessions.back());
      queueUp(fmt::format("/lock/{:02}", i), *sessions.front());
    }
    QTRY_COMPARE(locks().rowCount(), 20);
    const QModelIndex chosen = locks().index(12, 0);
    table().setCurrentIndex(chosen);
    table().expand(chosen);
    const auto early = open();
    queueUp("/lock/00a", *early);
    QVERIFY(client_->remove(etcd::KeyRange::prefix("/lock/03/")).ok());
    QTRY_COMPARE(locks().rowCount(), 20);
    QTRY_COMPARE(cell(1, LocksModel::Name), "/lock/00a");
    QCOMPARE(table().currentIndex().data().toString(), "/lock/12");
    QVERIFY(table().isExpanded(table().currentIndex()));
    QCOMPARE(locks().rowCount(table().currentIndex()), 2);
  }

  void leasesWithoutKeysStandOut() {
    window_->showPage(MainWindow::Leases);
    const auto bare = open();
    const QAbstractItemModel& leases = *window_->leasesPage()->table()->model();
    QTRY_COMPARE(leases.rowCount(), 1);
    QCOMPARE(leases.index(0, LeasesModel::Id).data().toString(), hex(*bare));
    QCOMPARE(leases.index(0, LeasesModel::Keys).data().toString(), "no keys");
    QTRY_COMPARE(leases.index(0, LeasesModel::State).data().toString(), "alive");
    QVERIFY(bare->close().ok());
    QTRY_COMPARE(leases.rowCount(), 0);
  }

  void pauseFreezesTheViewAndResumeCatchesUp() {
    link_->setPaused(true);
    const auto session = open();
    queueUp("/jobs/nightly", *session);
    QTest::qWait(500);
    QCOMPARE(locks().rowCount(), 0);
    auto* behind = window_->findChild<QLabel*>("behind");
    QVERIFY(behind != nullptr);
    QTRY_VERIFY2(!behind->text().isEmpty(), "says how far the view is behind");
    link_->setPaused(false);
    QTRY_COMPARE(locks().rowCount(), 1);
  }

  void aDeadServerIsShownAsStaleAndTheRowsStay() {
    const auto session = open();
    queueUp("/jobs/nightly", *session);
    QTRY_COMPARE(locks().rowCount(), 1);
    server_->stop();
    QTRY_VERIFY2_WITH_TIMEOUT(stateText().contains("stale"), qPrintable(stateText()), 10'000);
    QCOMPARE(locks().rowCount(), 1);
  }

  void aFilterLeavesWhatFits() {
    const auto session = open();
    const auto other = open();
    queueUp("/jobs/a", *session);
    queueUp("/jobs/b", *session);
    queueUp("/jobs/b", *other);
    QTRY_COMPARE(locks().rowCount(), 2);
    QCOMPARE(window_->locksPage()->setFilterText("waiters>0"), "");
    QTRY_COMPARE(locks().rowCount(), 1);
    QCOMPARE(cell(0, LocksModel::Name), "/jobs/b");
    QVERIFY(!window_->locksPage()->setFilterText("waiters>many").isEmpty());
    QCOMPARE(window_->locksPage()->setFilterText(""), "");
    QTRY_COMPARE(locks().rowCount(), 2);
  }

  void selectedRowsAreCopiedAsText() {
    const auto session = open();
    queueUp("/jobs/a", *session);
    QTRY_COMPARE(locks().rowCount(), 1);
    table().setFocus();
    table().setCurrentIndex(locks().index(0, 0));
    table().copySelection();
    const QString text = QApplication::clipboard()->text();
    QVERIFY2(text.contains("/jobs/a") && text.contains(hex(*session)), qPrintable(text));
  }

  void lockersShowTheirThreadsAndAreStopped() {
    bool spawned = false;
    link_->spawnLockers({.behaviour = Behaviour::NeverUnlocks, .lock = "/jobs/a", .count = 2},
                        [&](const absl::Status& status) { spawned = status.ok(); });
    QTRY_VERIFY(spawned);
    QTRY_COMPARE(locks().rowCount(), 1);
    QTRY_COMPARE(cell(0, LocksModel::Waiters), "1");
    QTRY_COMPARE(link_->lockerThreads().size(), 4U);
    link_->stopAllLockers(Leftovers::CleanUp);
    QTRY_COMPARE(locks().rowCount(), 0);
    QTRY_COMPARE(link_->lockerThreads().size(), 0U);
  }

  void everyPageIsWrittenAsAPicture() {
    const QStringList failed = window_->saveScreenshots(settings_.filePath("pictures"));
    QCOMPARE(failed, QStringList());
    for (const char* page : {"locks", "leases", "threads", "demo", "connection"}) {
      const QImage picture(settings_.filePath(QString("pictures/%1.png").arg(page)));
      QVERIFY2(picture.width() >= 1360 && picture.height() >= 860, page);
    }
  }

  void keysThatAreNoTextAreShownEscaped() {
    const auto session = open();
    queueUp(std::string("/nul\0\xff\u202e", 9), *session);  // NOLINT(misc-misleading-bidirectional)
    QTRY_COMPARE(locks().rowCount(), 1);
    QCOMPARE(cell(0, LocksModel::Name), "/nul\\x00\\xff\\xe2\\x80\\xae");
  }

 private:
  std::unique_ptr<etcd::Session> open() const { return *etcd::Session::open(client_, keepAlive_, kLong); }
  void queueUp(const std::string& lock, const etcd::Session& session) const {
    const std::string key = lock + "/" + etcd::leaseHex(session.lease());
    QVERIFY(client_->put({.key = key, .lease = session.lease()}).ok());
  }
  static QString hex(const etcd::Session& session) {
    return QString::fromStdString(etcd::leaseHex(session.lease()));
  }
  TableView& table() const { return *window_->locksPage()->table(); }
  QAbstractItemModel& locks() const { return *table().model(); }
  QString cell(int row, int column) const { return locks().index(row, column).data().toString(); }
  QString stateText() const { return window_->findChild<QLabel*>("state")->text(); }

  QTemporaryDir settings_;
  std::unique_ptr<Playground> server_;
  std::shared_ptr<etcd::Client> client_;
  std::shared_ptr<etcd::KeepAlive> keepAlive_;
  std::unique_ptr<ClusterLink> link_;
  std::unique_ptr<MainWindow> window_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::WindowTest)
#include "window_test.moc"
