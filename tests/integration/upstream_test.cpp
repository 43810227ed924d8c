#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "core/actions/actions.h"
#include "core/etcd/mutex.h"
#include "core/etcd/watch_stream.h"
#include "fmt/format.h"
#include "tests/support/cluster_witness.h"
#include "tests/support/etcd_cluster.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/tcp_proxy.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

constexpr absl::Duration kLong = absl::Seconds(10);

/// What etcd's own tests ask of a client, under the names that they have there; one member.
class UpstreamTest : public EtcdTest {
 protected:
  std::unique_ptr<etcd::Mutex> locked(etcd::Session& session, const std::string& name) const {
    auto mutex = std::make_unique<etcd::Mutex>(session, name);
    EXPECT_TRUE(mutex->lock(kLong).ok());
    return mutex;
  }
  /// Waits for a lock on a thread of its own.
  struct Waiter {
    Waiter(etcd::Session& session, const std::string& name)
        : mutex(session, name), thread([this](const std::stop_token& stop) {
            status = mutex.lock(kLong, stop);
            done = true;
          }) {}
    etcd::Mutex mutex;
    absl::Status status;
    std::atomic<bool> done = false;
    std::jthread thread;
  };
  bool queued(const std::string& lock, std::size_t contenders) {
    return eventually([&] {
      const auto seen = witness().lock(lock);
      return seen != nullptr && seen->queue.size() == contenders;
    });
  }
};

TEST_F(UpstreamTest, TestLeaseNotFoundError) {
  constexpr LeaseId kNobodys = 0x5ca1ab1e;
  EXPECT_TRUE(absl::IsNotFound(client()->put({.key = "/a", .lease = kNobodys}).status()));
  EXPECT_TRUE(absl::IsNotFound(client()->revokeLease(kNobodys).status()));
  EXPECT_FALSE(client()->leaseTtl(kNobodys, false)->found);
}

TEST_F(UpstreamTest, TestLeaseKeepAliveTTLTimeout) {
  TcpProxy proxy(endpoint());
  const auto client = *etcd::Client::create({.endpoints = {proxy.endpoint()}});
  const auto keepAlive = std::make_shared<etcd::KeepAlive>(client);
  const auto session = *etcd::Session::open(client, keepAlive, absl::Seconds(2));
  ASSERT_TRUE(eventually([&] { return session->renewalCount() > 0; }));
  const absl::Time cutOff = absl::Now();
  proxy.blackHole();
  EXPECT_TRUE(eventually([&] { return session->lost(); }));
  EXPECT_LT(absl::Now() - cutOff, absl::Seconds(4)) << "given up when its TTL is over";
}

TEST_F(UpstreamTest, TestLeaseRevokeDuringRenew) {
  for (int i = 0; i < 6; ++i) {
    const auto session = openSession(absl::Seconds(1));
    absl::SleepFor(absl::Milliseconds(330 + i));  // about when it is renewed
    ASSERT_TRUE(client()->revokeLease(session->lease()).ok());
    EXPECT_TRUE(eventually([&] { return session->lost(); }, absl::Seconds(3))) << i;
  }
}

TEST_F(UpstreamTest, TestV3LeaseSwitch) {
  const auto one = openSession();
  const auto other = openSession();
  ASSERT_TRUE(client()->put({.key = "/switched", .lease = one->lease()}).ok());
  ASSERT_TRUE(client()->put({.key = "/switched", .lease = other->lease()}).ok());
  ASSERT_TRUE(one->close().ok());
  ASSERT_TRUE(eventually([&] { return witness().keys().contains("/switched"); }));
  ASSERT_TRUE(eventually([&] { return witness().lease(one->lease()) == nullptr; }));
  EXPECT_EQ(*witness().lease(other->lease())->keys, std::vector<std::string>{"/switched"});
}

TEST_F(UpstreamTest, TestMutexLockSingleNode) {
  const auto one = openSession();
  const auto other = openSession();
  const auto held = locked(*one, "/a");
  Waiter waiter(*other, "/a");
  ASSERT_TRUE(queued("/a", 2));
  EXPECT_FALSE(waiter.done);
  ASSERT_TRUE(held->unlock().ok());
  ASSERT_TRUE(eventually([&] { return waiter.done.load(); }));
  EXPECT_TRUE(waiter.status.ok()) << waiter.status;
}

TEST_F(UpstreamTest, TestMutexTryLockSingleNode) {
  const auto one = openSession();
  const auto other = openSession();
  const auto held = locked(*one, "/a");
  etcd::Mutex second(*other, "/a");
  EXPECT_FALSE(*second.tryLock());
  ASSERT_TRUE(held->unlock().ok());
  EXPECT_TRUE(*second.tryLock());
}

TEST_F(UpstreamTest, TestMutexUnlock) {
  const auto session = openSession();
  const auto held = locked(*session, "/a");
  EXPECT_TRUE(*held->isOwner());
  ASSERT_TRUE(held->unlock().ok());
  EXPECT_FALSE(*held->isOwner());
  EXPECT_TRUE(held->unlock().ok()) << "once more does no harm";
}

TEST_F(UpstreamTest, TestMutexWaitsOnCurrentHolder) {
  const auto first = openSession();
  const auto second = openSession();
  const auto third = openSession();
  const auto held = locked(*first, "/a");
  Waiter gone(*second, "/a");
  ASSERT_TRUE(queued("/a", 2));
  Waiter waiter(*third, "/a");
  ASSERT_TRUE(queued("/a", 3));
  ASSERT_TRUE(client()->revokeLease(second->lease()).ok());
  ASSERT_TRUE(queued("/a", 2));
  ASSERT_TRUE(eventually([&] { return gone.done.load(); }));
  EXPECT_FALSE(gone.status.ok());
  EXPECT_FALSE(waiter.done) << "the one it waited for is gone, the holder is not";
  ASSERT_TRUE(held->unlock().ok());
  ASSERT_TRUE(eventually([&] { return waiter.done.load(); }));
  EXPECT_TRUE(waiter.status.ok()) << waiter.status;
}

TEST_F(UpstreamTest, TestMutexLockSessionExpired) {
  const auto one = openSession();
  const auto other = openSession();
  const auto held = locked(*one, "/a");
  Waiter waiter(*other, "/a");
  ASSERT_TRUE(queued("/a", 2));
  ASSERT_TRUE(client()->revokeLease(other->lease()).ok());
  ASSERT_TRUE(held->unlock().ok());
  ASSERT_TRUE(eventually([&] { return waiter.done.load(); }));
  EXPECT_TRUE(absl::IsAborted(waiter.status)) << "it must not believe itself owner: " << waiter.status;
}

TEST_F(UpstreamTest, TestElectionOnPrefixOfExistingKey) {
  ASSERT_TRUE(client()->put({.key = "testa", .value = "value"}).ok());
  const auto session = openSession();
  etcd::Mutex mutex(*session, "test");
  EXPECT_TRUE(*mutex.tryLock()) << "testa does not stand below test/";
}

TEST_F(UpstreamTest, TestKVPutAtMostOnce) {
  TcpProxy proxy(endpoint());
  const auto client =
      *etcd::Client::create({.endpoints = {proxy.endpoint()}, .commandTimeout = absl::Seconds(1)});
  int sure = 0;
  constexpr int kPuts = 40;
  std::atomic<bool> over = false;
  std::jthread breaker([&] {
    while (!over) {
      proxy.cut();
      std::this_thread::sleep_for(std::chrono::milliseconds(7));
    }
  });
  for (int i = 0; i < kPuts; ++i) sure += client->put({.key = "/once"}).ok() ? 1 : 0;
  over = true;
  breaker.join();
  const auto now = connect()->range({.range = etcd::KeyRange::single("/once")});
  ASSERT_TRUE(now.ok());
  const std::int64_t version = now->kvs.empty() ? 0 : now->kvs.front().version;
  EXPECT_GE(version, sure);
  EXPECT_LE(version, kPuts) << "none was sent twice";
}

TEST_F(UpstreamTest, TestV3NoEventsLostOnCompact) {
  for (int i = 0; i < 300; ++i) {
    const auto put = client()->put({.key = fmt::format("/busy/{}/1f", i % 7), .value = fmt::format("{}", i)});
    ASSERT_TRUE(put.ok());
    if (i % 20 == 19) {
      ASSERT_TRUE(client()->compact(put->revision).ok());
    }
  }
  EXPECT_EQ(witness().differenceTo(etcdctl()), "");
  EXPECT_EQ(witness().epoch(), 1) << "a watch in step loses nothing to a compaction";
}

TEST_F(UpstreamTest, TestV3AuthWatchErrorAndWatchId0) {
  ASSERT_TRUE(etcdctl().enableAuth(Etcdctl::annMayRead("/jobs/")).ok());
  const auto ann = *etcd::Client::create({.endpoints = {endpoint()}, .user = "ann", .password = "pw"});
  ASSERT_TRUE(ann->range({.range = etcd::KeyRange::prefix("/jobs/")}).ok());  // has a token now
  std::mutex mutex;
  std::optional<etcd::WatchEnd> end;
  {
    const etcd::WatchStream stream(*ann,
                                   {{.range = etcd::KeyRange::prefix("/jobs/"), .start = 1},
                                    {.range = etcd::KeyRange::prefix("/orders/"), .start = 1}},
                                   {.onReady = {},
                                    .onBatch = [](const etcd::WatchBatch&) {},
                                    .onEnd =
                                        [&](etcd::WatchEnd why) {
                                          const std::lock_guard lock(mutex);
                                          end = std::move(why);
                                        }});
    EXPECT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex);
      return end.has_value();
    }));
  }
  ASSERT_TRUE(end.has_value());
  EXPECT_TRUE(absl::IsPermissionDenied(end->status)) << end->status;
  EXPECT_EQ(end->target, std::size_t{1});
  ASSERT_TRUE(etcdctl().disableAuth().ok());
  witness().monitor().refresh();
  ASSERT_TRUE(witness().waitUntilLive());
}

TEST_F(UpstreamTest, TestV3AuthWithLeaseRevoke) {
  const TemporaryFolder folder;
  const LeaseId lease = client()->grantLease(absl::Seconds(60))->id;
  ASSERT_TRUE(client()->put({.key = "/secret/a", .lease = lease}).ok());
  ASSERT_TRUE(etcdctl().enableAuth({{"user", "add", "ann:pw"}}).ok());
  const auto ann = *etcd::Client::create({.endpoints = {endpoint()}, .user = "ann", .password = "pw"});
  const Actions actions(ann, "ann", AuditLog(folder.file("audit.jsonl")));
  EXPECT_TRUE(absl::IsPermissionDenied(actions.previewRevoke(lease).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(ann->revokeLease(lease).status()));
  ASSERT_TRUE(etcdctl().disableAuth().ok());
  EXPECT_TRUE(client()->leaseTtl(lease, false)->found);
  witness().monitor().refresh();
  ASSERT_TRUE(witness().waitUntilLive());
}

/// What hangs on a lease is told only to those who may read every one of its keys.
TEST_F(UpstreamTest, TestAuthLeaseTimeToLive) {
  const TemporaryFolder folder;
  const LeaseId open = client()->grantLease(absl::Seconds(60))->id;
  const LeaseId secret = client()->grantLease(absl::Seconds(60))->id;
  ASSERT_TRUE(client()->put({.key = "/open/a", .lease = open}).ok());
  ASSERT_TRUE(client()->put({.key = "/open/b", .lease = secret}).ok());
  ASSERT_TRUE(client()->put({.key = "/secret/b", .lease = secret}).ok());
  ASSERT_TRUE(etcdctl().enableAuth(Etcdctl::annMayRead("/open/")).ok());
  const auto ann = *etcd::Client::create({.endpoints = {endpoint()}, .user = "ann", .password = "pw"});
  const Actions actions(ann, "ann", AuditLog(folder.file("audit.jsonl")));
  EXPECT_TRUE(actions.previewRevoke(open).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(actions.previewRevoke(secret).status()));
  ASSERT_TRUE(etcdctl().disableAuth().ok());
  witness().monitor().refresh();
  ASSERT_TRUE(witness().waitUntilLive());
}

/// The same with three members.
class UpstreamClusterTest : public ::testing::Test {
 protected:
  std::unique_ptr<etcd::Session> open(absl::Duration ttl) {
    return *etcd::Session::open(client_, keepAlive_, ttl);
  }
  bool renewedAgain(const etcd::Session& session) {
    const std::int64_t before = session.renewalCount();
    return eventually([&] { return session.renewalCount() > before + 1; }, absl::Seconds(20));
  }

  EtcdCluster cluster_;
  std::shared_ptr<etcd::Client> client_ = *etcd::Client::create({.endpoints = cluster_.endpoints(),
                                                                 .dialTimeout = absl::Milliseconds(500),
                                                                 .commandTimeout = absl::Seconds(2)});
  std::shared_ptr<etcd::KeepAlive> keepAlive_ = std::make_shared<etcd::KeepAlive>(client_);
};

TEST_F(UpstreamClusterTest, TestLeaseKeepAliveHandleFailure) {
  const auto session = open(absl::Seconds(6));
  ASSERT_TRUE(renewedAgain(*session));
  cluster_.kill(0);  // the member that is asked
  EXPECT_TRUE(renewedAgain(*session));
  EXPECT_FALSE(session->lost());
}

TEST_F(UpstreamClusterTest, TestLeaseRenewLostQuorum) {
  const auto session = open(absl::Seconds(12));
  cluster_.pause(1);
  cluster_.pause(2);
  absl::SleepFor(absl::Seconds(5));
  cluster_.resume(1);
  cluster_.resume(2);
  EXPECT_TRUE(renewedAgain(*session));
  EXPECT_FALSE(session->lost());
  EXPECT_TRUE(eventually([&] {
    const auto ttl = client_->leaseTtl(session->lease(), false);
    return ttl.ok() && ttl->found;
  }));
}

TEST_F(UpstreamClusterTest, TestV3LeaseFailover) {
  const LeaseId lease = client_->grantLease(absl::Seconds(5))->id;
  cluster_.kill(cluster_.leader());
  EXPECT_TRUE(eventually(
      [&] {
        const auto ttl = client_->leaseTtl(lease, false);
        return ttl.ok() && !ttl->found;
      },
      absl::Seconds(25)))
      << "a new leader lets it expire";
}

TEST_F(UpstreamClusterTest, TestV3LeaseTimeToLiveWithLeaderChanged) {
  const LeaseId lease = client_->grantLease(absl::Seconds(60))->id;
  cluster_.kill(cluster_.leader());
  EXPECT_TRUE(eventually([&] {
    const auto ttl = client_->leaseTtl(lease, false);
    return ttl.ok() && ttl->found && ttl->remaining > absl::Seconds(30);
  }));
}

TEST_F(UpstreamClusterTest, TestMutexLockMultiNode) {
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<int> acquired = 0;
  std::vector<std::jthread> lockers;
  lockers.reserve(5);
  for (int i = 0; i < 5; ++i) {
    lockers.emplace_back([&, i] {
      const auto own = *etcd::Client::create({.endpoints = {cluster_.endpoint(i % cluster_.size())}});
      const auto keepAlive = std::make_shared<etcd::KeepAlive>(own);
      const auto session = *etcd::Session::open(own, keepAlive, absl::Seconds(10));
      for (int round = 0; round < 10; ++round) {
        etcd::Mutex mutex(*session, "/multi");
        if (!mutex.lock(absl::Seconds(30)).ok()) return;
        most = std::max(most.load(), ++inside);
        ++acquired;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        --inside;
        if (!mutex.unlock().ok()) return;
      }
    });
  }
  lockers.clear();
  EXPECT_EQ(acquired, 50);
  EXPECT_EQ(most, 1);
}

TEST(UpstreamSnapshotTest, TestV3WatchRestoreSnapshotUnsync) {
  EtcdCluster cluster({.arguments = {"--snapshot-count=100"}});
  ClusterWitness seen(cluster.endpoint(2));
  ASSERT_TRUE(seen.waitUntilLive());
  cluster.pause(2);
  const auto direct = *etcd::Client::create({.endpoints = {cluster.endpoint(0), cluster.endpoint(1)}});
  ASSERT_TRUE(eventually([&] { return direct->put({.key = "/behind/0"}).ok(); }));
  // More than a leader keeps for those who lag behind (etcd: etcdserver DefaultSnapshotCatchUpEntries,
  // 5,000), so that the member is sent a snapshot.
  constexpr int kWriters = 8;
  constexpr int kEach = 800;
  {
    std::vector<std::jthread> writers;
    writers.reserve(kWriters);
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&, writer] {
        for (int i = 0; i < kEach; ++i) direct->put({.key = fmt::format("/behind/{}", writer)}).IgnoreError();
      });
    }
  }
  ASSERT_TRUE(direct->put({.key = "/end"}).ok());
  cluster.resume(2);
  EXPECT_TRUE(eventually([&] { return seen.keys().contains("/end"); }, absl::Seconds(40)));
  EXPECT_EQ(seen.differenceTo(cluster.etcdctl(2)), "");
}

}  // namespace
}  // namespace leasescope
