#include "core/probe/process_stats.h"

#include <pthread.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/playground/subprocess.h"

namespace leasescope {
namespace {

/// Threads with a name, until it is destroyed.
class NamedThreads {
 public:
  NamedThreads(int count, const char* name) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this] {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_; });
      });
      ::pthread_setname_np(threads_.back().native_handle(), name);
    }
  }
  ~NamedThreads() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::mutex mutex_;  // protects ended_
  std::condition_variable changed_;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

TEST(ProcessStats, countsThreadsAndMemoryOfThisProcess) {
  const NamedThreads first(1, "first");  // a sanitizer adds a thread of its own beside the first one
  const auto before = readProcessStats(::getpid());
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_GE(before->threads, 1);
  EXPECT_GT(before->residentKb, 1000);
  const NamedThreads threads(5, "counted");
  const auto after = readProcessStats(::getpid());
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->threads, before->threads + 5);
}

TEST(ProcessStats, seesMemoryGrow) {
  const auto before = readProcessStats(::getpid());
  const std::vector<char> touched(64 << 20, 'x');
  const auto after = readProcessStats(::getpid());
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_GE(after->residentKb - before->residentKb, 60 << 10) << touched.back();
}

TEST(ProcessStats, countsThreadsByTheBeginningOfTheirNames) {
  const NamedThreads keepers(3, "keepalive-1");
  const NamedThreads others(2, "other");
  EXPECT_EQ(*countThreadsNamed(::getpid(), "keepalive"), 3);
  EXPECT_EQ(*countThreadsNamed(::getpid(), "keepalive-2"), 0);
  EXPECT_EQ(*countThreadsNamed(::getpid(), "other"), 2);
  EXPECT_EQ(*countThreadsNamed(::getpid(), ""), readProcessStats(::getpid())->threads);
}

TEST(ProcessStats, looksAtOtherProcesses) {
  SubprocessOptions options;
  options.command = {"sleep", "1000"};
  auto sleep = Subprocess::start(options);
  ASSERT_TRUE(sleep.ok()) << sleep.status();
  const auto stats = readProcessStats((*sleep)->pid());
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->threads, 1);
  EXPECT_EQ(*countThreadsNamed((*sleep)->pid(), "sleep"), 1);
}

TEST(ProcessStats, saysThatThereIsNoSuchProcess) {
  SubprocessOptions options;
  options.command = {"true"};
  auto ended = Subprocess::start(options);
  ASSERT_TRUE(ended.ok()) << ended.status();
  ASSERT_EQ((*ended)->wait(absl::Seconds(10)), 0);
  const pid_t pid = (*ended)->pid();
  EXPECT_TRUE(absl::IsNotFound(readProcessStats(pid).status()));
  EXPECT_EQ(countThreadsNamed(pid, "").status().message(), "there is no process " + std::to_string(pid));
  EXPECT_TRUE(absl::IsNotFound(readProcessStats(-1).status()));
}

}  // namespace
}  // namespace leasescope
