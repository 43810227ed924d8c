#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/watched_cluster.h"

namespace leasescope {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Evidence& fact(const Finding& finding, const std::string& name) {
  for (const Evidence& one : finding.evidence) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << "no evidence " << name;
  return finding.evidence.front();
}

TEST(LeakedSession, isRenewedForLongWithoutAKey) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  cluster.keepAlive(0x1f, 0, 29, 10);
  EXPECT_THAT(cluster.found(29), IsEmpty()) << "three TTLs are not over";
  cluster.keepAlive(0x1f, 29.5, 31, 10);
  const auto findings = cluster.look(31);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::LeakedSession);
  EXPECT_EQ(findings[0].subject.lease, 0x1f);
  EXPECT_EQ(findings[0].revoke, 0x1f);
  EXPECT_THAT(findings[0].summary, HasSubstr("lease 1f alive that has had no key for 31 s"));
  EXPECT_THAT(findings[0].advice, HasSubstr("leasescopectl revoke 1f"));
  EXPECT_GE(std::get<std::int64_t>(fact(findings[0], "renewals").value), 5);
}

TEST(LeakedSession, isNotOneThatLocksNowAndThen) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  for (const double now : {0, 20, 40}) {
    cluster.keepAlive(0x1f, now, now + 19, 10);
    cluster.queueUp(now + 19.5, "jobs", 0x1f);
    cluster.leave(now + 19.6, "jobs", 0x1f);
  }
  EXPECT_THAT(cluster.found(60), IsEmpty());
}

TEST(LeakedSession, isNotOneThatLocksForSoShortThatNoPictureShowsTheKey) {
  History history;
  Picture picture;
  Diagnosis diagnosis;
  picture.restore(history.listing(), at(0));
  picture.leasesListed({0x1f}, at(0), at(0));
  for (int half = 0; half < 120; ++half) {
    const double now = half / 2.0;
    picture.leaseSampled(0x1f, {.remaining = absl::Seconds(9 - (static_cast<int>(now) % 3)),
                                .granted = absl::Seconds(10),
                                .sent = at(now),
                                .received = at(now)});
    if (static_cast<int>(now) % 20 == 10) {
      picture.apply(history.commit({History::put("jobs/1f", 0x1f)}), at(now));
      picture.apply(history.commit({History::remove("jobs/1f")}), at(now));
    }
    diagnosis.observations().apply(picture.takeChanges(), at(now));  // both at once
    EXPECT_THAT(diagnosis.look(at(now)).findings, IsEmpty()) << now;
  }
}

TEST(LeakedSession, isNotOneOfAPoolThatRestsForAWhile) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  for (const double now : {0, 2, 4}) {
    cluster.queueUp(now, "jobs", 0x1f);
    cluster.leave(now + 1, "jobs", 0x1f);
  }
  cluster.keepAlive(0x1f, 5, 290, 10);
  EXPECT_THAT(cluster.found(290), IsEmpty());
  cluster.keepAlive(0x1f, 290.5, 320, 10);
  const auto findings = cluster.look(320);
  ASSERT_EQ(findings.size(), 1U) << "nobody rests for ever";
  EXPECT_EQ(std::get<std::int64_t>(fact(findings[0], "used").value), 3);
}

TEST(LeakedSession, isAtLeastThatOldWhenItWasThereAtTheFirstLook) {
  WatchedCluster cluster;
  cluster.queueUp(0, "jobs", 0x1f);
  cluster.restore(0);  // the first look
  cluster.leave(0.1, "jobs", 0x1f);
  cluster.grant(0x1f, 0.2);
  cluster.keepAlive(0x1f, 0.5, 31, 10);
  const auto findings = cluster.look(31);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(fact(findings[0], "age").atLeast);
}

TEST(LeakedSession, isJudgedAnewAfterAGap) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  cluster.keepAlive(0x1f, 0, 25, 10);
  cluster.restore(25);  // it may have had a key meanwhile
  cluster.keepAlive(0x1f, 25.5, 50, 10);
  EXPECT_THAT(cluster.found(50), IsEmpty());
  cluster.keepAlive(0x1f, 50.5, 56, 10);
  EXPECT_THAT(cluster.found(56), ElementsAre("leaked-session of lease 1f"));
}

TEST(LeakedSession, isNotOneThatNobodyRenews) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  cluster.sample(0x1f, 0, 10, 10);
  cluster.sample(0x1f, 9, 1, 10);
  EXPECT_THAT(cluster.found(31), IsEmpty());
}

TEST(OverdueLease, isOneThatEtcdStillHasLongAfterItsEnd) {
  WatchedCluster cluster;
  cluster.queueUp(0, "jobs", 0x1f);
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  cluster.sample(0x1f, 0, 10, 10);
  cluster.sample(0x1f, 8, 2, 10);
  EXPECT_THAT(cluster.found(12), Not(Contains("overdue-lease of lease 1f"))) << "not seen after its end";
  cluster.sample(0x1f, 15, -5, 10);
  const auto found = cluster.found(15);
  EXPECT_THAT(found, ElementsAre("overdue-lease of lease 1f"));
  EXPECT_THAT(cluster.look(15)[0].summary, HasSubstr("has not removed it and its 1 key"));
}

TEST(MissedRenewals, saysThatAHolderIsAboutToLoseItsLock) {
  WatchedCluster cluster;
  cluster.queueUp(0, "jobs", 0x1f);
  cluster.queueUp(0, "jobs", 0x2e);
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  cluster.keepAlive(0x1f, 0, 20, 12);
  EXPECT_THAT(cluster.found(20), IsEmpty());
  for (int half = 41; half < 62; ++half) {
    const double now = half / 2.0;
    cluster.sample(0x1f, now, static_cast<int>(32 - now), 12);  // nobody renews since 20
  }
  const auto findings = cluster.look(31);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::MissedRenewals);
  EXPECT_EQ(findings[0].confidence, Confidence::Proven);
  EXPECT_THAT(findings[0].summary, HasSubstr("loses the lock jobs in 1 s"));
  EXPECT_EQ(std::get<std::int64_t>(fact(findings[0], "waiters").value), 1);
}

TEST(MissedRenewals, areNotTheRhythmOfAClientThatRenewsLate) {
  WatchedCluster cluster;
  cluster.queueUp(0, "jobs", 0x1f);
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  for (int half = 0; half < 120; ++half) {  // a second before the end, as some clients do
    const double now = half / 2.0;
    const double since = now - 9 * static_cast<int>(now / 9);
    cluster.sample(0x1f, now, static_cast<int>(10 - since - 0.05), 10);
    const auto found = cluster.found(now);
    EXPECT_TRUE(found.empty() || now < 14) << now << ": until its rhythm is known, and what lingers is gone";
  }
}

TEST(MissedRenewals, doNotMatterToWhoHoldsNoLock) {
  WatchedCluster cluster;
  cluster.write(0, {History::put("config", 0x1f, "text")});
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  cluster.sample(0x1f, 0, 10, 10);
  cluster.sample(0x1f, 9, 1, 10);
  EXPECT_THAT(cluster.found(9), IsEmpty());
}

TEST(SharedLease, carriesVeryManyLocks) {
  WatchedCluster cluster({.sharedLeaseLocks = 3});
  for (const char* lock : {"a", "b"}) cluster.queueUp(0, lock, 0x1f);
  cluster.write(0, {History::put("config/x", 0x1f, "text"), History::put("config/y", 0x1f, "text")});
  EXPECT_THAT(cluster.found(1), IsEmpty()) << "what is no lock does not count";
  cluster.queueUp(1, "c", 0x1f);
  const auto findings = cluster.look(1);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, FindingSeverity::Info);
  EXPECT_THAT(std::get<std::vector<std::string>>(fact(findings[0], "locks").value),
              ElementsAre("a", "b", "c"));
}

TEST(ExpiryStorm, isManyLeasesThatEndInOneSecond) {
  WatchedCluster cluster({.expiryStormLeases = 50});
  cluster.restore(0);
  for (LeaseId id = 1; id <= 60; ++id) cluster.grant(id, 0);
  for (LeaseId id = 1; id <= 60; ++id) {
    cluster.sample(id, 0, 20, 20);
    if (id <= 40) cluster.sample(id, 4, 19, 20);  // renewed
  }
  EXPECT_THAT(cluster.found(6), IsEmpty()) << "more than half is left";
  for (LeaseId id = 1; id <= 60; ++id) cluster.sample(id, 13, id <= 40 ? 11 : 7, 20);
  EXPECT_THAT(cluster.found(13), IsEmpty()) << "only 20 end together";
  for (LeaseId id = 1; id <= 60; ++id) cluster.sample(id, 15, 5, 20);
  const auto findings = cluster.look(15);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::ExpiryStorm);
  EXPECT_EQ(findings[0].subject, Subject());
  EXPECT_EQ(std::get<std::int64_t>(fact(findings[0], "leases").value), 60);
  ASSERT_NE(findings[0].curves, nullptr);
  const Curve& curve = findings[0].curves->front();
  EXPECT_EQ(curve.of, Curve::Of::Endings);
  for (const CountPoint& point : curve.points) {
    const bool storm = point.at - at(20) >= absl::ZeroDuration() && point.at - at(20) < absl::Seconds(1);
    EXPECT_EQ(point.count, storm ? 60 : 0);
    EXPECT_EQ(point.at - at(15), point.at.wall - at(15).wall);
  }
}

TEST(ExpiryStorm, isOneFindingAboutTheWorstSecond) {
  WatchedCluster cluster({.expiryStormLeases = 10});
  cluster.restore(0);
  for (LeaseId id = 1; id <= 45; ++id) {
    cluster.grant(id, 0);
    cluster.sample(id, 0, 20, 20);
    cluster.sample(id, 11, id <= 15 ? 8 : id <= 40 ? 5 : 3, 20);
  }
  const auto findings = cluster.look(11);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(std::get<std::int64_t>(fact(findings[0], "leases").value), 25);
  EXPECT_EQ(std::get<std::int64_t>(fact(findings[0], "seconds_over_threshold").value), 2);
  const auto when = std::get<absl::Time>(fact(findings[0], "at").value);
  EXPECT_GE(when, at(16).wall);
  EXPECT_LT(when, at(17).wall);
}

TEST(ExpiryStorm, isOneSecondWheneverThatBegins) {
  WatchedCluster cluster({.expiryStormLeases = 50});
  cluster.restore(0);
  for (LeaseId id = 1; id <= 60; ++id) {
    const double granted = id * 0.015;  // over nearly a second, across the full one
    cluster.grant(id, 0.5 + granted);
    cluster.sample(id, 0.5 + granted, 20, 20);
    cluster.sample(id, 15.5 + granted, 5, 20);
  }
  EXPECT_THAT(cluster.found(17), ElementsAre("expiry-storm of cluster"));
}

TEST(GhostLease, isListedButUnknown) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.observations().ghostsListed("10.0.0.1:2379", {0x1f, 0x2e}, at(0));
  const auto findings = cluster.look(1);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].subject.member, "10.0.0.1:2379");
  EXPECT_THAT(findings[0].summary, HasSubstr("lists 2 leases that the leader does not know"));
}

TEST(GhostLease, isFoundOfEveryMemberThatIsAsked) {
  WatchedCluster cluster;
  cluster.restore(0);
  auto view = std::make_shared<ClusterView>();
  view->leaseDifferences = {{.endpoint = "m1", .ghosts = {0x1f, 0x2e}, .atLeast = true},
                            {.endpoint = "m2", .lacking = {0x3d}},
                            {.endpoint = "m3", .ghosts = {0x2e}}};
  cluster.observations().surveyed(view, at(0));
  cluster.observations().ghostsListed("m3", {0x2e, 0x4c}, at(0));
  const auto findings = cluster.look(1);
  ASSERT_EQ(findings.size(), 2U) << "a lease that a member has lost is no ghost";
  EXPECT_EQ(findings[0].summary, "m1 lists at least 2 leases that the leader does not know.");
  EXPECT_TRUE(fact(findings[0], "leases").atLeast);
  EXPECT_EQ(findings[1].summary, "m3 lists 2 leases that the leader does not know.") << "each once";
  EXPECT_THAT(std::get<std::vector<std::string>>(fact(findings[1], "ids").value), ElementsAre("2e", "4c"));
}

TEST(GhostLease, hasACurveOfHowManyThereWere) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.observations().ghostsListed("m1", {0x1f}, at(0));
  cluster.observations().ghostsListed("m1", {0x1f, 0x2e}, at(5));
  const auto findings = cluster.look(6);
  ASSERT_EQ(findings.size(), 1U);
  ASSERT_NE(findings[0].curves, nullptr);
  const Curve& curve = findings[0].curves->front();
  EXPECT_EQ(curve.of, Curve::Of::Ghosts);
  EXPECT_EQ(curve.points.front().count, 1);
  EXPECT_EQ(curve.points.back().count, 2);
}

TEST(GhostLease, namesAFewOfMany) {
  WatchedCluster cluster;
  cluster.restore(0);
  std::vector<LeaseId> many(1'000);
  std::iota(many.begin(), many.end(), 1);
  cluster.observations().ghostsListed("m1", many, at(0));
  const auto findings = cluster.look(1);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(std::get<std::int64_t>(fact(findings[0], "leases").value), 1'000);
  EXPECT_THAT(std::get<std::vector<std::string>>(fact(findings[0], "ids").value), SizeIs(20));
  EXPECT_TRUE(fact(findings[0], "ids").atLeast) << "not all are named";
}

}  // namespace
}  // namespace leasescope
