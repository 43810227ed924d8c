#include <memory>

#include <QElapsedTimer>
#include <QHeaderView>
#include <QLabel>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/silent_server.h"
#include "ui/bridge/cluster_link.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"
#include "ui/views/connection_page.h"
#include "ui/views/locks_page.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {

/// The window when nobody answers.
class UnconnectedWindowTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(settings_.isValid());
    qputenv("XDG_CONFIG_HOME", settings_.path().toUtf8());
  }

  void opensOnTheConnectionPageWhenNothingIsConnected() {
    ClusterLink link;
    MainWindow window(&link);
    window.show();
    QVERIFY(window.connectionPage()->isVisible());
  }

  void f45_opensAtOnceWhenTheEndpointNeverAnswers() {
    const SilentServer silent;
    QElapsedTimer timer;
    timer.start();
    ClusterLink link;
    MainWindow window(&link);
    link.connectTo({.endpoints = {silent.endpoint()}}, {});
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QVERIFY2(timer.elapsed() < 3'000, "the window waits for nobody");
    QTRY_VERIFY(state(window).contains("connecting"));
    window.close();
  }

  void saysWhyItIsNotConnected() {
    ClusterLink link;
    MainWindow window(&link);
    window.show();
    link.connectTo({.endpoints = {"127.0.0.1:1"}}, {});
    QTRY_VERIFY(state(window).contains("connecting"));
    QTRY_VERIFY_WITH_TIMEOUT(anyLabelSays(window, "refused"), 10'000);
  }

  void saysAllTheWhileThatNoCertificateIsVerified() {
    ClusterLink link;
    MainWindow window(&link);
    window.show();
    const auto* mark = window.findChild<QLabel*>("unverified");
    QVERIFY(!mark->isVisible());
    link.connectTo({.endpoints = {"https://127.0.0.1:1"}, .tls = {.skipVerify = true}}, {});
    QTRY_VERIFY(mark->isVisible());
    link.disconnectFromCluster();
    QTRY_VERIFY(!mark->isVisible());
  }

  void everyColumnHasRoomForItsNameAndTheOrder() {
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), Scheme::Light);
    ClusterLink link;
    MainWindow window(&link);
    for (TableView* table : window.findChildren<TableView*>()) {
      const QHeaderView& header = *table->header();
      for (int column = 0; column < header.count(); ++column) {
        if (header.isSectionHidden(column)) continue;
        const bool takesTheRest = header.visualIndex(column) == header.count() - 1;
        QVERIFY2(takesTheRest || header.sectionSize(column) >= header.sectionSizeHint(column),
                 qPrintable(table->model()->headerData(column, Qt::Horizontal).toString()));
        table->sortByColumn(column, Qt::DescendingOrder);
        QVERIFY2(header.sectionSize(column) >= header.sectionSizeHint(column),
                 qPrintable(table->model()->headerData(column, Qt::Horizontal).toString()));
      }
    }
  }

  void startsAPlaygroundAndLeavesNothingBehind() {
    QString folder;
    {
      ClusterLink link;
      MainWindow window(&link);
      window.show();
      window.startPlayground();
      QTRY_VERIFY_WITH_TIMEOUT(state(window).contains("live"), 20'000);
      folder = link.playgroundFolder();
      QVERIFY(QDir(folder).exists());
    }
    QVERIFY(!QDir(folder).exists());
  }

 private:
  static QString state(const MainWindow& window) { return window.findChild<QLabel*>("state")->text(); }
  static bool anyLabelSays(const MainWindow& window, const QString& word) {
    for (const QLabel* label : window.findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(word)) return true;
    }
    return false;
  }

  QTemporaryDir settings_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::UnconnectedWindowTest)
#include "unconnected_window_test.moc"
