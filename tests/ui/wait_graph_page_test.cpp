#include "ui/views/wait_graph_page.h"

#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>

#include "tests/ui/window_on_etcd.h"
#include "ui/dialogs/revoke_dialog.h"
#include "ui/graph/drawing_feed.h"
#include "ui/graph/graph_view.h"
#include "ui/models/cycle_words.h"
#include "ui/models/format.h"

namespace leasescope::ui {

/// The page "Wait graph" of the real window on a real etcd.
class WaitGraphPageTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    WindowOnEtcd::prepare(folder_);
  }
  void init() {
    on_ = std::make_unique<WindowOnEtcd>();
    QTRY_VERIFY(on_->state().contains("live"));
    on_->window().showPage(MainWindow::Graph);
  }
  void cleanup() { on_.reset(); }

  void nobodyWaitsForAnybody() {
    QVERIFY(says("Nobody waits for anybody"));
    const auto session = on_->open();
    on_->queueUp("/a", *session);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    QVERIFY(says("Nobody waits for anybody"));
    QVERIFY(!view().isVisible());
  }

  void aQueueIsDrawnAndIsNoDeadlock() {
    const auto holder = on_->open();
    const auto waiter = on_->open();
    for (const auto* session : {&holder, &waiter}) on_->queueUp("/a", **session);
    QTRY_VERIFY(sessions() == sorted({holder->lease(), waiter->lease()}));
    QVERIFY(view().isVisible());
    QVERIFY(says("2 sessions, 1 waits"));
    QVERIFY(shownDeadlock().isEmpty());
  }

  void aDeadlockIsNamedAndBrokenThroughTheRevokeDialog() {
    const auto many = on_->open();
    const auto few = on_->open();
    on_->queueUp("/a", *many);
    on_->queueUp("/more", *many);
    on_->queueUp("/b", *few);
    on_->queueUp("/b", *many);
    on_->queueUp("/a", *few);
    QTRY_VERIFY(!shownDeadlock().isEmpty());
    QVERIFY2(shownDeadlock().startsWith("Deadlock: lease "), qPrintable(shownDeadlock()));
    QVERIFY2(shownDeadlock().contains("waits for /"), qPrintable(shownDeadlock()));
    QTRY_COMPARE(view().drawing() == nullptr ? 0U : view().drawing()->sessions().size(), 2U);

    QTest::mouseClick(page().findChild<QPushButton*>("breakCycle"), Qt::LeftButton);
    QTRY_VERIFY(openWidget<RevokeDialog>() != nullptr);
    auto* dialog = openWidget<RevokeDialog>();
    QVERIFY2(dialog->windowTitle().contains(leaseText(few->lease())), qPrintable(dialog->windowTitle()));
    auto* confirm = dialog->findChild<QPushButton*>("confirm");
    QTRY_VERIFY(confirm->isEnabled());
    QTest::mouseClick(confirm, Qt::LeftButton);
    QTRY_VERIFY(shownDeadlock().isEmpty());
    QTRY_VERIFY(says("Nobody waits for anybody"));
    QVERIFY(on_->client().leaseTtl(many->lease(), false)->found);
    dialog->close();
  }

  void aDeadlockThatAThreadClosesIsSuspectedDrawnAndNamed() {
    const auto ofThread = [this](const std::string& thread) {
      auto session = on_->open();
      const HolderIdentity who{.host = "web-1", .pid = 11, .thread = thread, .service = "orders"};
      const auto put = on_->client().put(
          {.key = identityKey(session->lease()), .value = identityJson(who), .lease = session->lease()});
      if (!put.ok()) qFatal("%s", put.status().ToString().c_str());
      return session;
    };
    const auto holdsA = ofThread("7");
    const auto waitsForB = ofThread("7");
    const auto holdsB = ofThread("8");
    const auto waitsForA = ofThread("8");
    on_->queueUp("/a", *holdsA);
    on_->queueUp("/b", *holdsB);
    on_->queueUp("/b", *waitsForB);
    on_->queueUp("/a", *waitsForA);
    QTRY_VERIFY(shownDeadlock().startsWith("Perhaps a deadlock: lease "));
    QVERIFY2(shownDeadlock().contains("with its thread's other lease"), qPrintable(shownDeadlock()));
    QTRY_COMPARE(view().drawing()->part().joints.size(), 2U);
    QVERIFY(std::ranges::all_of(view().drawing()->part().edges,
                                [](const auto& edge) { return edge.inCycle == Confidence::Suspected; }));
    QVERIFY(page().findChild<QPushButton*>("breakCycle")->isVisible());
    view().select(waitsForB->lease());
    QVERIFY(says("Perhaps deadlocked"));
    QVERIFY(waitsForA->close().ok());
    QTRY_VERIFY(shownDeadlock().isEmpty());
  }

  void aKeyWithoutALeaseIsDrawnInTheWayOfWhoWaitsForIt() {
    QVERIFY(on_->client().put({.key = "/a/config", .value = "text"}).ok());
    const auto waiter = on_->open();
    on_->queueUp("/a", *waiter);
    QTRY_VERIFY(sessions() == sorted({waiter->lease()}));
    QTRY_COMPARE(view().drawing()->plan().nodes.size(), 2U);
    view().select(waiter->lease());
    QVERIFY(says("/a, behind the key /a/config, which has no lease"));
  }

  void detailsSayWhatASessionHoldsAndWaitsFor() {
    const auto first = on_->open();
    const auto second = on_->open();
    on_->queueUp("/a", *first);
    on_->queueUp("/b", *second);
    on_->queueUp("/a", *second);
    QTRY_COMPARE(sessions().size(), 2U);
    view().select(second->lease());
    QVERIFY(says(leaseText(second->lease())));
    QVERIFY(says("/b"));
    QVERIFY(says("/a, held by " + leaseText(first->lease())));
    view().select(first->lease());
    QVERIFY(says(leaseText(second->lease()) + ", for /a"));
    view().select(waits().front());
    QVERIFY(says("/a"));
    QVERIFY(page().findChild<QPushButton*>("openPage")->text().contains("Locks"));
  }

  void aSessionIsShownAmongTheLeasesEvenIfAFilterHidesIt() {
    const auto first = on_->open();
    const auto second = on_->open();
    for (const auto* session : {&first, &second}) on_->queueUp("/a", **session);
    QTRY_COMPARE(sessions().size(), 2U);
    on_->window().leasesPage()->setFilterText("keys=7");
    view().select(second->lease());
    QTest::mouseClick(page().findChild<QPushButton*>("openPage"), Qt::LeftButton);
    QVERIFY(on_->window().leasesPage()->isVisible());
    QCOMPARE(on_->window().leasesPage()->table()->selectedLeases(), (std::vector<LeaseId>{second->lease()}));
    on_->window().showPage(MainWindow::Graph);
    view().select(waits().front());
    QTest::keyClick(&view(), Qt::Key_Return);
    QVERIFY(on_->window().locksPage()->isVisible());
    QVERIFY(on_->locksTable().selectionModel()->hasSelection());
  }

  void whatWouldLookTheSameIsNotLaidOutAgain() {
    const auto holder = on_->open();
    const auto waiter = on_->open();
    for (const auto* session : {&holder, &waiter}) on_->queueUp("/a", **session);
    QTRY_COMPARE(sessions().size(), 2U);
    const int before = page().feed().layouts();
    const auto other = on_->open();
    for (int i = 0; i < 20; ++i) {
      on_->queueUp("/unrelated" + std::to_string(i), *other);
      QTest::qWait(100);
    }
    QTRY_COMPARE(on_->locks().rowCount(), 21);
    QCOMPARE(page().feed().layouts(), before);
  }

  void atMostOneDrawingASecond() {
    const auto holder = on_->open();
    on_->queueUp("/a", *holder);
    QElapsedTimer timer;
    timer.start();
    std::vector<std::unique_ptr<etcd::Session>> waiters;
    for (int i = 0; i < 15; ++i) {
      waiters.push_back(on_->open());
      on_->queueUp("/a" + std::to_string(i), *holder);
      on_->queueUp("/a" + std::to_string(i), *waiters.back());
      QTest::qWait(100);
    }
    QTRY_COMPARE(sessions().size(), 16U);
    QVERIFY2(page().feed().layouts() <= timer.elapsed() / 1000 + 2,
             qPrintable(QString::number(page().feed().layouts())));
  }

  void pausingFreezesIt() {
    on_->link().setPaused(true);
    const auto holder = on_->open();
    const auto waiter = on_->open();
    for (const auto* session : {&holder, &waiter}) on_->queueUp("/a", **session);
    QTRY_VERIFY(on_->window().findChild<QLabel*>("behind")->text().contains("behind"));
    QVERIFY(says("Nobody waits for anybody"));
    on_->link().setPaused(false);
    QTRY_COMPARE(sessions().size(), 2U);
  }

  void nothingIsLaidOutWhileNobodyLooks() {
    on_->window().showPage(MainWindow::Leases);
    const auto holder = on_->open();
    const auto waiter = on_->open();
    for (const auto* session : {&holder, &waiter}) on_->queueUp("/a", **session);
    QTRY_COMPARE(on_->locks().rowCount(), 1);
    QTest::qWait(300);
    QCOMPARE(page().feed().layouts(), 0);
    on_->window().showPage(MainWindow::Graph);
    QTRY_COMPARE(sessions().size(), 2U);
  }

  void exportsWhatIsDrawn() {
    const auto holder = on_->open();
    const auto waiter = on_->open();
    for (const auto* session : {&holder, &waiter}) on_->queueUp("/a", **session);
    QTRY_COMPARE(sessions().size(), 2U);
    QSignalSpy exported(&page(), &WaitGraphPage::exported);
    for (const QString ending : {"svg", "png", "dot"}) {
      page().exportTo(folder_.filePath("graph." + ending));
      QTRY_COMPARE(exported.count(), 1);
      QCOMPARE(exported.takeFirst().first().toString(), QString());
      QVERIFY(QFileInfo(folder_.filePath("graph." + ending)).size() > 0);
    }
    page().exportTo(folder_.filePath("no/such/folder.svg"));
    QTRY_COMPARE(exported.count(), 1);
    QVERIFY(says("could not be written"));
    page().exportTo(folder_.filePath("graph.txt"));
    QVERIFY(says("none of svg, png, dot"));
  }

  void saysHowMuchIsNotDrawn() {
    const auto holder = on_->open();
    on_->queueUp("/a", *holder);
    std::vector<std::unique_ptr<etcd::Session>> waiters;
    for (int i = 0; i < 20; ++i) {
      waiters.push_back(on_->open());
      on_->queueUp("/a", *waiters.back());
    }
    QTRY_VERIFY(says("14 not drawn"));
  }

  void longCirclesAreShortenedInWords() {
    const LeaseBook book;
    const LocksModel locks(book);
    WaitCycle cycle;
    for (LeaseId i = 1; i <= 12; ++i) {
      cycle.edges.push_back({.waiter = i, .holder = i % 12 + 1, .lock = "/" + std::to_string(i), .key = "x"});
    }
    QCOMPARE(
        cycleText(cycle, locks, book),
        QStringLiteral("Deadlock: lease 1 is before others in the queue of /12 and waits for /1 behind 2, "
                       "which waits for /2 behind 3, which waits for /3 behind 4, which waits for /4 "
                       "behind 5 … and after 7 more waits one waits for /12."));
    cycle.edges = {{.waiter = 1, .holder = 1, .lock = "/a", .key = "/a/b/1"}};
    QVERIFY(cycleText(cycle, locks, book).contains("its own older key /a/b/1"));
  }

 private:
  WaitGraphPage& page() { return *on_->window().waitGraphPage(); }
  GraphView& view() { return *page().view(); }
  std::vector<LeaseId> sessions() {
    return view().drawing() == nullptr ? std::vector<LeaseId>() : sorted(view().drawing()->sessions());
  }
  std::vector<WaitEdge> waits() {
    std::vector<WaitEdge> waits;
    for (const auto& edge : view().drawing()->part().edges) waits.push_back(edge.wait);
    return waits;
  }
  static std::vector<LeaseId> sorted(std::vector<LeaseId> leases) {
    std::ranges::sort(leases);
    return leases;
  }
  bool says(const QString& words) {
    return std::ranges::any_of(page().findChildren<QLabel*>(), [&](const QLabel* label) {
      return label->isVisible() && label->text().contains(words);
    });
  }
  QString shownDeadlock() {
    const auto* label = page().findChild<QLabel*>("deadlock");
    return label != nullptr && label->isVisible() ? label->text() : QString();
  }

  QTemporaryDir folder_;
  std::unique_ptr<WindowOnEtcd> on_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::WaitGraphPageTest)
#include "wait_graph_page_test.moc"
