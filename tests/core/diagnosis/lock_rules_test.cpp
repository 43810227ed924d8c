#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/watched_cluster.h"

namespace leasescope {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// Taken and let go again and again, for a second each time.
void useOften(WatchedCluster& cluster, const std::string& lock, int times) {
  for (int i = 0; i < times; ++i) {
    const LeaseId lease = 0x100 + i;
    cluster.queueUp(2.0 * i, lock, lease);
    cluster.leave(2.0 * i + 1, lock, lease);
  }
}

/// From the beginning on, renewed until then.
void hold(WatchedCluster& cluster, const std::string& lock, LeaseId lease, double until) {
  cluster.queueUp(0, lock, lease);
  cluster.grant(lease, 0);
  cluster.keepAlive(lease, 0, until, 10);
}

/// Held for a second at a time; whoever takes it at 20 s keeps it, renewed until then.
void keepAfterHabit(WatchedCluster& cluster, double until) {
  cluster.restore(0);
  useOften(cluster, "jobs", 6);
  cluster.queueUp(20, "jobs", 0x1f);
  cluster.grant(0x1f, 20);
  cluster.keepAlive(0x1f, 20, until, 10);
}

TEST(LeakedLock, isHeldFarBeyondItsHabit) {
  WatchedCluster cluster;
  keepAfterHabit(cluster, 49);
  EXPECT_THAT(cluster.found(49), IsEmpty()) << "ten habits, but not three TTLs";
  cluster.keepAlive(0x1f, 49.5, 51, 10);
  const auto findings = cluster.look(51);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::LeakedLock);
  EXPECT_EQ(findings[0].severity, FindingSeverity::Warning) << "nobody waits";
  EXPECT_THAT(findings[0].summary,
              AllOf(HasSubstr("jobs is held for 31 s by lease 1f"), HasSubstr("for 1 s.")));
}

TEST(LeakedLock, learnsNoHabitFromWhatNobodySawHappen) {
  WatchedCluster cluster;
  cluster.restore(0);
  std::vector<History::Write> missed;
  for (int i = 0; i < 10; ++i) {
    missed.push_back(History::put("jobs/1f", 0x1f));
    missed.push_back(History::remove("jobs/1f"));
  }
  cluster.missThenHear(100, missed);
  EXPECT_TRUE(cluster.observations().habit("jobs") == nullptr ||
              cluster.observations().habit("jobs")->count() == 0);
  useOften(cluster, "jobs", 6);
  EXPECT_EQ(cluster.observations().habit("jobs")->count(), 6);
}

TEST(LeakedLock, isNotOneWhoseHolderStoodStillInAnOutage) {
  WatchedCluster cluster;
  keepAfterHabit(cluster, 25);
  cluster.observations().outage(at(25), at(65));
  cluster.keepAlive(0x1f, 65, 89, 10);
  EXPECT_THAT(cluster.found(89), IsEmpty()) << "69 s, of which it could work in 29";
  cluster.keepAlive(0x1f, 89.5, 91, 10);
  EXPECT_THAT(cluster.found(91), ElementsAre("leaked-lock of lock jobs"));
}

TEST(LeakedLock, isNotOneThatIsAlwaysHeldForLong) {
  WatchedCluster cluster;
  cluster.restore(0);
  hold(cluster, "leader", 0x1f, 300);
  EXPECT_THAT(cluster.found(300), IsEmpty());
}

std::int64_t number(const Finding& finding, const std::string& name) {
  const auto found = std::ranges::find(finding.evidence, name, &Evidence::name);
  return found == finding.evidence.end() ? -1 : std::get<std::int64_t>(found->value);
}

TEST(StuckQueue, isOneThatEverybodyGivesUpOn) {
  WatchedCluster cluster;
  cluster.restore(0);
  hold(cluster, "jobs", 0x1f, 30);
  for (int i = 0; i < 5; ++i) {  // one at a time, each with a session of its own
    EXPECT_THAT(cluster.found(31 + i), IsEmpty()) << i;
    cluster.queueUp(31 + i, "jobs", 0x100 + i);
    cluster.keepAlive(0x1f, 31 + i, 31.5 + i, 10);
    if (i < 4) cluster.leave(31.9 + i, "jobs", 0x100 + i);
  }
  const auto findings = cluster.look(37);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::StuckQueue);
  EXPECT_EQ(findings[0].severity, FindingSeverity::Critical);
  EXPECT_THAT(findings[0].summary, HasSubstr("gave up waiting"));
}

TEST(StuckQueue, isNotOneThatTheSameFewTryAgainAndAgain) {
  WatchedCluster cluster;
  cluster.restore(0);
  hold(cluster, "leader", 0x1f, 30);
  for (int i = 0; i < 20; ++i) {
    cluster.queueUp(31 + i, "leader", 0x100 + i % 3);
    cluster.leave(31.5 + i, "leader", 0x100 + i % 3);
    cluster.keepAlive(0x1f, 31 + i, 31.9 + i, 10);
    EXPECT_THAT(cluster.found(31.9 + i), IsEmpty()) << i;
  }
}

TEST(StuckQueue, growsBehindOneHolder) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(0, "jobs", 0x1f);
  cluster.grant(0x1f, 0);
  cluster.sample(0x1f, 0, 10, 10);
  for (int i = 0; i < 3; ++i) cluster.queueUp(1 + i, "jobs", 0x100 + i);
  cluster.keepAlive(0x1f, 1, 31, 10);
  for (int i = 0; i < 4; ++i) cluster.queueUp(31 + i, "jobs", 0x200 + i);
  cluster.keepAlive(0x1f, 31.5, 36, 10);
  EXPECT_THAT(cluster.found(36), IsEmpty()) << "four of seven joined after three TTLs";
  cluster.queueUp(37, "jobs", 0x300);
  const auto findings = cluster.look(37);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::StuckQueue);
  EXPECT_EQ(findings[0].revoke, 0x1f);
  EXPECT_THAT(findings[0].summary, HasSubstr("8 waiters wait for jobs, and nobody got it for 37 s"));
  ASSERT_NE(findings[0].curves, nullptr);
  const std::vector<CountPoint>& waiters = findings[0].curves->front().points;
  EXPECT_EQ(waiters.front().at.steady, at(0).steady) << "when the holder got the lock";
  EXPECT_EQ(waiters.front().count, 0);
  EXPECT_EQ(waiters.back().at.steady, at(37).steady);
  EXPECT_EQ(waiters.back().count, 8);
  EXPECT_TRUE(std::ranges::is_sorted(waiters, {}, [](const CountPoint& point) { return point.at.steady; }));
}

TEST(StuckQueue, isNotOneThatStoodStillInAnOutage) {
  WatchedCluster cluster;
  cluster.restore(0);
  hold(cluster, "jobs", 0x1f, 2);
  cluster.observations().outage(at(2), at(42));
  for (int i = 0; i < 8; ++i) cluster.queueUp(43 + i, "jobs", 0x100 + i);
  cluster.keepAlive(0x1f, 43, 60, 10);
  EXPECT_THAT(cluster.found(60), IsEmpty()) << "held for 60 s, of which 20 were seen";
  cluster.keepAlive(0x1f, 60.5, 72, 10);
  for (int i = 0; i < 8; ++i) cluster.queueUp(73 + i, "jobs", 0x200 + i);
  cluster.keepAlive(0x1f, 73, 82, 10);
  EXPECT_THAT(cluster.found(82), ElementsAre("stuck-queue of lock jobs"));
}

TEST(StuckQueue, countsWhoGaveUpAndHowManyWaitedWhen) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(0, "jobs", 0x1f);
  for (int i = 0; i < 12; ++i) {  // each gives up after five seconds
    cluster.queueUp(31 + i, "jobs", 0x100 + i);
    if (i >= 5) cluster.leave(31.5 + i, "jobs", 0x100 + i - 5);
  }
  cluster.grant(0x1f, 43);
  cluster.sample(0x1f, 43, 9, 10);
  const auto findings = cluster.look(44);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].kind, FindingKind::StuckQueue);
  EXPECT_EQ(number(findings[0], "gave_up"), 7);
  EXPECT_EQ(number(findings[0], "joined_when_stuck"), 12);
  const std::vector<CountPoint>& waiters = findings[0].curves->front().points;
  EXPECT_EQ(std::ranges::max(waiters, {}, &CountPoint::count).count, 6) << "before the first gave up";
  EXPECT_EQ(waiters.back().count, 5);
}

TEST(StuckQueue, hasACurveOfBoundedLength) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(0, "jobs", 0x1f);
  cluster.sample(0x1f, 0, 10, 10);
  for (int i = 0; i < 2'000; ++i) cluster.queueUp(40 + i * 0.01, "jobs", 0x100 + i);
  cluster.sample(0x1f, 60, 10, 10);
  const auto findings = cluster.look(61);
  ASSERT_FALSE(findings.empty());
  ASSERT_NE(findings[0].curves, nullptr);
  const std::vector<CountPoint>& waiters = findings[0].curves->front().points;
  EXPECT_LE(waiters.size(), CountSeries::kMostPoints);
  EXPECT_EQ(waiters.back().count, 2'000);
}

TEST(StuckQueue, isNotOneWhoseWaitersStandBy) {
  WatchedCluster cluster;
  cluster.restore(0);
  for (int i = 0; i < 8; ++i) cluster.queueUp(i, "leader", 0x1f + i);  // as they are started
  cluster.grant(0x1f, 8);
  cluster.keepAlive(0x1f, 8, 100, 10);
  EXPECT_THAT(cluster.found(100), IsEmpty());
}

TEST(StuckQueue, isNotOneThatMovesOn) {
  WatchedCluster cluster;
  cluster.restore(0);
  for (int i = 0; i < 6; ++i) cluster.queueUp(0, "jobs", 0x100 + i);
  for (int i = 0; i < 60; ++i) {
    cluster.leave(i, "jobs", 0x100 + i);
    cluster.queueUp(i + 0.5, "jobs", 0x106 + i);
    EXPECT_THAT(cluster.found(i + 0.6), IsEmpty()) << i;
  }
}

void getStuckBehindANestedLock(WatchedCluster& cluster) {
  cluster.restore(0);
  hold(cluster, "jobs/import", 0x1f, 31);
  for (int i = 0; i < 5; ++i) cluster.queueUp(31 + i, "jobs", 0x200 + i);
  cluster.keepAlive(0x1f, 31.5, 36, 10);
}

TEST(StuckQueue, isAlsoBehindAKeyOfANestedLock) {
  WatchedCluster cluster;
  getStuckBehindANestedLock(cluster);
  const auto findings = cluster.look(37);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::StuckQueue);
  EXPECT_EQ(findings[0].subject.lock, "jobs");
  EXPECT_EQ(findings[0].revoke, 0x1f);
  EXPECT_THAT(findings[0].summary, AllOf(HasSubstr("5 waiters wait for jobs, and nobody got it for 37 s"),
                                         HasSubstr("jobs/import/1f of lease 1f is in the way")));
  EXPECT_THAT(findings[0].advice, HasSubstr("begins with jobs/"));
}

TEST(StuckQueue, isNotOneWhereANestedLockIsTakenInTurns) {
  WatchedCluster cluster;
  cluster.restore(0);
  constexpr int kTurns = 60;
  for (int i = 0; i < kTurns; ++i) {  // all of them older than who waits for jobs
    cluster.queueUp(0.1, "jobs/import", 0x100 + i);
    cluster.grant(0x100 + i, 0.1);
    cluster.sample(0x100 + i, 0.1, 10, 10);
  }
  for (int i = 0; i < kTurns; ++i) {
    cluster.queueUp(1 + i, "jobs", 0x200 + i);
    ASSERT_TRUE(cluster.observations().lock("jobs")->blocker.has_value());
    EXPECT_THAT(cluster.found(1.2 + i), Not(Contains("stuck-queue of lock jobs"))) << i;
    cluster.leave(1.5 + i, "jobs/import", 0x100 + i);
  }
}

TEST(StuckQueue, beginsWhenTheKeyGetsInTheWay) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(0.1, "jobs", 0x1a);
  cluster.queueUp(0.2, "jobs", 0x1b);
  cluster.queueUp(0.3, "jobs/import", 0x1f);
  cluster.grant(0x1f, 0.3);
  cluster.keepAlive(0x1f, 0.5, 20, 10);
  cluster.leave(20, "jobs", 0x1a);  // 1b has it now
  for (int i = 0; i < 5; ++i) cluster.queueUp(31 + i, "jobs", 0x200 + i);
  cluster.keepAlive(0x1f, 36, 39, 10);
  cluster.leave(40, "jobs", 0x1b);
  EXPECT_THAT(cluster.found(41), IsEmpty()) << "the key was there for long, but in nobody's way";
  cluster.keepAlive(0x1f, 41, 71, 10);
  for (int i = 0; i < 5; ++i) cluster.queueUp(71 + i, "jobs", 0x300 + i);
  const auto findings = cluster.look(76);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].summary, HasSubstr("nobody got it for 36 s"));
  EXPECT_EQ(findings[0].curves->front().points.front().count, 5) << "they had waited before";
}

TEST(StuckQueue, behindAKeyGoesOnAfterANewList) {
  WatchedCluster cluster;
  getStuckBehindANestedLock(cluster);
  ASSERT_FALSE(cluster.look(36.5).empty());
  cluster.restore(37);
  cluster.keepAlive(0x1f, 37.5, 38, 10);
  const auto findings = cluster.look(38);
  const auto found = std::ranges::find(findings, FindingKind::StuckQueue, &Finding::kind);
  ASSERT_NE(found, findings.end()) << "the same key is in the way";
  EXPECT_THAT(found->summary, HasSubstr("nobody got it for 38 s"));
}

TEST(StuckQueue, behindAKeyThatCameWhileNobodyLookedIsKnownFromTheNewListOn) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(1, "jobs", 0x1f);
  cluster.miss({History::remove("jobs/1f"), History::put("jobs/import/2e", 0x2e)});
  cluster.miss({History::put("jobs/3d", 0x3d)});
  cluster.restore(40);
  const ObservedQueue* queue = cluster.observations().queue("jobs");
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->inTheWay.moment, at(40));
  EXPECT_FALSE(queue->inTheWay.exact) << "at least";
}

TEST(StuckQueue, behindSeveralKeysIsNotFreedByOneRevoke) {
  WatchedCluster cluster;
  cluster.restore(0);
  for (const LeaseId lease : {0x1f, 0x2f}) {
    hold(cluster, "jobs/import", lease, 31);
  }
  for (int i = 0; i < 5; ++i) cluster.queueUp(31 + i, "jobs", 0x200 + i);
  cluster.keepAlive(0x1f, 31.5, 36, 10);
  const auto findings = cluster.look(37);
  const auto found = std::ranges::find(findings, FindingKind::StuckQueue, &Finding::kind);
  ASSERT_NE(found, findings.end());
  EXPECT_EQ(found->revoke, etcd::kNoLease);
  EXPECT_THAT(found->advice, HasSubstr("More keys below that name are in the way"));
}

TEST(OrphanedContender, neverEndsAndBlocksWhoWaits) {
  const std::string key = "jobs/694d8257011d2a11";
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.write(2, {History::put(key, 0x694d8257011d2a11)});
  cluster.write(3, {History::put(key)});
  const auto alone = cluster.look(3);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone[0].severity, FindingSeverity::Warning);
  cluster.queueUp(4, "jobs", 0x1f);
  const auto findings = cluster.look(5);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, FindingSeverity::Critical);
  EXPECT_THAT(findings[0].summary, HasSubstr("1 waiter waits for jobs behind it"));
  EXPECT_THAT(findings[0].advice, HasSubstr("release " + key));
  const std::vector<Evidence>& evidence = findings[0].evidence;
  ASSERT_EQ(evidence.size(), 4U);
  EXPECT_EQ(std::get<absl::Duration>(evidence[0].value), absl::Seconds(3)) << evidence[0].name;
  EXPECT_THAT(std::get<std::vector<std::string>>(evidence[3].value), ElementsAre("jobs/1f"))
      << evidence[3].name;
}

TEST(OrphanedContender, mayBeAnyKeyInTheWay) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.write(0, {History::put("jobs/config", etcd::kNoLease, "text")});
  cluster.queueUp(1, "jobs", 0x1f);
  EXPECT_THAT(cluster.found(1), ElementsAre("orphaned-contender of key jobs/config"));
  const auto findings = cluster.look(7);
  ASSERT_EQ(findings[0].evidence[0].name, "age");
  EXPECT_EQ(std::get<absl::Duration>(findings[0].evidence[0].value), absl::Seconds(7));
}

TEST(OrphanedContender, mayStandBetweenTheHolderAndWhoWaits) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(1, "jobs", 0x1f);
  cluster.write(2, {History::put("jobs/77aa")});  // too short for an id that etcd hands out
  cluster.queueUp(3, "jobs", 0x2e);
  const auto findings = cluster.look(5);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::OrphanedContender);
  EXPECT_EQ(findings[0].subject.key, "jobs/77aa");
  EXPECT_EQ(number(findings[0], "blocked_waiters"), 1);
}

TEST(OrphanedContender, isNoneInASetOfKeysThatAreNoLock) {
  WatchedCluster cluster;
  cluster.restore(0);
  for (const char* hash : {"af63bd4c8601b7be", "cbf29ce484222325", "8b1a9953c4611296", "d0e1f2a3b4c5d6e7"}) {
    cluster.write(1, {History::put(std::string("seen/") + hash)});
  }
  EXPECT_THAT(cluster.found(2), IsEmpty());
}

TEST(LeaseMismatch, isNoneWhereKeysAreNamedAfterSomethingElse) {
  WatchedCluster cluster;
  cluster.restore(0);
  LeaseId lease = 0x1f;
  for (const char* id : {"af63bd4c8601b7be", "cbf29ce484222325", "8b1a9953c4611296", "d0e1f2a3b4c5d6e7"}) {
    cluster.write(1, {History::put(std::string("workers/") + id, lease++)});
  }
  EXPECT_THAT(cluster.found(2), IsEmpty());
}

TEST(LeaseMismatch, namesBothLeases) {
  const std::string key = "jobs/694d8257011d2a11";
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.write(0, {History::put(key, 0x694d8257011d2a11)});
  cluster.write(1, {History::put(key, 0x1f)});
  const auto findings = cluster.look(1);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::LeaseMismatch);
  EXPECT_THAT(findings[0].summary, HasSubstr("named after lease 694d8257011d2a11, but belongs to lease 1f"));
}

TEST(Deadlock, namesTheCircleAndTheLeastHarmfulWayOut) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(0, "a", 0x1f);
  cluster.queueUp(0, "b", 0x2e);
  cluster.write(0, {History::put("config", 0x1f, "text")});
  cluster.queueUp(1, "b", 0x1f);
  EXPECT_THAT(cluster.found(1), IsEmpty());
  cluster.queueUp(1, "a", 0x2e);
  const auto findings = cluster.lookTwice(1);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, FindingSeverity::Critical);
  EXPECT_EQ(findings[0].confidence, Confidence::Proven);
  EXPECT_EQ(findings[0].summary, "Deadlock: 1f waits for b behind 2e, 2e waits for a behind 1f.");
  EXPECT_EQ(findings[0].revoke, 0x2e) << "1f has one key more";
  cluster.leave(2, "a", 0x2e);
  EXPECT_THAT(cluster.found(2), IsEmpty()) << "at once";
}

TEST(Deadlock, isNoneThatOpensByItself) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(0, "a", 0x1f);
  cluster.queueUp(0, "b", 0x2e);
  for (int i = 1; i < 20; ++i) {  // two processes that share a session each, a lock for each request
    cluster.queueUp(i, "b", 0x1f);
    cluster.queueUp(i, "a", 0x2e);
    EXPECT_THAT(cluster.found(i), IsEmpty());
    EXPECT_THAT(cluster.found(i + 0.3), IsEmpty());
    cluster.leave(i + 0.4, "a", 0x1f);
    cluster.leave(i + 0.4, "b", 0x2e);
    cluster.leave(i + 0.5, "a", 0x2e);
    cluster.leave(i + 0.5, "b", 0x1f);
    cluster.queueUp(i + 0.6, "a", 0x1f);
    cluster.queueUp(i + 0.6, "b", 0x2e);
    EXPECT_THAT(cluster.found(i + 0.9), IsEmpty());
  }
}

TEST(Deadlock, staysSuspectedOnceASessionDidSeveralThings) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(0, "a", 0x1f);
  cluster.queueUp(0, "b", 0x2e);
  cluster.queueUp(0, "c", 0x3d);
  cluster.queueUp(1, "b", 0x1f);
  cluster.queueUp(1, "a", 0x2e);
  cluster.queueUp(1, "c", 0x1f);
  EXPECT_EQ(cluster.lookTwice(1).at(0).confidence, Confidence::Suspected);
  cluster.leave(3, "c", 0x1f);
  const auto findings = cluster.look(4);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].confidence, Confidence::Suspected) << "or it would change with every request";
  EXPECT_EQ(findings[0].severity, FindingSeverity::Warning);
  EXPECT_THAT(findings[0].summary, HasSubstr("does several things at a time"));
}

std::string fact(const Finding& finding, const std::string& name) {
  const auto found = std::ranges::find(finding.evidence, name, &Evidence::name);
  return found == finding.evidence.end() ? "" : std::get<std::string>(found->value);
}

class FalseOwnerRisk : public testing::Test {
 protected:
  /// 1f holds the lock, 2e waits for it.
  void queueUpOn(const std::string& version) {
    auto view = std::make_shared<ClusterView>();
    view->members.push_back({.endpoint = "m", .id = 1, .leader = true});
    view->members[0].status.version = version;
    view->members[0].status.leader = 1;
    cluster_.observations().surveyed(view, at(0));
    cluster_.queueUp(0, "jobs", 0x1f);
    cluster_.queueUp(0, "jobs", 0x2e);
    cluster_.restore(0);
    cluster_.grant(0x2e, 0);
  }
  /// The TTL of 5 s runs out, and was sampled until then.
  void runOut(double lastSample = 4) {
    cluster_.sample(0x2e, 0, 5, 5);
    cluster_.sample(0x2e, lastSample, 5 - lastSample, 5);
    cluster_.leave(7, "jobs", 0x2e);
    cluster_.end(0x2e, 8);
  }
  WatchedCluster cluster_;
};

TEST_F(FalseOwnerRisk, isAWaiterThatLostItsLeaseWhereClientsMayBeOld) {
  queueUpOn("3.4.23");
  runOut();
  const auto findings = cluster_.look(9);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::FalseOwnerRisk);
  EXPECT_EQ(findings[0].confidence, Confidence::Suspected);
  EXPECT_THAT(findings[0].summary, HasSubstr("lease 2e lost its place in jobs"));
  EXPECT_EQ(fact(findings[0], "cause"), "its lease ran out");
  EXPECT_EQ(fact(findings[0], "waited_behind"), "jobs/1f");
  EXPECT_EQ(fact(findings[0], "holder"), "jobs/1f");
  EXPECT_THAT(cluster_.found(400), IsEmpty()) << "long ago";
}

TEST_F(FalseOwnerRisk, isNoneWhenTheLeaseWasOnlyNotSampledForLong) {
  queueUpOn("3.4.23");
  runOut(1);  // four seconds were left: it may have been renewed since
  EXPECT_THAT(cluster_.found(9), IsEmpty());
}

TEST_F(FalseOwnerRisk, isNoneWhereClientsLookAtTheirOwnKey) {
  queueUpOn("3.5.16");
  runOut();
  EXPECT_THAT(cluster_.found(9), IsEmpty());
}

TEST_F(FalseOwnerRisk, isAWaiterWhoseKeyThisProgramRemoved) {
  queueUpOn("3.4.23");
  cluster_.sample(0x2e, 0, 5, 5);
  cluster_.observations().removing({"config", "jobs/2e"}, at(1));
  cluster_.leave(1.1, "jobs", 0x2e);
  const auto findings = cluster_.look(2);
  ASSERT_EQ(findings.size(), 1U) << "whether its lease lives on or not";
  EXPECT_EQ(findings[0].subject.lease, 0x2e);
  EXPECT_EQ(fact(findings[0], "cause"), "removed with Leasescope");
}

TEST_F(FalseOwnerRisk, isAWaiterWhoseLeaseWasRevokedWithAllItsKeys) {
  queueUpOn("3.4.23");
  cluster_.write(0, {History::put(identityKey(0x2e), 0x2e, "{}")});
  cluster_.sample(0x2e, 0, 5, 5);
  cluster_.write(1, {History::remove("jobs/2e"), History::remove(identityKey(0x2e))});
  const auto findings = cluster_.look(2);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].subject.lease, 0x2e);
  EXPECT_EQ(findings[0].severity, FindingSeverity::Warning) << "it may be closing";
  EXPECT_THAT(fact(findings[0], "cause"), StartsWith("lease revoked"));
}

TEST_F(FalseOwnerRisk, isNoneWhenAWaiterGivesUpAndThenCloses) {
  queueUpOn("3.4.23");
  cluster_.write(0, {History::put(identityKey(0x2e), 0x2e, "{}")});
  cluster_.sample(0x2e, 0, 5, 5);
  cluster_.leave(1, "jobs", 0x2e);
  cluster_.write(1, {History::remove(identityKey(0x2e))});
  cluster_.end(0x2e, 1);
  EXPECT_THAT(cluster_.found(2), IsEmpty());
}

TEST_F(FalseOwnerRisk, remainsWhenTheLockGetsFree) {
  queueUpOn("3.4.23");
  runOut();
  EXPECT_THAT(cluster_.found(9), ElementsAre("false-owner-risk of lock jobs"));
  cluster_.leave(10, "jobs", 0x1f);
  EXPECT_THAT(cluster_.found(30), ElementsAre("false-owner-risk of lock jobs")) << "now it may believe it";
}

TEST_F(FalseOwnerRisk, isNoneWhenAWaiterGivesUpOrClosesItsSession) {
  queueUpOn("3.4.23");
  cluster_.sample(0x2e, 0, 5, 5);
  cluster_.leave(1, "jobs", 0x2e);
  cluster_.queueUp(1, "jobs", 0x3d);
  cluster_.sample(0x3d, 1, 5, 5);
  cluster_.leave(2, "jobs", 0x3d);  // with its lease, as the client's own Close does
  cluster_.end(0x3d, 2);
  EXPECT_THAT(cluster_.found(3), IsEmpty());
}

TEST_F(FalseOwnerRisk, isNoneWhenTheWaiterLeavesLongAfterARemovalThatFailed) {
  queueUpOn("3.4.23");
  cluster_.observations().removing({"jobs/2e"}, at(1));
  cluster_.leave(20, "jobs", 0x2e);
  EXPECT_THAT(cluster_.found(21), IsEmpty());
}

TEST_F(FalseOwnerRisk, isNoneForAHolder) {
  queueUpOn("3.4.23");
  cluster_.observations().removing({"jobs/1f"}, at(1));
  cluster_.leave(1, "jobs", 0x1f);
  EXPECT_THAT(cluster_.found(2), IsEmpty());
}

}  // namespace
}  // namespace leasescope
