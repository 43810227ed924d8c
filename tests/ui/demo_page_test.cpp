#include "ui/views/demo_page.h"

#include <QCheckBox>
#include <QPushButton>
#include <QSlider>
#include <QtTest>

#include "ui/bridge/cluster_link.h"
#include "ui/models/shown_picture.h"
#include "ui/theme/theme.h"

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
    page_ = std::make_unique<DemoPage>(link_.get(), picture_.get());
    page_->resize(1160, 780);
    page_->show();
    QTRY_VERIFY_WITH_TIMEOUT(link_->onPlayground() && !link_->starting(), 20'000);
  }

  void cleanupTestCase() {
    page_.reset();
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

 private:
  static constexpr std::array kSwitches = {"sessionNotClosed", "lockNotReleased", "contextNotCancelled"};

  QCheckBox* box(const char* name) { return page_->findChild<QCheckBox*>(name); }

  std::unique_ptr<ClusterLink> link_;
  std::unique_ptr<ShownPicture> picture_;
  std::unique_ptr<DemoPage> page_;
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::DemoPageTest)
#include "demo_page_test.moc"
