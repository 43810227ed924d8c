#include <atomic>
#include <future>

#include <QSignalSpy>
#include <QThread>
#include <QtTest>

#include "tests/ui/picture_builder.h"
#include "ui/bridge/background.h"
#include "ui/bridge/cluster_link.h"
#include "ui/bridge/update_inbox.h"

namespace leasescope::ui {

/// Values on their way from core's threads to the window's.
class BridgeTest : public QObject {
  Q_OBJECT

 private slots:
  void workRunsElsewhereAndItsResultComesHome() {
    Background background;
    QThread* worker = nullptr;
    QThread* home = nullptr;
    background.run(
        this, [] { return QThread::currentThread(); },
        [&](QThread* ranOn) {
          worker = ranOn;
          home = QThread::currentThread();
        });
    QTRY_VERIFY(worker != nullptr);
    QVERIFY(worker != QThread::currentThread());
    QCOMPARE(home, QThread::currentThread());
  }

  void aResultForSomebodyGoneIsDropped() {
    Background background;
    auto gone = std::make_unique<QObject>();
    bool called = false;
    bool next = false;
    background.run(
        gone.get(), [] { return 1; }, [&](int) { called = true; });
    gone.reset();
    background.run(
        this, [] { return 1; }, [&](int) { next = true; });
    QTRY_VERIFY(next);
    QVERIFY(!called);
  }

  void destructionWaitsForTheJobThatRunsAndDropsTheOthers() {
    std::promise<void> begun;
    std::atomic<bool> ended = false;
    std::atomic<bool> other = false;
    {
      Background background;
      background.run(
          this,
          [&] {
            begun.set_value();
            QThread::msleep(50);
            return ended = true;
          },
          [](bool) {});
      background.run(
          this, [&] { return other = true; }, [](bool) {});
      begun.get_future().wait();
    }
    QVERIFY(ended);
    QVERIFY(!other);
  }

  void theInboxMergesAndWakesOnce() {
    UpdateInbox inbox;
    MonitorUpdate first;
    first.changes = completeSet({makeLock("/a", {1}), makeLock("/b", {2})});
    first.histories[7] = std::make_shared<const std::vector<TtlPoint>>(3);
    QVERIFY(inbox.put(first));
    MonitorUpdate second;
    second.changes.revision = 9;
    second.changes.removedLocks = {"/a"};
    second.health.state = Health::State::Live;
    QVERIFY(!inbox.put(second));
    const MonitorUpdate merged = inbox.take();
    QCOMPARE(merged.changes.locks.size(), std::size_t{1});
    QCOMPARE(merged.changes.revision, Revision{9});
    QCOMPARE(merged.health.state, Health::State::Live);
    QCOMPARE(merged.histories.at(7)->size(), std::size_t{3});
    QVERIFY(!inbox.fresh());
    QVERIFY(inbox.put(second));
    QVERIFY(inbox.take().histories.empty());
  }

  void lookingAtTheInboxTakesNothing() {
    UpdateInbox inbox;
    MonitorUpdate update;
    update.changes = completeSet({makeLock("/a", {1})});
    inbox.put(update);
    QCOMPARE(inbox.peek().changes.revision, Revision{1});
    QVERIFY(!inbox.fresh());
    QCOMPARE(inbox.take().changes.locks.size(), std::size_t{1});
  }

  void aBadEndpointIsSaidAtOnce() {
    ClusterLink link;
    QSignalSpy failed(&link, &ClusterLink::failed);
    etcd::ConnectionOptions connection;
    connection.endpoints = {"no port"};
    link.connectTo(connection, {});
    QVERIFY(link.connected());
    QVERIFY(failed.wait());
    QVERIFY(!failed[0][0].toString().isEmpty());
    QVERIFY(!link.connected());
  }

  void theResultOfAnEarlierWishIsDropped() {
    ClusterLink link;
    QSignalSpy failed(&link, &ClusterLink::failed);
    etcd::ConnectionOptions bad;
    bad.endpoints = {"no port"};
    link.connectTo(bad, {});
    link.disconnectFromCluster();
    bool flushed = false;
    link.previewRevoke(1, [&](const absl::StatusOr<RevokePreview>& preview) { flushed = !preview.ok(); });
    QTRY_VERIFY(flushed);
    QCOMPARE(failed.count(), 0);
  }

  void nothingIsToldOfAClusterBeforeOneCanActOnIt() {
    for (int attempt = 0; attempt < 50; ++attempt) {
      ClusterLink link;
      std::optional<bool> startingAtFirst;
      connect(&link, &ClusterLink::updated, this, [&] {
        if (!startingAtFirst) startingAtFirst = link.starting();
      });
      etcd::ConnectionOptions connection;
      connection.endpoints = {"127.0.0.1:1"};  // that nobody answers is the first that is told
      link.connectTo(connection, {});
      QTRY_VERIFY(startingAtFirst.has_value());
      QVERIFY2(!*startingAtFirst, qPrintable(QString("attempt %1").arg(attempt)));
    }
  }

  void actionsWithoutAClusterAreRefused() {
    ClusterLink link;
    std::optional<ActionOutcome> outcome;
    link.release("/a/1", 1, [&](const ActionOutcome& o) { outcome = o; });
    QTRY_VERIFY(outcome.has_value());
    QCOMPARE(outcome->kind, ActionOutcome::Kind::Refused);
  }
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::BridgeTest)
#include "bridge_test.moc"
