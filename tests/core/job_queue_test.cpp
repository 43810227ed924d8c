#include "core/monitor/job_queue.h"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasescope {
namespace {

using testing::ElementsAre;

constexpr std::chrono::hours kLong{1};

TEST(JobQueue, runsWhatWasPostedInItsOrder) {
  JobQueue queue;
  std::vector<int> ran;
  for (int i = 1; i <= 3; ++i) queue.post([&ran, i] { ran.push_back(i); });
  queue.run();
  EXPECT_THAT(ran, ElementsAre(1, 2, 3));
  queue.run();
  EXPECT_EQ(ran.size(), 3U) << "each once";
}

TEST(JobQueue, keepsWhatAJobPostsForTheNextTime) {
  JobQueue queue;
  std::vector<int> ran;
  queue.post([&] {
    ran.push_back(1);
    queue.post([&ran] { ran.push_back(2); });
  });
  queue.run();
  EXPECT_THAT(ran, ElementsAre(1));
  queue.run();
  EXPECT_THAT(ran, ElementsAre(1, 2));
}

TEST(JobQueue, wakesForAJobAndWhenItIsToStop) {
  JobQueue queue;
  bool ran = false;
  {
    const std::jthread other([&] { queue.post([&ran] { ran = true; }); });
    queue.waitUntil(SteadyTime::clock::now() + kLong);  // or the test would not end
  }
  queue.run();
  EXPECT_TRUE(ran);
  EXPECT_FALSE(queue.stopping());
  {
    const std::jthread other([&] { queue.stop(); });
    queue.waitUntil(SteadyTime::clock::now() + kLong);
  }
  EXPECT_TRUE(queue.stopping());
}

TEST(JobQueue, takesJobsToTheEnd) {
  JobQueue queue;
  queue.stop();
  bool ran = false;
  queue.post([&ran] { ran = true; });
  queue.waitForJob();
  queue.run();
  EXPECT_TRUE(ran) << "answers that were under way find somebody";
}

}  // namespace
}  // namespace leasescope
