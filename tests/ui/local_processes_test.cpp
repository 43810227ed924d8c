#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include "ui/models/local_processes_model.h"
#include "ui/models/local_processes_proxy.h"

namespace leasescope::ui {
namespace {

LocalProcess process(pid_t pid, std::string command, int threads = 9) {
  return {.pid = pid,
          .command = std::move(command),
          .commandLine = "/usr/bin/x --password s3cret --verbose",
          .user = "ada",
          .threads = threads,
          .residentKb = 20'480,
          .connections = 3};
}

class LocalProcessesTest : public QObject {
  Q_OBJECT

 private slots:
  void saysWhatIsKnown() {
    model_.merge({process(4242, "billing")});
    QCOMPARE(rowText(0), QString("billing|4242|ada|9|20.0 MiB|3"));
  }

  void namesEveryColumn() {
    for (int column = 0; column < LocalProcessesModel::ColumnCount; ++column) {
      QVERIFY(!proxy_.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
    }
  }

  void theCommandLineIsInTheToolTipWithoutItsPassword() {
    model_.merge({process(1, "x")});
    const QString toolTip =
        proxy_.index(0, LocalProcessesModel::CommandColumn).data(Qt::ToolTipRole).toString();
    QCOMPARE(toolTip, QString("<qt>/usr/bin/x --password ••• --verbose</qt>"));
    for (int column = 0; column < LocalProcessesModel::ColumnCount; ++column) {
      for (const int role : {int{Qt::DisplayRole}, int{Qt::ToolTipRole}, int{LocalProcessesModel::RawRole}}) {
        QVERIFY(!proxy_.index(0, column).data(role).toString().contains("s3cret"));
      }
    }
  }

  void theArgumentsAreShownWithoutThePasswordToo() {
    QCOMPARE(argumentsText(process(1, "x")), QString("--password ••• --verbose"));
    LocalProcess bare = process(1, "x");
    bare.commandLine = "/usr/bin/x";
    QCOMPARE(argumentsText(bare), QString("none"));
    bare.commandLine.clear();
    QCOMPARE(argumentsText(bare), QString("none"));
  }

  void thisProgramIsMarked() {
    model_.merge({process(static_cast<pid_t>(QCoreApplication::applicationPid()), "leasescope")});
    QVERIFY(rowText(0).startsWith("leasescope (this window)|"));
  }

  void oddCommandsAreEscaped() {
    model_.merge({process(1, "a\nb\xff")});
    QVERIFY2(!rowText(0).contains('\n'), qPrintable(rowText(0)));
  }

  void aMergeTellsOnlyWhatChangedAndSortsByValue() {
    model_.merge({process(9, "a"), process(10, "b")});
    QSignalSpy changed(&model_, &QAbstractItemModel::dataChanged);
    model_.merge({process(9, "a"), process(10, "b", 100)});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toModelIndex().row(), 1);
    proxy_.sort(LocalProcessesModel::ThreadsColumn, Qt::DescendingOrder);
    QVERIFY(rowText(0).startsWith("b|10|"));
    proxy_.sort(LocalProcessesModel::PidColumn, Qt::AscendingOrder);
    QVERIFY(rowText(0).startsWith("a|9|"));
  }

  void cleanup() { model_.merge({}); }

 private:
  QString rowText(int row) const {
    QStringList cells;
    for (int column = 0; column < proxy_.columnCount(); ++column) {
      cells << proxy_.index(row, column).data().toString();
    }
    return cells.join(u'|');
  }

  LocalProcessesModel model_;
  LocalProcessesProxy proxy_{&model_};
  QAbstractItemModelTester modelTester_{&model_, QAbstractItemModelTester::FailureReportingMode::QtTest};
  QAbstractItemModelTester proxyTester_{&proxy_, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

}  // namespace
}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::LocalProcessesTest)
#include "local_processes_test.moc"
