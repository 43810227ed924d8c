#include "ui/views/demo_page.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QtTest>

#include "tests/support/canned_server.h"
#include "tests/support/program.h"
#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/service_dialog.h"
#include "ui/models/shown_picture.h"
#include "ui/models/watched_services.h"
#include "ui/theme/theme.h"
#include "ui/views/service_note.h"

namespace leasescope::ui {

/// The page of the demo on a real playground: what is switched there reaches the programs.
class DemoPageTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), Scheme::Light);
    link_ = std::make_unique<ClusterLink>();
    link_->setConsolePath(LEASESCOPE_CONSOLE);
    link_->startPlayground({});
    picture_ = std::make_unique<ShownPicture>();
    services_ = std::make_unique<WatchedServices>();
    page_ = std::make_unique<DemoPage>(link_.get(), picture_.get(), services_.get());
    page_->resize(1160, 780);
    page_->show();
    QTRY_VERIFY_WITH_TIMEOUT(link_->onPlayground() && !link_->starting(), 20'000);
  }

  void cleanupTestCase() {
    page_.reset();
    services_.reset();
    link_.reset();
  }

  void itStartsWithAllMistakes() {
    for (const char* name : kSwitches) QVERIFY2(box(name)->isChecked(), name);
    page_->startLoad();
    QTRY_VERIFY_WITH_TIMEOUT(link_->demoState().underLoad, 10'000);
    QCOMPARE(link_->demoState().leaky.mistakes, DemoMistakes::all());
    QCOMPARE(link_->demoState().fixed.mistakes, DemoMistakes::none());
  }

  void eachSwitchReachesTheProgramThatRuns() {
    box("lockNotReleased")->click();
    QTRY_COMPARE(link_->demoState().leaky.mistakes, (DemoMistakes{true, false, true}));
    box("contextNotCancelled")->click();
    QTRY_COMPARE(link_->demoState().leaky.mistakes, (DemoMistakes{true, false, false}));
    box("sessionNotClosed")->click();
    QTRY_COMPARE(link_->demoState().leaky.mistakes, DemoMistakes::none());
    QCOMPARE(link_->demoState().fixed.mistakes, DemoMistakes::none());
  }

  void theSliderReachesBothPrograms() {
    auto* slider = page_->findChild<QSlider*>("demoRate");
    slider->setValue(slider->maximum());
    QTRY_COMPARE(link_->demoState().requestsPerSecond, 20.0);
    const std::int64_t before = link_->demoState().fixed.now().requests;
    QTRY_VERIFY(link_->demoState().fixed.now().requests > before + 20);
    QVERIFY(link_->demoState().leaky.now().requests > before);
  }

  void withoutMistakesItStartsAnewAndNothingLeaks() {
    page_->findChild<QSlider*>("demoRate")->setValue(5);  // no queue, however busy the machine is
    page_->startLoad();
    QTRY_VERIFY_WITH_TIMEOUT(!link_->demoState().leaky.everNotClosed, 10'000);  // the run before had leaked
    QTRY_VERIFY_WITH_TIMEOUT(link_->demoState().leaky.now().served >= 10, 10'000);
    QVERIFY(!link_->demoState().leaky.everNotClosed);
    QCOMPARE(link_->demoState().leaky.mistakes, DemoMistakes::none());
    QTRY_COMPARE_LE(link_->demoState().leaky.now().threads, 5);
  }

  void aServiceThatLeaksIsSaidToBeLikeTheLeft() {
    box("sessionNotClosed")->click();
    RunningProgram go(serviceProgram("leaky", "100ms"));
    useService(addressOf(go));
    QTRY_VERIFY_WITH_TIMEOUT(story().contains("your service seems to leak like the program at the left"),
                             30'000);
    QVERIFY2(keepAlives().toInt() >= 10, qPrintable(keepAlives()));
    QVERIFY2(insight().contains("sessions are open"), qPrintable(insight()));
    QVERIFY(link_->demoState().underLoad);  // unseen, so that it can come back
    QTest::mouseClick(swap(), Qt::LeftButton);
    QVERIFY(!note().isVisible());
    QVERIFY2(story().contains("On the right nothing is forgotten"), qPrintable(story()));
    QCOMPARE(services_->all().size(), 1);  // still watched
    services_->remove(services_->all().front().id);
  }

  void aServiceThatClosesItsSessionsStaysFlat() {
    RunningProgram go(serviceProgram("fixed", "5s"));
    const int id = services_->watch(*parsePprofTarget(addressOf(go).toStdString()));
    QTest::mouseClick(swap(), Qt::LeftButton);
    accept();  // it is the choice that stands there
    QCOMPARE(services_->all().size(), 1);
    QTRY_VERIFY(dialog() == nullptr);
    const QRegularExpression flat(
        "of your service (stay flat|are a few more|become fewer): .*, while the threads of the leaky program "
        "grow: ");
    QTRY_VERIFY2_WITH_TIMEOUT(story().contains(flat), qPrintable(story()), 20'000);
    QVERIFY2(keepAlives().toInt() <= 3, qPrintable(keepAlives()));
    services_->remove(id);  // as on "Holder threads"
    QVERIFY(!note().isVisible());
  }

  void whatAnswersWrongIsExplainedAndIsNoZero() {
    const CannedServer html([](const std::string&, const CannedServer::Send& send) {
      send(httpAnswer(200, "<html>Welcome</html>"));
    });
    for (const QString& address : {QString::fromStdString(html.endpoint()), QStringLiteral("127.0.0.1:1")}) {
      useService(address);
      QTRY_VERIFY2(insight().contains("net/http/pprof"), qPrintable(insight()));
      QCOMPARE(keepAlives(), "—");
      QVERIFY2(story().contains("its side says why"), qPrintable(story()));
      services_->remove(services_->all().front().id);
    }
  }

  void whatIsNoAddressIsNotAccepted() {
    QTest::mouseClick(swap(), Qt::LeftButton);
    QTest::keyClicks(address(), "http://a b/");
    accept();
    QVERIFY(dialog() != nullptr);
    QVERIFY2(dialog()->findChild<QLabel*>("serviceProblem")->text().contains("a Go service"), "no problem");
    dialog()->reject();
    QCOMPARE(services_->all().size(), 0);
  }

 private:
  static constexpr std::array kSwitches = {"sessionNotClosed", "lockNotReleased", "contextNotCancelled"};

  QCheckBox* box(const char* name) { return page_->findChild<QCheckBox*>(name); }
  QPushButton* swap() { return page_->findChild<QPushButton*>("swapRight"); }
  ServiceNote& note() { return *page_->findChild<ServiceNote*>(); }
  QString insight() { return note().findChild<QLabel*>("serviceInsight")->text(); }
  QString keepAlives() { return note().parentWidget()->findChild<QLabel*>("keepAlives")->text(); }
  /// Without its markup.
  QString story() {
    return page_->findChild<QLabel*>("demoStory")->text().remove(QRegularExpression("<[^>]*>"));
  }

  ServiceDialog* dialog() { return page_->findChild<ServiceDialog*>(); }
  QLineEdit* address() { return dialog()->findChild<QLineEdit*>("serviceAddress"); }
  void accept() { QTest::keyClick(address(), Qt::Key_Return); }
  /// As a person would.
  void useService(const QString& typed) {
    QTest::mouseClick(swap(), Qt::LeftButton);
    address()->clear();
    QTest::keyClicks(address(), typed);
    accept();
    QTRY_VERIFY(dialog() == nullptr);
  }

  /// A Go service with a request after the other from two sides.
  std::vector<std::string> serviceProgram(const std::string& mode, const std::string& timeout) {
    return {LEASESCOPE_INTEROP,
            "leak",
            "--endpoints",
            link_->connection().endpoints.front(),
            "--lock",
            "/" + mode + "-service/",
            "--requests",
            "100000",
            "--parallel",
            "2",
            "--timeout",
            timeout,
            "--ttl",
            "5",
            "--mode",
            mode,
            "--pprof"};
  }
  static QString addressOf(const RunningProgram& service) {
    return QString::fromStdString(service.lineThatBegins("pprof ")).section(u' ', 1);
  }

  std::unique_ptr<ClusterLink> link_;
  std::unique_ptr<ShownPicture> picture_;
  std::unique_ptr<WatchedServices> services_;
  std::unique_ptr<DemoPage> page_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::DemoPageTest)
#include "demo_page_test.moc"
