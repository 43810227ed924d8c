#include "core/lockers/lockers.h"

#include <unistd.h>

#include <algorithm>

#include <gtest/gtest.h>

#include "core/etcd/session.h"
#include "core/probe/process_stats.h"
#include "fmt/format.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

class LockersTest : public EtcdTest {
 protected:
  void SetUp() override {
    EtcdTest::SetUp();
    lockers_ = std::make_unique<Lockers>(client());
  }
  void TearDown() override {
    lockers_.reset();
    EtcdTest::TearDown();
  }

  void spawn(LockerSpec spec) {
    const absl::Status status = lockers_->spawn(spec);
    ASSERT_TRUE(status.ok()) << status;
  }
  std::size_t count(LockerThread::Role role, LockerState state) const {
    return static_cast<std::size_t>(std::ranges::count_if(lockers_->threads(), [&](const LockerThread& one) {
      return one.role == role && one.state == state;
    }));
  }
  bool becomes(LockerState state, std::size_t lockers) const {
    return eventually([&] { return count(LockerThread::Role::Locker, state) == lockers; });
  }
  std::size_t leases() const { return client()->leases()->size(); }

  std::unique_ptr<Lockers> lockers_;
};

TEST_F(LockersTest, WellBehavedLeaveNothingBehind) {
  spawn({.behaviour = Behaviour::WellBehaved, .lock = "/a", .count = 3, .work = absl::Milliseconds(20)});
  ASSERT_TRUE(becomes(LockerState::Holding, 1));
  lockers_->stopAll(Leftovers::CleanUp);
  EXPECT_TRUE(lockers_->threads().empty());
  EXPECT_EQ(leases(), 0);
}

TEST_F(LockersTest, SayWhoHoldsTheirLeases) {
  spawn({.behaviour = Behaviour::NeverUnlocks, .lock = "/a"});
  ASSERT_TRUE(becomes(LockerState::Holding, 1));
  const auto said = [this] {
    const auto lease = witness().lease(lockers_->threads().front().lease);
    return lease != nullptr ? identityText(lease->identity.get()) : "no lease";
  };
  EXPECT_TRUE(eventually([&] { return said() != "unknown" && said() != "no lease"; })) << said();
  EXPECT_NE(said().find(fmt::format("pid {}, thread {}", getpid(), lockers_->threads().front().osThread)),
            std::string::npos)
      << said();
}

TEST_F(LockersTest, LeakedSessionLeavesALiveThreadAndARenewedLease) {
  spawn({.behaviour = Behaviour::LeakSession,
         .lock = "/a",
         .ttl = absl::Seconds(1),
         .work = absl::Milliseconds(10)});
  ASSERT_TRUE(becomes(LockerState::Leaked, 1));
  absl::SleepFor(absl::Seconds(2));
  EXPECT_EQ(leases(), 1) << "renewed beyond its TTL";
  const auto threads = lockers_->threads();
  ASSERT_EQ(threads.size(), 2);
  EXPECT_EQ(threads[0].osThread, 0) << "the locker itself has ended";
  EXPECT_EQ(threads[1].role, LockerThread::Role::KeepAlive);
  EXPECT_GT(threads[1].osThread, 0);
  EXPECT_EQ(*countThreadsNamed(getpid(), etcd::kSessionThreadName), 1);
  lockers_->stop(threads[0].locker, Leftovers::CleanUp);
  EXPECT_EQ(leases(), 0);
  EXPECT_EQ(*countThreadsNamed(getpid(), etcd::kSessionThreadName), 0);
}

TEST_F(LockersTest, NeverUnlocksHoldsWhileTheOthersWait) {
  spawn({.behaviour = Behaviour::NeverUnlocks, .lock = "/a", .count = 3});
  EXPECT_TRUE(becomes(LockerState::Holding, 1));
  EXPECT_TRUE(becomes(LockerState::Waiting, 2));
}

TEST_F(LockersTest, CrashedHolderKeepsItsKeyUntilTheTtlIsOver) {
  spawn(
      {.behaviour = Behaviour::Crash, .lock = "/a", .ttl = absl::Seconds(2), .work = absl::Milliseconds(10)});
  ASSERT_TRUE(becomes(LockerState::Lost, 1));
  EXPECT_EQ(leases(), 1);
  EXPECT_TRUE(eventually([&] { return leases() == 0; }));
}

TEST_F(LockersTest, GivesUpAfterItsTimeLimitWithoutAKey) {
  spawn({.behaviour = Behaviour::NeverUnlocks, .lock = "/a"});
  ASSERT_TRUE(becomes(LockerState::Holding, 1));
  spawn({.behaviour = Behaviour::GivesUp, .lock = "/a", .lockTimeout = absl::Milliseconds(200)});
  EXPECT_TRUE(becomes(LockerState::Released, 1));
  EXPECT_TRUE(eventually([&] {
    return std::ranges::any_of(lockers_->threads(), [](const auto& one) { return !one.problem.empty(); });
  }));
}

TEST_F(LockersTest, DeadlockedPairWaitsForEachOther) {
  spawn({.behaviour = Behaviour::Deadlock, .lock = "/a"});
  ASSERT_TRUE(eventually([&] {
    const auto one = witness().lock("/a");
    const auto other = witness().lock("/a-b");
    return one && other && one->queue.size() == 2 && other->queue.size() == 2;
  }));
  const auto one = witness().lock("/a");
  const auto other = witness().lock("/a-b");
  EXPECT_EQ(one->queue[0]->lease, other->queue[1]->lease);
  EXPECT_EQ(one->queue[1]->lease, other->queue[0]->lease);
}

TEST_F(LockersTest, LeavesTheLeakWhenAskedTo) {
  spawn({.behaviour = Behaviour::NeverUnlocks, .lock = "/a", .ttl = absl::Seconds(2)});
  ASSERT_TRUE(becomes(LockerState::Holding, 1));
  lockers_->stopAll(Leftovers::Leave);
  EXPECT_TRUE(lockers_->threads().empty());
  EXPECT_EQ(leases(), 1);
  EXPECT_TRUE(eventually([&] { return leases() == 0; })) << "nobody renews it any more";
}

TEST_F(LockersTest, ThreadsCarryNamesAndOsIds) {
  spawn({.behaviour = Behaviour::NeverUnlocks, .lock = "/a"});
  ASSERT_TRUE(becomes(LockerState::Holding, 1));
  for (const LockerThread& thread : lockers_->threads()) EXPECT_GT(thread.osThread, 0) << thread.name;
  // A new thread has its creator's name until it takes its own.
  EXPECT_TRUE(eventually([] { return *countThreadsNamed(getpid(), "locker-1") == 1; }));
}

TEST_F(LockersTest, RefusesWhatMakesNoSense) {
  EXPECT_TRUE(absl::IsInvalidArgument(lockers_->spawn({.lock = ""})));
  EXPECT_TRUE(absl::IsInvalidArgument(lockers_->spawn({.lock = "a\tb"})));
  EXPECT_TRUE(absl::IsInvalidArgument(lockers_->spawn({.lock = "/a", .count = 0})));
  EXPECT_TRUE(absl::IsInvalidArgument(lockers_->spawn({.lock = "/a", .ttl = absl::ZeroDuration()})));
  EXPECT_TRUE(lockers_->threads().empty());
}

TEST_F(LockersTest, SaysWhyALockerCantGoOn) {
  server().stop();
  spawn({.behaviour = Behaviour::NeverUnlocks, .lock = "/a"});
  EXPECT_TRUE(eventually([&] { return !lockers_->threads().front().problem.empty(); }));
}

}  // namespace
}  // namespace leasescope
