#include <atomic>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "core/actions/actions.h"
#include "core/monitor/key_lister.h"
#include "core/monitor/watched_ranges.h"
#include "core/playground/playground.h"
#include "fmt/format.h"
#include "tests/support/etcd_cluster.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/faulty_etcd.h"
#include "tests/support/tcp_proxy.h"

namespace leasescope {
namespace {

namespace pb = etcdserverpb;
using Type = Happening::Type;
using State = Health::State;

/// What goes wrong between etcd and the picture, by the numbers of the fault catalogue. After each test the
/// picture equals the cluster.
class WatchFaultTest : public EtcdTest {
 protected:
  std::string contend(const std::string& lock) const {
    const LeaseId lease = client()->grantLease(absl::Seconds(60))->id;
    std::string key = lock + "/" + etcd::leaseHex(lease);
    EXPECT_TRUE(client()->put({.key = key, .lease = lease}).ok());
    return key;
  }
  void remove(const std::string& key) const {
    ASSERT_TRUE(client()->remove(etcd::KeyRange::single(key)).ok());
  }
  static bool sees(const ClusterWitness& seen, const std::string& lock) {
    return eventually([&] { return seen.lock(lock) != nullptr; });
  }
  void compactAll() const {
    const Revision newest = client()->range({.range = etcd::KeyRange::single("/")})->header.revision;
    ASSERT_TRUE(client()->compact(newest).ok());
  }
};

TEST_F(WatchFaultTest, F1_TestWatchResumeCompacted_MeansANewListAndTheGapIsShown) {
  TcpProxy proxy(endpoint());
  ClusterWitness seen(proxy.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  const std::string before = contend("/before");
  ASSERT_TRUE(sees(seen, "/before"));
  const std::uint64_t epoch = seen.epoch();
  proxy.refuse();
  ASSERT_TRUE(eventually([&] { return seen.health().state == State::Stale; }));
  remove(before);
  contend("/while-away");
  compactAll();
  proxy.pass();
  ASSERT_TRUE(eventually([&] { return seen.epoch() > epoch; }));
  ASSERT_TRUE(seen.waitUntilLive());
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
  EXPECT_EQ(seen.count(Type::Resynced, ""), 2);
  EXPECT_EQ(seen.count(Type::Acquired, "/while-away"), 0) << "it was not seen to happen";
  EXPECT_TRUE(seen.noticed("listed anew")) << "the gap must be told";
}

TEST_F(WatchFaultTest, F1_TestWatchResumeAfterDisconnect_LosesAndDoublesNothing) {
  TcpProxy proxy(endpoint());
  ClusterWitness seen(proxy.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  const std::uint64_t epoch = seen.epoch();
  proxy.refuse();
  ASSERT_TRUE(eventually([&] { return seen.health().state == State::Stale; }));
  for (int i = 0; i < 50; ++i) remove(contend(fmt::format("/quick/{}", i)));
  contend("/stays");
  proxy.pass();
  ASSERT_TRUE(sees(seen, "/stays"));
  EXPECT_EQ(seen.epoch(), epoch);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(seen.count(Type::Acquired, fmt::format("/quick/{}", i)), 1) << i;
    EXPECT_EQ(seen.count(Type::Released, fmt::format("/quick/{}", i)), 1) << i;
  }
  EXPECT_FALSE(seen.lock("/stays")->heldSince.exact) << "it was taken while nobody watched";
  contend("/later");
  ASSERT_TRUE(sees(seen, "/later"));
  EXPECT_TRUE(seen.lock("/later")->heldSince.exact);
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F2_ACompactionBetweenPagesBeginsTheListAgain) {
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(client()->put({.key = fmt::format("/page/{:02}", i)}).ok());
  FaultyEtcd faulty(endpoint());
  std::atomic<int> pages = 0;
  faulty.use({.range = [&](const pb::RangeRequest&, pb::RangeResponse&) {
    if (++pages == 2) {
      EXPECT_TRUE(client()->put({.key = "/page/99"}).ok());
      compactAll();
    }
    return grpc::Status::OK;
  }});
  const auto through = *etcd::Client::create({.endpoints = {faulty.endpoint()}});
  const auto listing = listKeys(*through, watchedRanges({"/page/"}), {.pageSize = 10});
  ASSERT_TRUE(listing.ok()) << listing.status();
  EXPECT_EQ(listing->keys.size(), 31) << "all of one revision, none of the list that was given up";
  EXPECT_GE(pages, 5);
}

TEST_F(WatchFaultTest, F3_AWatchThatIsCreatedAndCanceledAtOnceIsAFailure) {
  FaultyEtcd faulty(endpoint());
  std::atomic<int> refusals = 2;
  faulty.use({.watch = [&](const pb::WatchResponse& response) {
    pb::WatchResponse changed = response;
    if (response.created() && refusals-- > 0) changed.set_canceled(true);
    return std::vector{changed};
  }});
  ClusterWitness seen(faulty.endpoint());
  EXPECT_TRUE(eventually([&] { return !seen.health().reason.empty(); })) << "a quiet stream would look live";
  ASSERT_TRUE(seen.waitUntilLive());
  contend("/later");
  EXPECT_TRUE(sees(seen, "/later"));
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F4_AWatchThatEndsWithoutAReasonIsShownAndListedAnew) {
  FaultyEtcd faulty(endpoint());
  std::atomic<bool> cancel = true;
  faulty.use({.watch = [&](const pb::WatchResponse& response) {
    if (response.events_size() == 0 || !cancel.exchange(false)) return std::vector{response};
    pb::WatchResponse canceled;
    canceled.set_watch_id(response.watch_id());
    canceled.set_canceled(true);
    return std::vector{canceled};
  }});
  ClusterWitness seen(faulty.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  const std::uint64_t epoch = seen.epoch();
  contend("/swallowed");
  ASSERT_TRUE(sees(seen, "/swallowed"));
  EXPECT_GT(seen.epoch(), epoch);
  EXPECT_TRUE(seen.noticed("the server ended the watch: no reason given"));
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F5_ARefusalIsSaidAndNotAskedForAgainAndAgain) {
  ASSERT_TRUE(etcdctl().enableAuth({{"user", "add", "ann:pw"}}).ok());
  TcpProxy proxy(endpoint());
  ClusterWitness ann(
      etcd::ConnectionOptions{.endpoints = {proxy.endpoint()}, .user = "ann", .password = "pw"});
  ASSERT_TRUE(eventually([&] { return ann.health().state == State::Denied; }));
  EXPECT_NE(ann.health().reason.find("may not read all keys"), std::string::npos) << ann.health().reason;
  const std::int64_t asked = proxy.bytesFromClients();
  absl::SleepFor(absl::Seconds(2));
  EXPECT_LT(proxy.bytesFromClients() - asked, 500) << "one ping perhaps, but no calls";
  EXPECT_TRUE(ann.health().retryAt.has_value());
  ASSERT_TRUE(etcdctl().disableAuth().ok());
}

TEST_F(WatchFaultTest, F5_APermissionThatIsGivenLaterIsNoticed) {
  ASSERT_TRUE(
      etcdctl()
          .enableAuth(
              {{"user", "add", "ann:pw"}, {"role", "add", "all"}, {"user", "grant-role", "ann", "all"}})
          .ok());
  ClusterWitness ann(etcd::ConnectionOptions{.endpoints = {endpoint()}, .user = "ann", .password = "pw"},
                     {.deniedRetry = absl::Milliseconds(500)});
  ASSERT_TRUE(eventually([&] { return ann.health().state == State::Denied; }));
  ASSERT_TRUE(
      etcdctl()
          .run({"--user", "root:secret", "role", "grant-permission", "all", "--prefix=true", "readwrite", ""})
          .ok());
  EXPECT_TRUE(ann.waitUntilLive());
  ASSERT_TRUE(etcdctl().disableAuth().ok());
}

TEST_F(WatchFaultTest, F6_EventsThatComeTwiceAreDroppedAndCounted) {
  FaultyEtcd faulty(endpoint());
  // "created" twice would be the answer to a second watch.
  faulty.use({.watch = [](const pb::WatchResponse& response) {
    return response.created() ? std::vector{response} : std::vector{response, response};
  }});
  ClusterWitness seen(faulty.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  for (int i = 0; i < 20; ++i) remove(contend(fmt::format("/twice/{}", i)));
  contend("/end");
  ASSERT_TRUE(sees(seen, "/end"));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(seen.count(Type::Acquired, fmt::format("/twice/{}", i)), 1) << i;
  EXPECT_TRUE(eventually([&] { return seen.eventsDropped() >= 40; })) << seen.eventsDropped();
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F7_AnEventThatWasLostIsFoundReportedAndMended) {
  const std::string stale = contend("/stale");
  FaultyEtcd faulty(endpoint());
  faulty.use({.watch = [](const pb::WatchResponse& response) {
    return response.events_size() > 0 && response.events(0).kv().key().starts_with("/lost")
               ? std::vector<pb::WatchResponse>{}
               : std::vector{response};
  }});
  ClusterWitness seen(faulty.endpoint(), {.reconcileEvery = absl::Milliseconds(500)});
  ASSERT_TRUE(seen.waitUntilLive());
  contend("/lost");
  contend("/told");
  ASSERT_TRUE(sees(seen, "/told"));
  EXPECT_TRUE(sees(seen, "/lost")) << "the list beside the watch has it";
  EXPECT_TRUE(seen.noticed("events were lost"));
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F7_NoDifferenceIsReportedWhileThereIsNone) {
  ClusterWitness seen(endpoint(), {.reconcileEvery = absl::Milliseconds(100)});
  ASSERT_TRUE(seen.waitUntilLive());
  for (int i = 0; i < 300; ++i) remove(contend(fmt::format("/busy/{}", i)));
  const std::uint64_t epoch = seen.epoch();
  EXPECT_EQ(epoch, 1);
  EXPECT_FALSE(seen.noticed("events were lost")) << seen.notices().back();
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F8_TestWatchFragmentEnable_WhatIsCutOffIsDiscardedWhole) {
  FaultyEtcd faulty(endpoint());
  TcpProxy proxy(faulty.endpoint());
  std::atomic<bool> cutNow = true;
  std::atomic<bool> sawFragment = false;
  faulty.use({.watch = [&](const pb::WatchResponse& response) {
    if (sawFragment && cutNow.exchange(false)) {  // what came before is on its way already
      proxy.cut();
      return std::vector<pb::WatchResponse>{};
    }
    sawFragment = sawFragment || response.fragment();
    return std::vector{response};
  }});
  ClusterWitness seen(proxy.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  const LeaseId lease = client()->grantLease(absl::Seconds(60))->id;
  etcd::Transaction large;
  const std::string value(12'000, 'v');
  for (int i = 0; i < 100; ++i) {
    large.then.emplace_back(etcd::PutOp{
        .key = fmt::format("/large/{:02}/{}", i, etcd::leaseHex(lease)), .value = value, .lease = lease});
  }
  // Two revisions of one key each round, so that the messages of a slow watcher grow beyond one fragment.
  ASSERT_TRUE(client()->transact(large).ok());
  proxy.blackHole();
  for (int round = 0; round < 4; ++round) ASSERT_TRUE(client()->transact(large).ok());
  proxy.pass();
  proxy.cut();
  contend("/end");
  ASSERT_TRUE(sees(seen, "/end"));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(seen.count(Type::Acquired, fmt::format("/large/{:02}", i)), 1) << i;
  }
  EXPECT_TRUE(sawFragment) << "nothing was cut off";
  EXPECT_FALSE(cutNow);
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F9_AnswersOverTheLimitAreAskedForInSmallerPages) {
  for (int i = 0; i < 40; ++i) {
    etcd::Transaction puts;
    for (int k = 0; k < 50; ++k) {
      puts.then.emplace_back(etcd::PutOp{.key = fmt::format("/wide/{}/{}/{}", i, k, std::string(100, 'x'))});
    }
    ASSERT_TRUE(client()->transact(puts).ok());
  }
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = {endpoint()}, .maxAnswerBytes = 64 << 10});
  ASSERT_TRUE(seen.waitUntilLive()) << seen.health().reason;
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F9_AnEventOverTheLimitIsPassedByWithoutALoop) {
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = {endpoint()}, .maxAnswerBytes = 64 << 10});
  ASSERT_TRUE(seen.waitUntilLive());
  ASSERT_TRUE(client()->put({.key = "/huge", .value = std::string(300'000, 'x')}).ok());
  ASSERT_TRUE(eventually([&] { return seen.epoch() > 1; }));
  ASSERT_TRUE(seen.waitUntilLive());
  EXPECT_TRUE(seen.noticed("larger than max"));
  const std::uint64_t epoch = seen.epoch();
  absl::SleepFor(absl::Seconds(2));
  EXPECT_EQ(seen.epoch(), epoch);
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F10_SilenceIsCalledStaleWithTheTimeOfTheLastGoodLook) {
  TcpProxy proxy(endpoint());
  ClusterWitness seen(proxy.endpoint(), {.staleAfter = absl::Seconds(2)});
  ASSERT_TRUE(seen.waitUntilLive());
  const absl::Time cutOff = absl::Now();
  proxy.blackHole();
  ASSERT_TRUE(eventually([&] { return seen.health().state == State::Stale; }));
  EXPECT_LT(absl::Now() - cutOff, absl::Seconds(5));
  EXPECT_LT(seen.health().lastGood.wall, cutOff + absl::Seconds(3));
  contend("/meanwhile");
  EXPECT_TRUE(eventually([&] { return seen.noticed("not live any more"); }));
  proxy.pass();
  ASSERT_TRUE(seen.waitUntilLive(absl::Seconds(30)));
  EXPECT_TRUE(eventually([&] { return seen.notices().back().starts_with("live through"); }))
      << seen.notices().back();
  EXPECT_TRUE(sees(seen, "/meanwhile"));
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F12_AnOlderStateOfTheClusterIsAnAlarmAndANewEpoch) {
  EtcdCluster cluster({.members = 1});
  const std::string copy = cluster.dataFolder(0) + "-copy";
  const auto put = [&](const std::string& key) {
    ASSERT_TRUE(cluster.etcdctl().run({"put", key, "v"}).ok());
  };
  put("/before");
  ClusterWitness seen(cluster.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  cluster.kill(0);
  std::filesystem::copy(cluster.dataFolder(0), copy, std::filesystem::copy_options::recursive);
  cluster.restart(0);
  ASSERT_TRUE(cluster.waitUntilServing(0));
  for (int i = 0; i < 20; ++i) put("/after");
  ASSERT_TRUE(eventually([&] { return seen.keys().contains("/after"); }));
  const std::uint64_t epoch = seen.epoch();
  cluster.kill(0);
  std::filesystem::remove_all(cluster.dataFolder(0));
  std::filesystem::rename(copy, cluster.dataFolder(0));
  cluster.restart(0);
  ASSERT_TRUE(cluster.waitUntilServing(0));
  ASSERT_TRUE(eventually([&] { return seen.epoch() > epoch; }, absl::Seconds(20)));
  EXPECT_FALSE(seen.keys().contains("/after"));
  EXPECT_TRUE(seen.noticed("cluster was restored from an older state"));
  EXPECT_TRUE(eventually([&] { return seen.cluster() && seen.cluster()->restored; }));
}

TEST_F(WatchFaultTest, F13_AnotherClusterBehindTheEndpointIsRefused) {
  const auto other = *Playground::start();
  TcpProxy proxy(endpoint());
  ClusterWitness seen(proxy.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  contend("/ours");
  ASSERT_TRUE(sees(seen, "/ours"));
  const auto through = *etcd::Client::create({.endpoints = {proxy.endpoint()}});
  const Actions actions(through, "");
  const std::shared_ptr<const Lock> lock = seen.lock("/ours");
  const auto preview = actions.previewRevoke(lock->holder()->lease);
  ASSERT_TRUE(preview.ok());
  proxy.leadTo(other->endpoint());
  proxy.cut();
  ASSERT_TRUE(eventually([&] { return seen.health().state == State::Denied; }));
  EXPECT_NE(seen.health().reason.find("another cluster"), std::string::npos) << seen.health().reason;
  EXPECT_NE(seen.lock("/ours"), nullptr) << "what was seen of our cluster is not mixed with the other";
  EXPECT_EQ(actions.revoke(*preview).kind, ActionOutcome::Kind::Refused);
  EXPECT_EQ(actions.release(lock->holder()->key, lock->holder()->createRevision).kind,
            ActionOutcome::Kind::Refused);
  EXPECT_TRUE(client()->leaseTtl(lock->holder()->lease, false)->found);
}

TEST_F(WatchFaultTest, F13_ALeaseThatAnotherClusterRenewsIsLost) {
  const auto other = *Playground::start();
  TcpProxy proxy(endpoint());
  const auto through = *etcd::Client::create({.endpoints = {proxy.endpoint()}});
  const auto session =
      *etcd::Session::open(through, std::make_shared<etcd::KeepAlive>(through), absl::Seconds(3));
  const auto direct = *etcd::Client::create({.endpoints = {other->endpoint()}});
  ASSERT_TRUE(direct->grantLease(absl::Seconds(60), session->lease()).ok());
  proxy.leadTo(other->endpoint());
  proxy.cut();
  EXPECT_TRUE(eventually([&] { return session->lost(); }));
}

TEST_F(WatchFaultTest, F14_MoreEventsThanFitAreListedAnewNotDroppedInSilence) {
  ClusterWitness seen(endpoint(), {.maxPendingBytes = 100'000});
  ASSERT_TRUE(seen.waitUntilLive());
  std::atomic<bool> written = false;
  seen.monitor().inspect([&](const Picture&) {  // the monitor's thread is busy all the while
    while (!written) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  });
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(client()->put({.key = fmt::format("/storm/{}", i)}).ok());
  written = true;
  ASSERT_TRUE(eventually([&] { return seen.noticed("more events at once"); }));
  ASSERT_TRUE(eventually([&] { return seen.epoch() > 1; }));
  ASSERT_TRUE(seen.waitUntilLive());
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
}

TEST_F(WatchFaultTest, F15_ADeleteWithoutWhatWasBeforeStillNamesTheLease) {
  ClusterWitness seen(endpoint());  // whose watch does not ask for it
  ASSERT_TRUE(seen.waitUntilLive());
  const std::string key = contend("/a");
  ASSERT_TRUE(sees(seen, "/a"));
  const LeaseId lease = seen.lock("/a")->holder()->lease;
  remove(key);
  ASSERT_TRUE(eventually([&] { return seen.lock("/a") == nullptr; }));
  EXPECT_EQ(seen.happenings().back().lease, lease);
}

TEST_F(WatchFaultTest, ARefreshThatCannotListSaysSoAndStaysLive) {
  FaultyEtcd faulty(endpoint());
  ClusterWitness seen(faulty.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  faulty.use({.range = [](const pb::RangeRequest&, pb::RangeResponse&) {
    return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "etcdserver: too many requests");
  }});
  seen.monitor().refresh();
  EXPECT_TRUE(eventually([&] { return seen.noticed("not listed again: etcdserver: too many requests"); }));
  EXPECT_EQ(seen.health().state, State::Live);
  EXPECT_EQ(seen.epoch(), 1);
}

/// Three members, of which some hang or lose the others.
class MemberFaultTest : public ::testing::Test {
 protected:
  void put(int member, const std::string& key) {
    ASSERT_TRUE(cluster_.etcdctl(member).run({"put", key, "v"}).ok()) << key;
  }
  EtcdCluster cluster_;
};

TEST_F(MemberFaultTest, F10_TestBalancerUnderBlackholeKeepAliveWatch_LosesNoEvent) {
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = cluster_.endpoints()});
  ASSERT_TRUE(seen.waitUntilLive());
  ASSERT_EQ(seen.health().endpoint, cluster_.endpoint(0));
  const std::uint64_t epoch = seen.epoch();
  cluster_.pause(0);
  ASSERT_TRUE(cluster_.waitUntilServing(1));
  ASSERT_TRUE(eventually([&] { return cluster_.etcdctl(1).run({"put", "/while-hanging", "v"}).ok(); }));
  EXPECT_TRUE(eventually([&] { return seen.keys().contains("/while-hanging"); }, absl::Seconds(20)));
  ASSERT_TRUE(seen.waitUntilLive());
  EXPECT_NE(seen.health().endpoint, cluster_.endpoint(0));
  EXPECT_EQ(seen.epoch(), epoch) << "the history was at hand, nothing had to be listed anew";
  cluster_.resume(0);
  EXPECT_EQ(seen.differenceTo(cluster_.etcdctl(1)), "");
}

TEST_F(MemberFaultTest, F11_TestBalancerUnderNetworkPartitionWatch_TestGRPCStreamRequireLeader) {
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = {cluster_.endpoint(0)}});
  ASSERT_TRUE(seen.waitUntilLive());
  cluster_.pause(1);
  cluster_.pause(2);
  EXPECT_TRUE(eventually([&] { return seen.health().state == State::Stale; }, absl::Seconds(15)));
  EXPECT_NE(seen.health().reason, "");
  cluster_.resume(1);
  cluster_.resume(2);
  EXPECT_TRUE(seen.waitUntilLive(absl::Seconds(30))) << seen.health().reason;
  put(1, "/after");
  EXPECT_TRUE(eventually([&] { return seen.keys().contains("/after"); }));
}

}  // namespace
}  // namespace leasescope
