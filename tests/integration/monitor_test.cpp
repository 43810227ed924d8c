#include "core/monitor/monitor.h"

#include <gtest/gtest.h>

#include "core/etcd/mutex.h"
#include "fmt/format.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/silent_server.h"

namespace leasescope {
namespace {

constexpr absl::Duration kLong = absl::Seconds(10);

class MonitorTest : public EtcdTest {
 protected:
  bool sees(const std::string& name, std::size_t waiters) {
    return eventually([&] {
      const auto lock = witness().lock(name);
      return lock != nullptr && lock->holder() != nullptr && lock->waiterCount() == waiters;
    });
  }
  std::vector<Happening::Type> typesOf(const std::string& lock) {
    std::vector<Happening::Type> types;
    for (const Happening& one : witness().happenings()) {
      if (one.lock == lock) types.push_back(one.type);
    }
    return types;
  }
};

TEST_F(MonitorTest, SeesHolderAndQueueAsTheyChange) {
  using Type = Happening::Type;
  const auto one = openSession();
  const auto other = openSession();
  etcd::Mutex held(*one, "/jobs/a");
  ASSERT_TRUE(held.lock(kLong).ok());
  ASSERT_TRUE(sees("/jobs/a", 0));
  EXPECT_EQ(witness().lock("/jobs/a")->holder()->createRevision, held.fencingToken());
  EXPECT_TRUE(witness().lock("/jobs/a")->heldSince.exact);
  ASSERT_TRUE(
      client()->put({.key = "/jobs/a/" + etcd::leaseHex(other->lease()), .lease = other->lease()}).ok());
  ASSERT_TRUE(sees("/jobs/a", 1));
  EXPECT_EQ(witness().lock("/jobs/a")->queue[1]->waitsOn, held.key());
  ASSERT_TRUE(held.unlock().ok());
  ASSERT_TRUE(sees("/jobs/a", 0));
  EXPECT_EQ(witness().lock("/jobs/a")->holder()->lease, other->lease());
  EXPECT_EQ(typesOf("/jobs/a"),
            (std::vector{Type::Acquired, Type::Queued, Type::Released, Type::HandedOver}));
}

TEST_F(MonitorTest, KnowsThatWhatWasThereBeforeIsAtLeastThatOld) {
  const auto session = openSession();
  etcd::Mutex held(*session, "/jobs/a");
  ASSERT_TRUE(held.lock(kLong).ok());
  ClusterWitness late(endpoint());
  ASSERT_TRUE(late.waitUntilLive());
  ASSERT_TRUE(eventually([&] { return late.lock("/jobs/a") != nullptr; }));
  EXPECT_FALSE(late.lock("/jobs/a")->heldSince.exact);
  EXPECT_TRUE(witness().lock("/jobs/a")->heldSince.exact);
}

TEST_F(MonitorTest, CountsRenewalsAndCarriesTheTtlForward) {
  const auto session = openSession(absl::Seconds(3));
  const LeaseId id = session->lease();
  witness().monitor().lookAt({id}, {});
  ASSERT_TRUE(eventually([&] {
    const auto lease = witness().lease(id);
    return lease != nullptr && lease->renewals >= 3;
  }));
  const auto lease = witness().lease(id);
  EXPECT_EQ(*lease->granted, absl::Seconds(3));
  const Moment now = Moment::now();
  ASSERT_TRUE(lease->remaining(now).has_value());
  EXPECT_GT(*lease->remaining(now), absl::Milliseconds(1000));
  EXPECT_LE(*lease->remaining(now), absl::Milliseconds(3001));
  EXPECT_EQ(lease->state(now), LeaseState::Alive);
  EXPECT_LE(lease->renewals, session->renewalCount());
  const TtlHistory history = witness().history(id);
  ASSERT_NE(history, nullptr);
  EXPECT_GE(std::ranges::count_if(*history, &TtlPoint::renewal), 3);
}

TEST_F(MonitorTest, FindsLeasesWithoutKeysAndForgetsThemWhenTheyAreGone) {
  const auto granted = client()->grantLease(absl::Seconds(60));
  ASSERT_TRUE(granted.ok());
  ASSERT_TRUE(eventually([&] { return witness().lease(granted->id) != nullptr; }));
  EXPECT_TRUE(witness().lease(granted->id)->keys->empty());
  ASSERT_TRUE(client()->revokeLease(granted->id).ok());
  EXPECT_TRUE(eventually([&] { return witness().lease(granted->id) == nullptr; }));
}

TEST_F(MonitorTest, TellsExpiryFromRelease) {
  const auto session = openSession(absl::Seconds(1));
  etcd::Mutex held(*session, "/jobs/a");
  ASSERT_TRUE(held.lock(kLong).ok());
  ASSERT_TRUE(sees("/jobs/a", 0));
  absl::SleepFor(absl::Seconds(1));
  session->orphan();
  ASSERT_TRUE(eventually([&] { return witness().lock("/jobs/a") == nullptr; }));
  EXPECT_EQ(typesOf("/jobs/a"), (std::vector{Happening::Type::Acquired, Happening::Type::Expired}));
}

TEST_F(MonitorTest, StaysWithinItsBudget) {
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(client()->grantLease(absl::Seconds(60)).ok());
  ClusterWitness frugal(endpoint(), {.ttlBudget = 50});
  ASSERT_TRUE(frugal.waitUntilLive());
  absl::SleepFor(absl::Seconds(3));
  EXPECT_GT(frugal.mostTtlCallsPerSecond(), 30);
  EXPECT_LE(frugal.mostTtlCallsPerSecond(), 60);
}

TEST_F(MonitorTest, ABudgetOfZeroAsksNothingAndSaysUnknown) {
  const auto session = openSession();
  ClusterWitness blind(endpoint(), {.ttlBudget = 0});
  ASSERT_TRUE(blind.waitUntilLive());
  ASSERT_TRUE(eventually([&] { return blind.lease(session->lease()) != nullptr; }));
  absl::SleepFor(absl::Seconds(1));
  EXPECT_EQ(blind.mostTtlCallsPerSecond(), 0);
  EXPECT_EQ(blind.lease(session->lease())->state(Moment::now()), LeaseState::Unknown);
}

TEST_F(MonitorTest, WatchesOnlyThePrefixesItWasGiven) {
  const auto session = openSession();
  etcd::Mutex inside(*session, "/jobs/a");
  etcd::Mutex outside(*session, "/other/b");
  ASSERT_TRUE(inside.lock(kLong).ok());
  ClusterWitness narrow(endpoint(), {.prefixes = {"/jobs/", "/jobs/a", "/more/"}});
  ASSERT_TRUE(narrow.waitUntilLive());
  ASSERT_TRUE(outside.lock(kLong).ok());
  etcd::Mutex later(*session, "/more/c");
  ASSERT_TRUE(later.lock(kLong).ok());
  EXPECT_TRUE(eventually([&] { return narrow.lock("/more/c") != nullptr; }));
  EXPECT_EQ(narrow.lock("/other/b"), nullptr);
  EXPECT_EQ(narrow.differenceTo(etcdctl()), "");
}

TEST_F(MonitorTest, ListsManyPagesAtOneRevision) {
  for (int i = 0; i < 250; ++i) {
    etcd::Transaction puts;
    for (int k = 0; k < 100; ++k)
      puts.then.emplace_back(etcd::PutOp{.key = fmt::format("/many/{}/{}", i, k)});
    ASSERT_TRUE(client()->transact(puts).ok());
  }
  ClusterWitness late(endpoint());
  ASSERT_TRUE(late.waitUntilLive());
  EXPECT_EQ(late.differenceTo(etcdctl()), "");
}

TEST_F(MonitorTest, RefreshComparesBesideTheWatchAndTellsTheOutcome) {
  const auto session = openSession();
  etcd::Mutex held(*session, "/jobs/a");
  ASSERT_TRUE(held.lock(kLong).ok());
  ASSERT_TRUE(sees("/jobs/a", 0));
  const Since before = witness().lock("/jobs/a")->heldSince;
  const std::uint64_t epoch = witness().epoch();
  witness().monitor().refresh();
  ASSERT_TRUE(eventually([&] { return witness().noticed("listed again: all 1 keys are as at revision"); }));
  EXPECT_EQ(witness().epoch(), epoch) << "what is live stays live";
  EXPECT_EQ(witness().lock("/jobs/a")->heldSince.moment.steady, before.moment.steady);
  EXPECT_TRUE(witness().lock("/jobs/a")->heldSince.exact);
}

TEST_F(MonitorTest, SaysSinceWhenItIsStale) {
  server().stop();
  ASSERT_TRUE(eventually([&] { return witness().health().state == Health::State::Stale; }));
  EXPECT_NE(witness().health().reason, "");
  EXPECT_GT(witness().health().lastGood.wall, absl::Now() - absl::Minutes(1));
}

TEST_F(MonitorTest, ShowsMembersLeaderAndVersion) {
  ASSERT_TRUE(eventually([&] { return witness().cluster() != nullptr; }));
  const auto cluster = witness().cluster();
  ASSERT_EQ(cluster->members.size(), 1);
  EXPECT_TRUE(cluster->members[0].leader);
  EXPECT_EQ(cluster->members[0].status.version, server().version());
  EXPECT_TRUE(cluster->alarms.empty());
}

TEST_F(MonitorTest, F5_DeniedIsNotEmpty) {
  ASSERT_TRUE(etcdctl().enableAuth().ok());
  ClusterWitness nobody(endpoint());
  EXPECT_TRUE(eventually([&] { return nobody.health().state == Health::State::Denied; }));
  EXPECT_NE(nobody.health().reason, "");
  ASSERT_TRUE(etcdctl().disableAuth().ok());
  witness().monitor().refresh();
  EXPECT_TRUE(witness().waitUntilLive());
}

TEST(MonitorWithoutServerTest, F45_StaysConnectingAndSaysWhy) {
  ClusterWitness witness("127.0.0.1:1");
  EXPECT_TRUE(eventually([&] { return !witness.health().reason.empty(); }));
  EXPECT_EQ(witness.health().state, Health::State::Connecting);
  EXPECT_EQ(witness.health().reason, "no answer from 127.0.0.1:1: Connection refused");
}

TEST(MonitorWithoutServerTest, EndsPromptlyWhileACallHangs) {
  const SilentServer silent;
  auto witness = std::make_unique<ClusterWitness>(silent.endpoint());
  absl::SleepFor(absl::Milliseconds(300));
  const absl::Time start = absl::Now();
  witness.reset();
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
}

}  // namespace
}  // namespace leasescope
