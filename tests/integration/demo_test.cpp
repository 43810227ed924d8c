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
            .requestsPerSecond = 10,
            .lockTimeout = absl::Milliseconds(500),
            .work = absl::Milliseconds(5)};
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
