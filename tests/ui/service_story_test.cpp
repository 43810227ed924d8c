#include "ui/views/service_story.h"

#include <QtTest>

namespace leasescope::ui {

/// What is said below the demo while a Go service is at its right.
class ServiceStoryTest : public QObject {
  Q_OBJECT

 private slots:
  void aServiceThatStaysFlatIsSetAgainstTheLeftThatGrows() {
    QCOMPARE(
        text(side({3, 4, 3}), side({12, 130, 252})),
        "What you see: the keep-alive goroutines of your service stay flat: a minute ago 3, now 3, while "
        "the threads of the leaky program grow: a minute ago 12, now 252.");
  }

  void aServiceThatGrowsLikeTheLeftSeemsToLeak() {
    QCOMPARE(
        text(side({12, 20, 40}), side({12, 130, 252})),
        "What you see: your service seems to leak like the program at the left: its keep-alive goroutines "
        "grow: a minute ago 12, now 40.");
  }

  void growthBesideAProgramThatDoesNotIsOnlyTold() {
    const QString story = text(side({12, 20, 40}), side({5, 5, 5}));
    QVERIFY2(story.contains("of your service grow: a minute ago 12, now 40"), qPrintable(story));
    QVERIFY2(story.contains("leaky program stay flat"), qPrintable(story));
    QVERIFY(text(side({12, 14, 17}), side({5, 5, 5})).contains("are a few more: a minute ago 12"));
    QVERIFY(text(side({4, 2, 1}), side({5, 5, 5})).contains("of your service stay flat"));
    QVERIFY(text(side({40, 20, 9}), side({5, 5, 5})).contains("become fewer: a minute ago 40"));
  }

  void withoutTheDemoItOffersTheStart() { QVERIFY(text(side({3, 3, 3}), {}).contains("now 3. Press Start")); }

  void theTimeIsAsLongAsWasSeen() {
    DemoFigures service;
    service.of(DemoTrend::KeepAlives) = {{100, 3}, {115, 9}};
    QVERIFY(text(service, {}).contains("15 s ago 3, now 9"));
  }

  void oneAnswerIsNoCourse() {
    DemoFigures service;
    service.of(DemoTrend::KeepAlives) = {{100, 7}};
    QVERIFY(text(service, {}).contains("of your service: 7. Whether they become more is seen soon"));
  }

  void whatIsNotKnownNowIsNotJudged() {
    DemoFigures service;
    service.fresh = false;
    QVERIFY(text(service, {}).contains("nothing of your service yet"));
    service = side({12, 20, 40});
    service.fresh = false;
    QVERIFY(text(service, side({12, 130, 252})).contains("does not answer now"));
  }

 private:
  /// Its keep-alives, half a minute apart.
  static DemoFigures side(const std::array<double, 3>& counts) {
    DemoFigures side;
    for (const double count : counts) {
      TrendPoints& points = side.of(DemoTrend::KeepAlives);
      points.append({1000 + 30.0 * static_cast<double>(points.size()), count});
    }
    return side;
  }

  /// Without its markup.
  static QString text(const DemoFigures& service, const DemoFigures& leaky) {
    return serviceStory(leaky, service).remove(QRegularExpression("<[^>]*>"));
  }
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::ServiceStoryTest)
#include "service_story_test.moc"
