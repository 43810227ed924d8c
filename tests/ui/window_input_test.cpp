#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QTimer>

#include "tests/ui/window_on_etcd.h"
#include "ui/dialogs/revoke_dialog.h"
#include "ui/dialogs/spawn_dialog.h"
#include "ui/models/format.h"
#include "ui/models/leases_model.h"
#include "ui/models/locks_model.h"
#include "ui/models/threads_model.h"
#include "ui/views/connection_page.h"
#include "ui/views/demo_page.h"
#include "ui/views/threads_page.h"
#include "ui/views/wait_graph_page.h"

namespace leasescope::ui {
namespace {

/// The button that says so.
QPushButton* buttonOf(QWidget* parent, const QString& text) {
  for (auto* button : parent->findChildren<QPushButton*>()) {
    if (button->text() == text) return button;
  }
  return nullptr;
}

}  // namespace

/// What keys and buttons of the real window do, on a real etcd.
class WindowInputTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    WindowOnEtcd::prepare(folder_);
  }
  void init() {
    QFile::remove(folder_.filePath("leasescope/leasescope.conf"));
    on_ = std::make_unique<WindowOnEtcd>();
    QTRY_VERIFY(on_->state().contains("live"));
    QVERIFY(QTest::qWaitForWindowActive(&on_->window()));
  }
  void cleanup() { on_.reset(); }

  void f5ComparesWithANewListAndTellsTheOutcome() {
    std::string newest;
    connect(&on_->link(), &ClusterLink::updated, this, [&](const MonitorUpdate& update) {
      if (update.notices && !update.notices->empty()) newest = update.notices->back().text;
    });
    QTest::keyClick(&on_->window(), Qt::Key_F5);
    QTRY_VERIFY(newest.starts_with("listed again: all"));
    disconnect(&on_->link(), nullptr, this, nullptr);
  }

  void ctrlFGoesToTheFilterOfThePage() {
    auto* filter = on_->window().findChild<QLineEdit*>("filter");
    QTest::keyClick(&on_->window(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(filter->hasFocus());
    QTest::keyClicks(filter, "waiters>0");
    on_->window().showPage(MainWindow::Leases);
    QCOMPARE(filter->text(), "");
    QTest::keyClick(&on_->window(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(filter->hasFocus());
    on_->window().showPage(MainWindow::Locks);
    QCOMPARE(filter->text(), "waiters>0");
    on_->window().showPage(MainWindow::Threads);
    QTest::keyClick(&on_->window(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(on_->window().threadsPage()->filter()->hasFocus());
  }

  void ctrlAndANumberChangesThePage() {
    const QWidget* pages[MainWindow::PageCount] = {
        on_->window().findingsPage(),  on_->window().locksPage(),   on_->window().leasesPage(),
        on_->window().waitGraphPage(), on_->window().threadsPage(), on_->window().demoPage(),
        on_->window().connectionPage()};
    for (int page = 0; page < MainWindow::PageCount; ++page) {
      QTest::keyClick(&on_->window(), static_cast<Qt::Key>(Qt::Key_1 + page), Qt::ControlModifier);
      QVERIFY2(pages[page]->isVisible(), qPrintable(QString::number(page)));
    }
  }

  void ctrlCCopiesTheSelectedRowsAsText() {
    const auto session = on_->open();
    on_->queueUp("/jobs/a", *session);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    on_->locksTable().setFocus();
    on_->locksTable().choose(on_->locks().index(0, 0));
    QTest::keyClick(&on_->locksTable(), Qt::Key_C, Qt::ControlModifier);
    const QString text = QApplication::clipboard()->text();
    QVERIFY2(text.contains("/jobs/a") && text.contains(leaseText(session->lease())), qPrintable(text));
  }

  void theLayoutIsRemembered() {
    const auto session = on_->open();
    on_->queueUp("/jobs/a", *session);
    QTRY_COMPARE(on_->locks().rowCount(), 1);  // the splitter is there once there is something
    on_->window().resize(1200, 700);
    on_->locksTable().setColumnWidth(LocksModel::Name, 321);
    on_->locksTable().sortByColumn(LocksModel::Waiters, Qt::DescendingOrder);
    const QList<int> sizes = {555, 645};
    on_->window().locksPage()->findChild<QSplitter*>()->setSizes(sizes);
    const QList<int> kept = on_->window().locksPage()->findChild<QSplitter*>()->sizes();
    on_->window().close();
    ClusterLink link;
    MainWindow again(&link);
    again.show();
    QCOMPARE(again.size(), QSize(1200, 700));
    TableView* table = again.locksPage()->table();
    QCOMPARE(table->columnWidth(LocksModel::Name), 321);
    QCOMPARE(table->header()->sortIndicatorSection(), int{LocksModel::Waiters});
    QCOMPARE(table->header()->sortIndicatorOrder(), Qt::DescendingOrder);
    link.connectTo({.endpoints = {on_->server().endpoint()}}, {});
    again.showPage(MainWindow::Locks);
    QTRY_COMPARE(table->model()->rowCount(), 1);
    QTRY_COMPARE(again.locksPage()->findChild<QSplitter*>()->sizes(), kept);
  }

  void lockersAreSpawnedThroughTheDialogAndStopped() {
    spawn(Behaviour::NeverUnlocks, "/jobs/a", 2);
    QTRY_COMPARE(threads().rowCount(), 4);  // two lockers, two keep-alive threads
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    QTRY_COMPARE(on_->cell(0, LocksModel::Waiters), "1");
    selectLocker("holding");
    QPushButton* stop = buttonOf(page(), "Stop");
    QTRY_VERIFY(stop->isEnabled());
    QTest::mouseClick(stop, Qt::LeftButton);
    QTRY_COMPARE(threads().rowCount(), 2);
    QTRY_COMPARE(on_->cell(0, LocksModel::Waiters), "0");
    QTest::mouseClick(buttonOf(page(), "Stop all and clean up"), Qt::LeftButton);
    QTRY_COMPARE(threads().rowCount(), 0);
    QTRY_COMPARE(on_->locks().rowCount(), 0);
    QVERIFY(on_->client().leases()->empty());
  }

  void stoppingCanLeaveTheLeak() {
    spawn(Behaviour::NeverUnlocks, "/jobs/a", 1);
    QTRY_COMPARE(threads().rowCount(), 2);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    page()->findChild<QCheckBox*>()->setChecked(true);
    QTest::mouseClick(buttonOf(page(), "Stop all, leave the leak"), Qt::LeftButton);
    QTRY_COMPARE(threads().rowCount(), 0);
    QCOMPARE(on_->client().leases()->size(), 1U);
    QCOMPARE(on_->locks().rowCount(), 1);
  }

  void aLockersLeaseIsRevokedFromItsRow() {
    spawn(Behaviour::NeverUnlocks, "/jobs/a", 1);
    QTRY_COMPARE(threads().rowCount(), 2);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    selectLocker("holding");
    auto* revoke = page()->findChild<QPushButton*>("revokeLease");
    QTRY_VERIFY(revoke->isVisible() && revoke->isEnabled());
    QTest::mouseClick(revoke, Qt::LeftButton);
    QTRY_VERIFY(openWidget<RevokeDialog>() != nullptr);
    auto* dialog = openWidget<RevokeDialog>();
    auto* confirm = dialog->findChild<QPushButton*>("confirm");
    QTRY_VERIFY(confirm->isEnabled());
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_COMPARE(on_->locks().rowCount(), 0);
    dialog->close();
    // The locker learns of it with its next renewal, a third of the TTL later.
    QTRY_COMPARE_WITH_TIMEOUT(threads().index(0, ThreadsModel::StateColumn).data().toString(), "lost",
                              10'000);
  }

 private:
  ThreadsPage* page() { return on_->window().threadsPage(); }
  TableView& table() { return *page()->findChild<TableView*>(); }
  QAbstractItemModel& threads() { return *table().model(); }

  void selectLocker(const QString& state) {
    const auto find = [&] {
      for (int row = 0; row < threads().rowCount(); ++row) {
        const QModelIndex name = threads().index(row, ThreadsModel::NameColumn);
        const QModelIndex its = threads().index(row, ThreadsModel::StateColumn);
        if (name.data().toString().startsWith("locker") && its.data().toString() == state) return name;
      }
      return QModelIndex();
    };
    QTRY_VERIFY(find().isValid());
    table().choose(find());
  }

  /// As a person would: the button, then the dialog.
  void spawn(Behaviour behaviour, const QString& lock, int count) {
    on_->window().showPage(MainWindow::Threads);
    QPushButton* button = buttonOf(page(), "Spawn lockers…");
    QTRY_VERIFY(button->isEnabled());
    QTimer::singleShot(0, this, [&] {
      QTRY_VERIFY(openWidget<SpawnDialog>() != nullptr);
      auto* dialog = openWidget<SpawnDialog>();
      auto* behaviours = dialog->findChild<QComboBox*>();
      behaviours->setCurrentIndex(behaviours->findData(static_cast<int>(behaviour)));
      dialog->findChild<QLineEdit*>("lock")->setText(lock);
      dialog->findChild<QSpinBox*>("count")->setValue(count);
      QTest::mouseClick(buttonOf(dialog, "Spawn"), Qt::LeftButton);
    });
    QTest::mouseClick(button, Qt::LeftButton);
  }

  QTemporaryDir folder_;
  std::unique_ptr<WindowOnEtcd> on_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::WindowInputTest)
#include "window_input_test.moc"
