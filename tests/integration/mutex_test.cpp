#include "core/etcd/mutex.h"

#include <thread>

#include <gtest/gtest.h>

#include "core/playground/subprocess.h"
#include "fmt/format.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(300);
constexpr absl::Duration kLong = absl::Seconds(10);

class MutexTest : public EtcdTest {
 protected:
  std::size_t keysBelow(const std::string& prefix) const {
    return client()->range({.range = etcd::KeyRange::prefix(prefix), .keysOnly = true})->kvs.size();
  }
};

TEST_F(MutexTest, LockSingleNode) {
  const auto one = openSession();
  const auto other = openSession();
  etcd::Mutex first(*one, "/lock");
  etcd::Mutex second(*other, "/lock");
  ASSERT_TRUE(first.lock(kLong).ok());
  EXPECT_TRUE(*first.isOwner());
  EXPECT_EQ(first.key(), "/lock/" + etcd::leaseHex(one->lease()));
  EXPECT_TRUE(absl::IsDeadlineExceeded(second.lock(kShort)));
  EXPECT_EQ(keysBelow("/lock/"), 1) << "a waiter that gives up takes its key away";
  EXPECT_TRUE(first.unlock().ok());
  EXPECT_TRUE(second.lock(kLong).ok());
  EXPECT_GT(second.fencingToken(), first.fencingToken());
}

TEST_F(MutexTest, TryLockSingleNode) {
  const auto one = openSession();
  const auto other = openSession();
  etcd::Mutex first(*one, "/lock");
  etcd::Mutex second(*other, "/lock");
  EXPECT_TRUE(*first.tryLock());
  EXPECT_FALSE(*second.tryLock());
  EXPECT_EQ(keysBelow("/lock/"), 1);
  EXPECT_TRUE(first.unlock().ok());
  EXPECT_TRUE(*second.tryLock());
}

TEST_F(MutexTest, SessionRelock) {
  const auto session = openSession();
  etcd::Mutex first(*session, "/lock");
  etcd::Mutex again(*session, "/lock");
  ASSERT_TRUE(first.lock(kLong).ok());
  ASSERT_TRUE(again.lock(kLong).ok());
  EXPECT_EQ(first.fencingToken(), again.fencingToken());
  EXPECT_EQ(keysBelow("/lock/"), 1);
}

TEST_F(MutexTest, WaitsOnCurrentHolder) {
  const auto holder = openSession();
  const auto waiter = openSession();
  etcd::Mutex held(*holder, "/lock");
  etcd::Mutex wanted(*waiter, "/lock");
  ASSERT_TRUE(held.lock(kLong).ok());
  absl::Status waited;
  std::jthread thread([&] { waited = wanted.lock(kLong); });
  EXPECT_TRUE(eventually([&] { return keysBelow("/lock/") == 2; }));
  EXPECT_TRUE(held.unlock().ok());
  thread.join();
  EXPECT_TRUE(waited.ok()) << waited;
  EXPECT_TRUE(*wanted.isOwner());
}

TEST_F(MutexTest, LockIsHandedOverInTheOrderOfTheQueue) {
  const auto holder = openSession();
  etcd::Mutex held(*holder, "/lock");
  ASSERT_TRUE(held.lock(kLong).ok());
  std::mutex mutex;
  std::vector<Revision> order;
  std::vector<std::jthread> threads;
  threads.reserve(5);
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] {
      const auto session = openSession();
      etcd::Mutex one(*session, "/lock");
      ASSERT_TRUE(one.lock(kLong).ok());
      {
        const std::lock_guard lock(mutex);
        order.push_back(one.fencingToken());
      }
      EXPECT_TRUE(one.unlock().ok());
    });
  }
  EXPECT_TRUE(eventually([&] { return keysBelow("/lock/") == 6; }));
  EXPECT_TRUE(held.unlock().ok());
  for (std::jthread& thread : threads) thread.join();
  EXPECT_EQ(order.size(), 5);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST_F(MutexTest, LockSessionExpired) {
  const auto holder = openSession();
  const auto waiter = openSession();
  etcd::Mutex held(*holder, "/lock");
  etcd::Mutex wanted(*waiter, "/lock");
  ASSERT_TRUE(held.lock(kLong).ok());
  absl::Status waited;
  std::jthread thread([&] { waited = wanted.lock(kLong); });
  EXPECT_TRUE(eventually([&] { return keysBelow("/lock/") == 2; }));
  EXPECT_TRUE(client()->revokeLease(waiter->lease()).ok());
  EXPECT_TRUE(held.unlock().ok());
  thread.join();
  EXPECT_TRUE(absl::IsAborted(waited)) << "a revoked waiter must not believe itself owner: " << waited;
}

TEST_F(MutexTest, UnlockRemovesTheKeyAndKeepsTheLease) {
  const auto session = openSession();
  etcd::Mutex mutex(*session, "/lock");
  ASSERT_TRUE(mutex.lock(kLong).ok());
  EXPECT_TRUE(mutex.unlock().ok());
  EXPECT_FALSE(*mutex.isOwner());
  EXPECT_EQ(keysBelow("/lock/"), 0);
  EXPECT_TRUE(client()->leaseTtl(session->lease(), false)->found);
}

TEST_F(MutexTest, StopEndsWaitingAtOnceAndLeavesNoKey) {
  const auto holder = openSession();
  const auto waiter = openSession();
  etcd::Mutex held(*holder, "/lock");
  etcd::Mutex wanted(*waiter, "/lock");
  ASSERT_TRUE(held.lock(kLong).ok());
  std::stop_source stop;
  absl::Status waited;
  std::jthread thread([&] { waited = wanted.lock(kLong, stop.get_token()); });
  EXPECT_TRUE(eventually([&] { return keysBelow("/lock/") == 2; }));
  stop.request_stop();
  thread.join();
  EXPECT_TRUE(absl::IsCancelled(waited)) << waited;
  EXPECT_EQ(keysBelow("/lock/"), 1);
}

TEST_F(MutexTest, ATimeLimitInThePastDoesNotWait) {
  const auto holding = openSession();
  const auto waiting = openSession();
  ASSERT_TRUE(etcd::Mutex(*holding, "/lock").lock(kLong).ok());
  for (const absl::Duration timeout : {absl::ZeroDuration(), -absl::Seconds(1), -absl::InfiniteDuration()}) {
    EXPECT_TRUE(absl::IsDeadlineExceeded(etcd::Mutex(*waiting, "/lock").lock(timeout))) << timeout;
  }
}

TEST_F(MutexTest, QueuesBehindTheKeysOfANestedLock) {
  const auto inner = openSession();
  const auto outer = openSession();
  etcd::Mutex nested(*inner, "/a/b");
  etcd::Mutex above(*outer, "/a");
  ASSERT_TRUE(nested.lock(kLong).ok());
  EXPECT_FALSE(*above.tryLock());
  EXPECT_TRUE(nested.unlock().ok());
  EXPECT_TRUE(*above.tryLock());
}

TEST_F(MutexTest, RefusesNamesThatNobodyCouldReadLater) {
  const auto session = openSession();
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_TRUE(absl::IsInvalidArgument(etcd::Mutex(*session, name).lock(kShort)));
  }
  EXPECT_EQ(keysBelow(""), 0);
}

TEST_F(MutexTest, WaitsForAnEtcdctlLock) {
  const auto command = *etcdctl().command({"lock", "/lock"});
  std::mutex mutex;
  std::string key;
  const auto process = Subprocess::start(
      {.command = command, .environment = {"ETCDCTL_API=3"}, .onLine = [&](std::string_view line) {
         const std::lock_guard lock(mutex);
         if (key.empty()) key = line;
       }});
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return !key.empty();
  }));
  const auto session = openSession();
  etcd::Mutex wanted(*session, "/lock");
  EXPECT_FALSE(*wanted.tryLock());
  EXPECT_TRUE(absl::IsDeadlineExceeded(wanted.lock(kShort)));
  (*process)->terminate(absl::Seconds(5));
  EXPECT_TRUE(wanted.lock(absl::Seconds(15)).ok());
}

TEST_F(MutexTest, EtcdctlWaitsForOurLock) {
  const auto session = openSession();
  etcd::Mutex held(*session, "/lock");
  ASSERT_TRUE(held.lock(kLong).ok());
  std::atomic<bool> locked = false;
  const auto process = Subprocess::start({.command = *etcdctl().command({"lock", "/lock"}),
                                          .environment = {"ETCDCTL_API=3"},
                                          .onLine = [&](std::string_view) { locked = true; }});
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_TRUE(eventually([&] { return keysBelow("/lock/") == 2; }));
  absl::SleepFor(kShort);
  EXPECT_FALSE(locked);
  EXPECT_TRUE(held.unlock().ok());
  EXPECT_TRUE(eventually([&] { return locked.load(); }));
  (*process)->terminate(absl::Seconds(5));
  EXPECT_TRUE(eventually([&] { return keysBelow("/lock/") == 0; }, absl::Seconds(15)));
}

}  // namespace
}  // namespace leasescope
