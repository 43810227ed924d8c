#include "core/lockers/demo.h"

#include <gtest/gtest.h>

#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

class DemoTest : public EtcdTest {
 protected:
  DemoOptions options() const {
    return {.endpoint = endpoint(),
            .console = LEASESCOPE_CONSOLE,
            .task = {.requestsPerSecond = 10},
            .lockTimeout = absl::Milliseconds(500),
            .work = absl::Milliseconds(5)};
  }

  std::unique_ptr<Demo> startWith(const DemoMistakes& mistakes, absl::Duration lockTimeout) const {
    DemoOptions chosen = options();
    chosen.task.mistakes = mistakes;
    chosen.lockTimeout = lockTimeout;
    return *Demo::start(chosen);
  }

  /// What is there once so many requests came in and those under way are over.
  static DemoState settledAfter(Demo& demo, std::int64_t requests) {
    EXPECT_TRUE(eventually([&] { return demo.state().leaky.now().requests >= requests; }));
    demo.stopLoad();
    EXPECT_TRUE(eventually([&] { return demo.settled(); }));
    const std::size_t samples = demo.state().leaky.samples.size();
    EXPECT_TRUE(eventually([&] { return demo.state().leaky.samples.size() >= samples + 2; }));
    return demo.state();
  }
};

TEST_F(DemoTest, LeakyKeepsALeaseAndAThreadForEachRequestAndFixedReturnsToZero) {
  const auto demo = Demo::start(options());
  ASSERT_TRUE(demo.ok()) << demo.status();
  ASSERT_TRUE(eventually([&] { return (*demo)->state().leaky.now().requests >= 20; }));
  (*demo)->stopLoad();
  ASSERT_TRUE(eventually([&] { return (*demo)->settled(); }));
  const std::int64_t requests = (*demo)->state().leaky.now().requests;
  ASSERT_TRUE(eventually([&] {
    const DemoState state = (*demo)->state();
    return state.leaky.now().leases == state.leaky.now().requests && state.fixed.now().leases == 0;
  }));
  absl::SleepFor(absl::Seconds(1));
  const DemoState state = (*demo)->state();
  EXPECT_EQ(state.problem, "");
  EXPECT_EQ(state.leaky.now().requests, requests) << "no more load";
  EXPECT_EQ(state.leaky.now().threads, requests);
  EXPECT_EQ(state.leaky.now().keys, 1);
  EXPECT_EQ(state.leaky.now().served, 1);
  EXPECT_EQ(state.leaky.now().gaveUp, requests - 1);
  EXPECT_GT(state.leaky.now().residentKb, 0);
  EXPECT_EQ(state.fixed.now().served, state.fixed.now().requests);
  EXPECT_EQ(state.fixed.now().threads, 0);
  EXPECT_EQ(state.fixed.now().keys, 0);
}

TEST_F(DemoTest, ASessionNotClosedLeavesItsLeaseAndItsThreadAndNothingElse) {
  const auto demo = startWith({true, false, false}, absl::Seconds(5));
  const DemoState state = settledAfter(*demo, 20);
  const DemoSample leaky = state.leaky.now();
  EXPECT_EQ(leaky.leases, leaky.requests);
  EXPECT_EQ(leaky.threads, leaky.requests);
  EXPECT_EQ(leaky.served, leaky.requests) << "each one unlocks";
  EXPECT_EQ(leaky.keys, 0);
  EXPECT_EQ(leaky.timers, 0);
}

TEST_F(DemoTest, ALockNotReleasedIsRemovedWhenItsSessionIsClosed) {
  const auto demo = startWith({false, true, false}, absl::Seconds(5));
  const DemoState state = settledAfter(*demo, 20);
  const DemoSample leaky = state.leaky.now();
  EXPECT_EQ(leaky.served, leaky.requests);
  EXPECT_EQ(leaky.keys, 0);
  EXPECT_EQ(leaky.leases, 0);
  EXPECT_EQ(leaky.threads, 0);
  EXPECT_EQ(leaky.timers, 0);
}

TEST_F(DemoTest, AContextNotCancelledLeavesItsTimerUntilTheTimeIsOver) {
  const auto demo = startWith({false, false, true}, absl::Seconds(4));
  const DemoState state = settledAfter(*demo, 20);
  const DemoSample leaky = state.leaky.now();
  EXPECT_GT(leaky.timers, 0);
  EXPECT_LE(leaky.timers, leaky.requests);
  EXPECT_EQ(state.fixed.now().timers, 0);
  EXPECT_EQ(leaky.served, leaky.requests);
  EXPECT_EQ(leaky.keys, 0);
  EXPECT_EQ(leaky.leases, 0);
  EXPECT_EQ(leaky.threads, 0);
  EXPECT_TRUE(eventually([&] { return demo->state().leaky.now().timers == 0; }));
}

TEST_F(DemoTest, ALockThatIsNeitherReleasedNorExpiresMakesAQueue) {
  const auto demo = startWith({true, true, false}, absl::Seconds(2));
  ASSERT_TRUE(eventually([&] { return demo->state().leaky.now().waiters() >= 5; }));
  const DemoState state = demo->state();
  EXPECT_EQ(state.leaky.now().served, 1);
  EXPECT_TRUE(eventually([&] { return demo->state().leaky.now().heldFor >= absl::Seconds(1); }));
  EXPECT_LE(state.fixed.now().waiters(), 2);
}

TEST_F(DemoTest, WithoutMistakesBothSidesAreTheSameProgram) {
  const auto demo = startWith(DemoMistakes::none(), absl::Seconds(5));
  const DemoState state = settledAfter(*demo, 20);
  for (const DemoSide* side : {&state.leaky, &state.fixed}) {
    EXPECT_EQ(side->mistakes, DemoMistakes::none());
    EXPECT_EQ(side->now().served, side->now().requests);
    EXPECT_EQ(side->now().leases, 0);
    EXPECT_EQ(side->now().keys, 0);
    EXPECT_EQ(side->now().threads, 0);
    EXPECT_EQ(side->now().timers, 0);
  }
}

TEST_F(DemoTest, RateAndMistakesChangeWhileItRuns) {
  const auto demo = startWith(DemoMistakes::none(), absl::Seconds(5));
  ASSERT_TRUE(eventually([&] { return demo->state().leaky.now().served >= 5; }));
  ASSERT_TRUE(demo->change({.requestsPerSecond = 50, .mistakes = {true, false, false}}).ok());
  EXPECT_EQ(demo->state().requestsPerSecond, 50);
  EXPECT_EQ(demo->state().leaky.mistakes, (DemoMistakes{true, false, false}));
  EXPECT_EQ(demo->state().fixed.mistakes, DemoMistakes::none());
  const std::int64_t before = demo->state().leaky.now().requests;
  const absl::Time start = absl::Now();
  ASSERT_TRUE(eventually([&] { return demo->state().leaky.now().requests >= before + 50; }));
  EXPECT_LT(absl::Now() - start, absl::Seconds(4)) << "at the old rate it would take five seconds";
  const DemoState state = settledAfter(*demo, 0);
  EXPECT_GE(state.leaky.now().threads, 40) << "what came in since then leaks";
  EXPECT_LT(state.leaky.now().threads, state.leaky.now().requests) << "what came in before does not";
  EXPECT_GT(state.fixed.now().requests, before + 40) << "the same load";
  EXPECT_EQ(state.fixed.now().threads, 0);
}

TEST_F(DemoTest, CleansUpWhatItLeaked) {
  {
    const auto demo = Demo::start(options());
    ASSERT_TRUE(demo.ok()) << demo.status();
    ASSERT_TRUE(eventually([&] { return (*demo)->state().leaky.now().leases >= 5; }));
    (*demo)->stopLoad();
    ASSERT_TRUE(eventually([&] { return (*demo)->settled(); }));
  }
  EXPECT_TRUE(eventually([&] { return client()->leases()->empty(); }, absl::Seconds(3)));
}

TEST_F(DemoTest, SaysWhyItCantStart) {
  DemoOptions wrong = options();
  wrong.console = "/does/not/exist";
  const auto demo = Demo::start(wrong);
  EXPECT_FALSE(demo.ok());
  EXPECT_NE(std::string(demo.status().message()).find("/does/not/exist"), std::string::npos) << demo.status();
}

}  // namespace
}  // namespace leasescope
