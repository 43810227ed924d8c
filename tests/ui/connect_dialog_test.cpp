#include "ui/dialogs/connect_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

namespace leasescope::ui {
namespace {

/// The dialog and a way to fill it in.
struct Form {
  ConnectDialog dialog;

  void type(const char* field, const QString& text) { dialog.findChild<QLineEdit*>(field)->setText(text); }
  QString text(const char* field) { return dialog.findChild<QLineEdit*>(field)->text(); }
  bool acceptable() {
    return dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->isEnabled();
  }
};

class ConnectDialogTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    QCoreApplication::setOrganizationName(QStringLiteral("leasescope-test"));
    QCoreApplication::setApplicationName(QStringLiteral("connect-dialog"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder_.path());
  }

  void init() { QSettings().clear(); }

  void isReadyToConnectAtOnce() {
    Form form;
    QVERIFY(form.acceptable());
    QCOMPARE(form.dialog.connection().endpoints, std::vector<std::string>{"127.0.0.1:2379"});
    QCOMPARE(form.dialog.connection().dialTimeout, absl::Seconds(2));
    QCOMPARE(form.dialog.connection().commandTimeout, absl::Seconds(5));
    QVERIFY(form.dialog.monitor().prefixes.empty());
    QCOMPARE(form.dialog.monitor().ttlBudget, MonitorOptions().ttlBudget);
  }

  void takesSeveralEndpoints() {
    Form form;
    form.type("endpoints", QStringLiteral(" a:1, b:2;\thttps://c:3 "));
    QCOMPARE(form.dialog.connection().endpoints, (std::vector<std::string>{"a:1", "b:2", "https://c:3"}));
    QVERIFY(form.acceptable());
  }

  void saysWhatIsWrongWithEndpoints_data() {
    QTest::addColumn<QString>("endpoints");
    QTest::addColumn<QString>("said");
    QTest::newRow("none") << " , "
                          << "at least one endpoint";
    QTest::newRow("no port") << "localhost"
                             << "HOST:PORT";
    QTest::newRow("scheme") << "ftp://a:1"
                            << "scheme 'ftp'";
    QTest::newRow("one of two") << "a:1,b"
                                << "'b'";
  }

  void saysWhatIsWrongWithEndpoints() {
    QFETCH(QString, endpoints);
    QFETCH(QString, said);
    Form form;
    form.type("endpoints", endpoints);
    QVERIFY2(form.dialog.problem().contains(said), qPrintable(form.dialog.problem()));
    QVERIFY(!form.acceptable());
    form.dialog.accept();
    QCOMPARE(form.dialog.result(), int{QDialog::Rejected});
  }

  void takesOnePrefixALine() {
    Form form;
    form.dialog.findChild<QPlainTextEdit*>()->setPlainText(QStringLiteral("/jobs/\n\n/a, b/\n"));
    QCOMPARE(form.dialog.monitor().prefixes, (std::vector<std::string>{"/jobs/", "/a, b/"}));
  }

  void aCertificateNeedsItsKey() {
    QFile file(folder_.filePath(QStringLiteral("client.crt")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    Form form;
    form.type("certFile", file.fileName());
    QVERIFY(form.dialog.problem().contains(QStringLiteral("needs its key")));
    form.type("keyFile", file.fileName());
    QCOMPARE(form.dialog.problem(), QString());
  }

  void filesMustBeReadable() {
    Form form;
    form.type("caFile", folder_.filePath(QStringLiteral("missing.crt")));
    QVERIFY(form.dialog.problem().contains(QStringLiteral("missing.crt")));
    QVERIFY(!form.acceptable());
  }

  void aPasswordNeedsAUser() {
    Form form;
    form.type("password", QStringLiteral("secret"));
    QVERIFY(!form.acceptable());
    form.type("user", QStringLiteral("root"));
    QVERIFY(form.acceptable());
    QCOMPARE(form.dialog.connection().password.reveal(), std::string("secret"));
  }

  void warnsLoudlyWhenNothingIsVerified() {
    Form form;
    const auto* warning = form.dialog.findChild<QLabel*>(QStringLiteral("skipWarning"));
    QVERIFY(warning->isHidden());
    form.dialog.findChild<QCheckBox*>(QStringLiteral("skipVerify"))->setChecked(true);
    QVERIFY(!warning->isHidden());
    QVERIFY(form.dialog.connection().tls.skipVerify);
  }

  void remembersAllButSecrets() {
    {
      Form form;
      form.type("endpoints", QStringLiteral("db:2379"));
      form.type("user", QStringLiteral("root"));
      form.type("password", QStringLiteral("hunter2"));
      form.dialog.findChild<QCheckBox*>(QStringLiteral("skipVerify"))->setChecked(true);
      form.dialog.accept();
      QCOMPARE(form.dialog.result(), int{QDialog::Accepted});
    }
    Form again;
    QCOMPARE(again.text("endpoints"), QString("db:2379"));
    QCOMPARE(again.text("user"), QString("root"));
    QCOMPARE(again.text("password"), QString());
    QVERIFY(!again.dialog.connection().tls.skipVerify);
    QSettings settings;
    settings.sync();
    QFile file(settings.fileName());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains("hunter2"));
  }

  void whatIsCancelledIsForgotten() {
    {
      Form form;
      form.type("endpoints", QStringLiteral("other:1"));
      form.dialog.reject();
    }
    QCOMPARE(Form().text("endpoints"), QString("127.0.0.1:2379"));
  }

 private:
  QTemporaryDir folder_;
};

}  // namespace
}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::ConnectDialogTest)
#include "connect_dialog_test.moc"
