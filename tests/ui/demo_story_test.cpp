#include "ui/views/demo_story.h"

#include <QtTest>

namespace leasescope::ui {

/// What is said below the demo, for each combination of mistakes.
class DemoStoryTest : public QObject {
  Q_OBJECT

 private slots:
  void beforeTheStartItSaysWhatWillHappen() {
    QVERIFY(text({}, false).contains("mistakes that are ticked"));
    QVERIFY(demoStory({}, false, DemoMistakes::none()).contains("both do the same"));
  }

  void allThreeTellOfLeasesQueueAndHardlyOfContexts() {
    const QString story = text(running({true, true, true}, stuckSample()));
    QVERIFY2(story.contains("no session is closed: 40 leases and 40 keep-alive threads"), qPrintable(story));
    QVERIFY2(story.contains("18 wait behind it, 21 gave up after 5 s"), qPrintable(story));
    QVERIFY2(story.contains("hardly matters"), qPrintable(story));
    QVERIFY2(story.contains("On the right nothing is forgotten"), qPrintable(story));
  }

  void theSessionAloneMakesNobodyWait() {
    const QString story = text(running({true, false, false}, {.requests = 40, .served = 40, .leases = 40}));
    QVERIFY2(story.contains("no session is closed"), qPrintable(story));
    QVERIFY2(story.contains("nobody waits for long: 40 of 40 requests served"), qPrintable(story));
    QVERIFY2(!story.contains("context"), qPrintable(story));
    QVERIFY2(!story.contains("never released"), qPrintable(story));
  }

  void theLockAloneDoesNoHarmAndThatIsSaid() {
    const QString story = text(running({false, true, false}, {.requests = 40, .served = 40}));
    QVERIFY2(story.contains("every session is closed"), qPrintable(story));
    QVERIFY2(story.contains("it does no harm"), qPrintable(story));
    QVERIFY2(!story.contains("for ever"), qPrintable(story));
  }

  void theContextAloneLeavesTimersThatLevelOff() {
    const QString story = text(running({false, false, true}, {.requests = 40, .served = 40, .timers = 20}));
    QVERIFY2(story.contains("20 timer threads"), qPrintable(story));
    QVERIFY2(story.contains("levels off"), qPrintable(story));
    QVERIFY2(!story.contains("for ever"), qPrintable(story));
  }

  void withoutAMistakeBothSidesAreTheSame() {
    const QString story = text(running(DemoMistakes::none(), {.requests = 40, .served = 40}));
    QVERIFY2(story.contains("both sides do the same"), qPrintable(story));
  }

  void whatLeakedBeforeASwitchIsNotForgotten() {
    DemoState state = running(DemoMistakes::none(), stuckSample());
    state.leaky.everNotClosed = true;
    const QString story = text(state);
    QVERIFY2(story.contains("what leaked before lives on: 40 leases"), qPrintable(story));
    QVERIFY2(story.contains("18 wait behind it"), qPrintable(story));
  }

  void afterTheLoadItSaysWhatIsLeftAndWhatAStartWouldDo() {
    DemoState state = running({false, false, true}, {.requests = 40, .served = 40, .timers = 1});
    state.underLoad = false;
    QVERIFY(text(state).contains("1 timer thread of contexts"));
    QVERIFY(!text(state).contains("begins anew"));
    QVERIFY(demoStory(state, true, DemoMistakes::all()).contains("begins anew"));
  }

  void everyCombinationIsWhole() {
    for (int bits = 0; bits < 8; ++bits) {
      for (const DemoSample& sample : {DemoSample{.requests = 9, .served = 9}, stuckSample()}) {
        const QString story = text(running({(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0}, sample));
        QVERIFY2(story.endsWith('.') && !story.contains('%') && !story.contains(".."), qPrintable(story));
      }
    }
  }

 private:
  static DemoSample stuckSample() {
    return {.requests = 40,
            .served = 1,
            .gaveUp = 21,
            .leases = 40,
            .keys = 19,
            .threads = 40,
            .timers = 18,
            .heldFor = absl::Seconds(10)};
  }

  static DemoState running(const DemoMistakes& mistakes, const DemoSample& leaky) {
    DemoState state;
    state.underLoad = true;
    state.leaky = {
        .lock = "/leaky/my-lock/", .mistakes = mistakes, .lockTimeout = absl::Seconds(5), .samples = {leaky}};
    state.fixed.samples = {{.requests = 40, .served = 40}};
    return state;
  }

  /// Without its markup.
  static QString text(const DemoState& state, bool begun = true) {
    return demoStory(state, begun, state.leaky.mistakes).remove(QRegularExpression("<[^>]*>"));
  }
};

}  // namespace leasescope::ui

QTEST_MAIN(leasescope::ui::DemoStoryTest)
#include "demo_story_test.moc"
