#include <algorithm>

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include "core/etcd/mutex.h"
#include "fmt/format.h"
#include "tests/support/etcdctl.h"
#include "tests/ui/window_on_etcd.h"
#include "ui/dialogs/release_dialog.h"
#include "ui/dialogs/revoke_dialog.h"
#include "ui/dialogs/revoke_words.h"
#include "ui/models/format.h"
#include "ui/models/leases_model.h"
#include "ui/models/locks_model.h"
#include "ui/models/states.h"

namespace leasescope::ui {
namespace {

constexpr absl::Duration kLong = absl::Seconds(10);

}  // namespace

/// The real window on a real etcd.
class WindowTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    WindowOnEtcd::prepare(folder_);
  }
  void init() {
    on_ = std::make_unique<WindowOnEtcd>();
    QTRY_VERIFY(on_->state().contains("live"));
  }
  void cleanup() { on_.reset(); }

  void aLockAppearsAndDisappears() {
    QCOMPARE(on_->locks().rowCount(), 0);
    const auto session = on_->open();
    etcd::Mutex mutex(*session, "/jobs/nightly");
    QVERIFY(mutex.lock(kLong).ok());
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    QCOMPARE(on_->cell(0, LocksModel::Name), "/jobs/nightly");
    QCOMPARE(on_->cell(0, LocksModel::HolderLease), leaseText(session->lease()));
    QCOMPARE(on_->cell(0, LocksModel::Waiters), "0");
    QTRY_COMPARE(on_->cell(0, LocksModel::State), "held");
    QVERIFY(mutex.unlock().ok());
    QTRY_COMPARE(on_->locks().rowCount(), 0);
  }

  void aLeaseIsRevokedThroughTheDialogAndTheNextWaiterHolds() {
    const auto holder = on_->open();
    const auto waiter = on_->open();
    etcd::Mutex held(*holder, "/jobs/nightly");
    QVERIFY(held.lock(kLong).ok());
    on_->queueUp("/jobs/nightly", *waiter);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    QTRY_COMPARE(on_->cell(0, LocksModel::Waiters), "1");
    on_->locksTable().choose(on_->locks().index(0, 0));
    QTest::keyClick(&on_->locksTable(), Qt::Key_Delete);
    QTRY_VERIFY(openWidget<RevokeDialog>() != nullptr);
    auto* dialog = openWidget<RevokeDialog>();
    auto* confirm = dialog->findChild<QPushButton*>("confirm");
    QTRY_VERIFY(confirm->isEnabled());
    const QString effects = dialog->findChild<QPlainTextEdit*>("effects")->toPlainText();
    QVERIFY2(effects.contains("/jobs/nightly"), qPrintable(effects));
    QVERIFY2(
        effects.contains(leaseText(waiter->lease())) || effects.contains(leaseText(waiter->lease()).right(4)),
        qPrintable(effects));
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_COMPARE(on_->cell(0, LocksModel::HolderLease), leaseText(waiter->lease()));
    QCOMPARE(on_->cell(0, LocksModel::Waiters), "0");
    QVERIFY(!on_->client().leaseTtl(holder->lease(), false)->found);
    dialog->close();
  }

  void aPlaygroundThatCantStartLeavesTheClusterAlone() {
    QTRY_VERIFY(on_->state().contains("live"));
    const std::vector<std::string> before = on_->link().connection().endpoints;
    on_->window().showPage(MainWindow::Demo);
    const QByteArray usual = qgetenv("LEASESCOPE_ETCD");
    qputenv("LEASESCOPE_ETCD", "/does/not/exist");
    on_->link().startPlayground({});
    const auto says = [this](const QString& text) {
      const auto labels = on_->window().findChildren<QLabel*>();
      return std::ranges::any_of(
          labels, [&](const QLabel* label) { return label->isVisible() && label->text().contains(text); });
    };
    QTRY_VERIFY(says("/does/not/exist"));  // wherever it was asked for
    usual.isNull() ? qunsetenv("LEASESCOPE_ETCD") : qputenv("LEASESCOPE_ETCD", usual);
    QVERIFY(on_->link().connected() && on_->link().connection().endpoints == before);
    QVERIFY(on_->state().contains("live"));
    on_->window().showPage(MainWindow::Locks);
    on_->window().showPage(MainWindow::Connection);
    QVERIFY(!says("/does/not/exist"));
    on_->window().showPage(MainWindow::Locks);
  }

  void aKeyIsReleasedThroughTheDialogAndItsLeaseStays() {
    const auto session = on_->open();
    etcd::Mutex held(*session, "/jobs/nightly");
    QVERIFY(held.lock(kLong).ok());
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    ReleaseDialog* dialog = askToRelease(0);
    QVERIFY(dialog != nullptr);
    QTest::mouseClick(dialog->findChild<QPushButton*>("confirm"), Qt::LeftButton);
    QTRY_COMPARE(on_->locks().rowCount(), 0);
    QVERIFY(on_->client().leaseTtl(session->lease(), false)->found);
    QTRY_VERIFY(dialog->findChild<QLabel*>("status")->text().contains("Released"));
    dialog->close();
  }

  void releasingTellsWhomAKeyInTheWayKeepsFromTheLock() {
    const auto holder = on_->open();
    const auto nested = on_->open();
    const auto waiter = on_->open();
    on_->queueUp("/jobs", *holder);
    on_->queueUp("/jobs/import", *nested);
    on_->queueUp("/jobs", *waiter);
    QTRY_COMPARE(on_->locks().rowCount(), 2);
    QTRY_COMPARE(on_->locks().index(0, LocksModel::Waiters).data().toString(), QStringLiteral("1"));
    ReleaseDialog* dialog = askToRelease(0);
    QVERIFY(dialog != nullptr);
    QVERIFY(dialog->findChild<QLabel*>("lead")->text().contains("nobody holds the lock"));
    QTest::mouseClick(dialog->findChild<QPushButton*>("confirm"), Qt::LeftButton);
    QTRY_COMPARE(on_->locks().index(0, LocksModel::State).data().toString(), stateWord(LockState::Blocked));
    dialog->close();

    QTRY_VERIFY(openWidget<ReleaseDialog>() == nullptr);
    dialog = askToRelease(1);
    QVERIFY(dialog != nullptr);
    QVERIFY(dialog->findChild<QLabel*>("warnings")->text().contains("also in the way of /jobs:"));
    QTest::mouseClick(dialog->findChild<QPushButton*>("confirm"), Qt::LeftButton);
    QTRY_COMPARE(on_->locks().index(0, LocksModel::HolderLease).data().toString(),
                 leaseText(waiter->lease()));
    dialog->close();
  }

  void f26_aLeaseWithManyKeysIsRevokedOnlyAfterItsIdWasTyped() {
    const auto session = on_->open();
    for (std::size_t i = 0; i <= kKeysToTypeFor; ++i) on_->queueUp(fmt::format("/many/{}", i), *session);
    QTRY_COMPARE(on_->locks().rowCount(), static_cast<int>(kKeysToTypeFor) + 1);
    QTest::keyClick(&on_->locksTable(), Qt::Key_Delete);
    QTRY_VERIFY(openWidget<RevokeDialog>() != nullptr);
    auto* dialog = openWidget<RevokeDialog>();
    auto* typed = dialog->findChild<QLineEdit*>("typedLease");
    auto* confirm = dialog->findChild<QPushButton*>("confirm");
    QTRY_VERIFY(typed->isVisible());
    QVERIFY(!confirm->isEnabled());
    QTest::keyClicks(typed, leaseText(session->lease() + 1));
    QVERIFY(!confirm->isEnabled());
    typed->clear();
    QTest::keyClicks(typed, leaseText(session->lease()));
    QVERIFY(confirm->isEnabled());
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_COMPARE(on_->locks().rowCount(), 0);
    dialog->close();
  }

  void selectionAndOpenBranchesSurviveUpdates() {
    std::vector<std::unique_ptr<etcd::Session>> sessions;
    for (int i = 0; i < 20; ++i) {
      sessions.push_back(on_->open());
      on_->queueUp(fmt::format("/lock/{:02}", i), *sessions.back());
      on_->queueUp(fmt::format("/lock/{:02}", i), *sessions.front());
    }
    QTRY_COMPARE(on_->locks().rowCount(), 20);
    const QModelIndex chosen = on_->locks().index(12, 0);
    on_->locksTable().choose(chosen);
    on_->locksTable().expand(chosen);
    const auto early = on_->open();
    on_->queueUp("/lock/00a", *early);
    QVERIFY(on_->client().remove(etcd::KeyRange::prefix("/lock/03/")).ok());
    QTRY_COMPARE(on_->locks().rowCount(), 20);
    QTRY_COMPARE(on_->cell(1, LocksModel::Name), "/lock/00a");
    QCOMPARE(on_->locksTable().currentIndex().data().toString(), "/lock/12");
    QVERIFY(on_->locksTable().isExpanded(on_->locksTable().currentIndex()));
    QCOMPARE(on_->locks().rowCount(on_->locksTable().currentIndex()), 2);
  }

  void leasesWithoutKeysStandOut() {
    on_->window().showPage(MainWindow::Leases);
    const auto bare = on_->open();
    const QAbstractItemModel& leases = *on_->window().leasesPage()->table()->model();
    QTRY_COMPARE(leases.rowCount(), 1);
    QCOMPARE(leases.index(0, LeasesModel::Id).data().toString(), leaseText(bare->lease()));
    QCOMPARE(leases.index(0, LeasesModel::Keys).data().toString(), "no keys");
    QTRY_COMPARE(leases.index(0, LeasesModel::State).data().toString(), "alive");
    QVERIFY(bare->close().ok());
    QTRY_COMPARE(leases.rowCount(), 0);
  }

  void pauseFreezesTheViewAndResumeCatchesUp() {
    on_->link().setPaused(true);
    const auto session = on_->open();
    on_->queueUp("/jobs/nightly", *session);
    auto* behind = on_->window().findChild<QLabel*>("behind");
    QVERIFY(behind != nullptr);
    QTRY_VERIFY2(behind->text().contains("behind"), "says how far the view is behind");
    QCOMPARE(on_->locks().rowCount(), 0);
    on_->link().setPaused(false);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
  }

  void aDeadServerIsToldWhileTheViewIsFrozenToo() {
    on_->link().setPaused(true);
    on_->server().stop();
    QTRY_VERIFY2_WITH_TIMEOUT(on_->state().contains("stale"), qPrintable(on_->state()), 10'000);
    QVERIFY(on_->link().paused());
  }

  void aDeadServerIsShownAsStaleAndTheRowsStay() {
    const auto session = on_->open();
    on_->queueUp("/jobs/nightly", *session);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    on_->server().stop();
    QTRY_VERIFY2_WITH_TIMEOUT(on_->state().contains("stale"), qPrintable(on_->state()), 10'000);
    QCOMPARE(on_->locks().rowCount(), 1);
  }

  void aFilterLeavesWhatFits() {
    const auto session = on_->open();
    const auto other = on_->open();
    on_->queueUp("/jobs/a", *session);
    on_->queueUp("/jobs/b", *session);
    on_->queueUp("/jobs/b", *other);
    QTRY_COMPARE(on_->locks().rowCount(), 2);
    QCOMPARE(on_->window().locksPage()->setFilterText("waiters>0"), "");
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    QCOMPARE(on_->cell(0, LocksModel::Name), "/jobs/b");
    QVERIFY(!on_->window().locksPage()->setFilterText("waiters>many").isEmpty());
    QCOMPARE(on_->window().locksPage()->setFilterText(""), "");
    QTRY_COMPARE(on_->locks().rowCount(), 2);
  }

  void everyPageIsWrittenAsAPicture() {
    const QStringList failed = on_->window().saveScreenshots(folder_.filePath("pictures"));
    QCOMPARE(failed, QStringList());
    for (const char* page : {"locks", "leases", "threads", "services", "processes", "demo", "connection"}) {
      const QImage picture(folder_.filePath(QString("pictures/%1.png").arg(page)));
      QVERIFY2(picture.width() >= 1440 && picture.height() >= 860, page);
    }
  }

  void aNameOfAMegabyteIsARowLikeAnyOther() {
    const auto session = on_->open();
    on_->queueUp(std::string(1 << 20, 'n'), *session);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    const QString shown = on_->cell(0, LocksModel::Name);
    QVERIFY2(shown.size() < 2'000, qPrintable(QString::number(shown.size())));
    QVERIFY(shown.contains(u'…'));
    on_->locksTable().choose(on_->locks().index(0, 0));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!on_->window().grab().isNull());
    QVERIFY2(timer.elapsed() < 1'000, qPrintable(QString::number(timer.elapsed())));
  }

  void aPrefixWithoutPermissionIsNotAnEmptyTable() {
    const Etcdctl etcdctl(on_->server().endpoint());
    QVERIFY(etcdctl.enableAuth(Etcdctl::annMayRead("/jobs/")).ok());
    on_->link().connectTo({.endpoints = {on_->server().endpoint()}, .user = "ann", .password = "pw"},
                          {.prefixes = {"/orders/"}});
    QTRY_COMPARE(on_->state(), QStringLiteral("denied"));
    const auto* page = on_->window().locksPage();
    QVERIFY(!on_->locksTable().isVisible());
    QTRY_VERIFY(labelsOf(page).contains("etcd refuses to tell"));
    QVERIFY2(labelsOf(page).contains("/orders/"), qPrintable(labelsOf(page)));
    QVERIFY(etcdctl.disableAuth().ok());
  }

  void keysThatAreNoTextAreShownEscaped() {
    const auto session = on_->open();
    on_->queueUp(std::string("/nul\0\xff\u202e", 9), *session);  // NOLINT(misc-misleading-bidirectional)
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    QCOMPARE(on_->cell(0, LocksModel::Name), "/nul\\x00\\xff\\xe2\\x80\\xae");
  }

 private:
  /// As a person would: the row, then its button. Null: no dialog came.
  ReleaseDialog* askToRelease(int row) {
    on_->locksTable().choose(on_->locks().index(row, 0));
    auto* button = on_->window().locksPage()->findChild<QPushButton*>("releaseKey");
    if (!QTest::qWaitFor([button] { return button->isEnabled(); })) return nullptr;
    QTest::mouseClick(button, Qt::LeftButton);
    (void)QTest::qWaitFor([] { return openWidget<ReleaseDialog>() != nullptr; });
    return openWidget<ReleaseDialog>();
  }

  /// All that is written on a page.
  static QString labelsOf(const QWidget* page) {
    QStringList texts;
    for (const QLabel* label : page->findChildren<QLabel*>()) {
      if (label->isVisible()) texts << label->text();
    }
    return texts.join(u'\n');
  }

  QTemporaryDir folder_;
  std::unique_ptr<WindowOnEtcd> on_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::WindowTest)
#include "window_test.moc"
