#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/diagnosis/count_series.h"
#include "core/diagnosis/hold_habit.h"
#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "tests/support/watched_cluster.h"

namespace leasescope {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

/// Sessions without keys, each kept alive from its beginning on.
class Growing : public testing::Test {
 protected:
  Growing() { cluster_.restore(0); }
  void opened(LeaseId id, double seconds) { cluster_.grant(id, seconds); }
  void tick(double seconds, LeaseId newest) {
    for (LeaseId id = 1; id <= newest; ++id) {
      cluster_.sample(id, seconds, 59 - (static_cast<int>(seconds) % 20), 60);
    }
  }
  WatchedCluster cluster_;
};

TEST_F(Growing, sessionsThatBecomeMoreAndMoreAreGrowth) {
  for (int second = 1; second <= 20; ++second) {
    opened(second, second);
    tick(second, second);
    const auto found = cluster_.found(second);
    EXPECT_TRUE(second > 10 || found.empty()) << second;
  }
  const auto findings = cluster_.look(20.5);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].kind, FindingKind::SessionGrowth);
  EXPECT_EQ(findings[0].severity, FindingSeverity::Critical);
  EXPECT_THAT(findings[0].summary, HasSubstr("20 now, 19 more in"));
  ASSERT_NE(findings[0].curves, nullptr);
  const std::vector<Curve>& curves = *findings[0].curves;
  ASSERT_EQ(curves.size(), 2U);
  EXPECT_EQ(curves[0].of, Curve::Of::KeylessSessions);
  EXPECT_EQ(curves[0].points.front().count, 1);
  EXPECT_EQ(curves[0].points.back().count, 20);
  ASSERT_TRUE(curves[0].slope);
  EXPECT_NEAR(curves[0].slope->perSecond, 1, 0.1);
  EXPECT_NEAR(curves[0].slope->start, 1, 0.5);
  EXPECT_EQ(curves[1].of, Curve::Of::Contenders);
  EXPECT_EQ(curves[1].points.size(), curves[0].points.size());
  EXPECT_EQ(curves[1].points.back().count, 0);
}

TEST_F(Growing, isFoundAlsoWhenItBeginsLate) {
  for (int second = 1; second <= 1'000; ++second) EXPECT_THAT(cluster_.found(second), IsEmpty());
  for (int second = 1; second <= 40; ++second) {
    opened(second, 1'000 + second);
    tick(1'000 + second, second);
    EXPECT_TRUE(cluster_.found(1'000 + second).empty() || second >= 25) << second;
  }
  const auto findings = cluster_.look(1'040.5);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].kind, FindingKind::SessionGrowth);
  const Curve& curve = findings[0].curves->front();
  EXPECT_NEAR(absl::ToDoubleSeconds(curve.points.front().at - at(1'000)), 0, 2);
  EXPECT_NEAR(curve.slope->perSecond, 1, 0.1);
}

TEST_F(Growing, isFoundAlsoAfterTheServiceWasStartedAnew) {
  for (int second = 1; second <= 60; ++second) {
    opened(second, second);
    tick(second, second);
    cluster_.look(second);
  }
  for (LeaseId id = 1; id <= 60; ++id) cluster_.end(id, 61);
  cluster_.look(61);
  EXPECT_THAT(cluster_.found(70), IsEmpty());
  for (int second = 1; second <= 40; ++second) {
    opened(second, 70 + second);
    tick(70 + second, second);
    EXPECT_TRUE(cluster_.found(70 + second).empty() || second >= 25) << second;
  }
  EXPECT_THAT(cluster_.found(111), Contains("session-growth of cluster"));
}

TEST_F(Growing, aServiceThatStartsLaterIsNone) {
  for (int second = 1; second <= 200; ++second) {
    const int sessions = std::clamp(second - 100, 0, 25);
    if (second > 100 && second <= 125) opened(second - 100, second);
    tick(second, sessions);
    EXPECT_THAT(cluster_.found(second), Not(Contains("session-growth of cluster"))) << second;
  }
}

TEST_F(Growing, aPoolThatIsFilledOnceIsNone) {
  for (int id = 1; id <= 20; ++id) opened(id, 1 + id * 0.1);
  for (int second = 3; second <= 40; ++second) {
    tick(second, 20);
    EXPECT_THAT(cluster_.found(second), Not(Contains("session-growth of cluster"))) << second;
  }
}

TEST_F(Growing, sessionsThatComeAndGoBesideLeakedOnesAreNone) {
  constexpr LeaseId kLeaked = 60;
  for (LeaseId id = 1; id <= kLeaked; ++id) opened(id, 0.5);
  LeaseId next = 1'000;
  for (int second = 1; second <= 100; ++second) {
    const int busy = std::max(0, second - 25);  // there is more and more to do
    for (int i = 0; i < busy; ++i) opened(next + i, second);
    tick(second, kLeaked);
    EXPECT_THAT(cluster_.found(second + 0.1), Not(Contains("session-growth of cluster"))) << second;
    for (int i = 0; i < busy; ++i) cluster_.end(next + i, second + 0.9);
    next += busy;
  }
}

TEST_F(Growing, sessionsThatComeAndGoAreNone) {
  for (int second = 1; second <= 60; ++second) {
    for (int i = 0; i < 5; ++i) opened(second * 10 + i, second);
    for (int i = 0; i < 5; ++i) cluster_.end((second - 3) * 10 + i, second);
    EXPECT_THAT(cluster_.found(second), IsEmpty()) << second;
  }
}

TEST(RobustSlope, findsALineThroughOutliers) {
  std::vector<SlopePoint> points;
  points.reserve(40);
  for (int i = 0; i < 40; ++i) points.push_back({.seconds = i * 1.0, .value = i % 10 == 0 ? 500.0 : i * 2.0});
  const auto slope = robustSlope(points);
  ASSERT_TRUE(slope);
  EXPECT_NEAR(slope->perSecond, 2, 0.1);
  EXPECT_NEAR(slope->start, 0, 2);
  EXPECT_LT(slope->lower, 2.05);
  EXPECT_GT(slope->upper, 1.95);
}

TEST(RobustSlope, isNotSureOfNoise) {
  std::vector<SlopePoint> points;
  points.reserve(40);
  for (int i = 0; i < 40; ++i)
    points.push_back({.seconds = i * 1.0, .value = static_cast<double>(i * 7 % 11)});
  const auto slope = robustSlope(points);
  ASSERT_TRUE(slope);
  EXPECT_LE(slope->lower, 0);
  EXPECT_GE(slope->upper, 0);
}

TEST(RobustSlope, needsPoints) { EXPECT_FALSE(robustSlope({{0, 1}, {1, 2}, {2, 3}})); }

TEST(CountSeries, reachesBackToItsBeginningHoweverLong) {
  CountSeries series;
  for (int i = 0; i < 100'000; ++i) series.add({.at = at(i), .count = i});
  EXPECT_LT(series.points().size(), 256U);
  EXPECT_GT(series.points().size(), 64U);
  EXPECT_EQ(series.points().front().count, 0);
}

TEST(CountSeries, endsWithTheNewest) {
  CountSeries series;
  for (int i = 0; i < 5'000; ++i) {
    series.add({.at = at(i), .count = i});
    ASSERT_EQ(series.points().front().count, 0);
    ASSERT_EQ(series.points().back().count, i);
    ASSERT_LE(series.points().size(), CountSeries::kMostPoints);
  }
}

TEST(CountHistory, givesNoMoreThanWhatIsPromised) {
  CountHistory history;
  for (int i = 0; i < 1'200; ++i) {
    history.add({.at = at(i / 2.0), .count = i});
    const std::vector<CountPoint> points = history.last(absl::Minutes(10));
    ASSERT_LE(points.size(), CountSeries::kMostPoints) << i;
    ASSERT_EQ(points.back().count, i);
  }
}

TEST(CountHistory, endsWithTheNewestHoweverLong) {
  CountHistory history;
  for (int i = 0; i < 4'000; ++i) history.add({.at = at(i), .count = i});
  for (const absl::Duration length : {absl::Minutes(1), absl::Minutes(30), absl::Hours(2)}) {
    const std::vector<CountPoint> points = history.last(length);
    EXPECT_EQ(points.back().count, 3'999);
    EXPECT_LE(points.size(), CountSeries::kMostPoints);
  }
}

TEST(HoldHabit, knowsWhatIsUsual) {
  HoldHabit habit;
  EXPECT_EQ(habit.median(), absl::ZeroDuration());
  for (int i = 1; i <= 10; ++i) habit.add(absl::Seconds(i));
  EXPECT_EQ(habit.median(), absl::Seconds(5));
  EXPECT_EQ(habit.p99(), absl::Seconds(10));
  for (int i = 0; i < 64; ++i) habit.add(absl::Seconds(100));
  EXPECT_EQ(habit.median(), absl::Seconds(100)) << "old holds are forgotten";
  EXPECT_EQ(habit.count(), 74);
}

std::vector<Finding> troublesOf(const ClusterView& view) {
  Observations seen;
  seen.surveyed(std::make_shared<const ClusterView>(view), at(0));
  return clusterTroubles(seen, at(0));
}

TEST(ClusterTrouble, saysWhatEtcdComplainsOf) {
  ClusterView view;
  view.alarms = {"NOSPACE: the database is full (m1)", "NOSPACE: the database is full (m2)"};
  view.members = {{.name = "m1", .leader = true}, {.name = "m2"}, {.name = "m3", .problem = "no answer"}};
  view.members[0].status.version = "3.5.1";
  view.members[0].status.leader = 1;
  const std::vector<Finding> findings = troublesOf(view);
  std::vector<std::string> summaries(findings.size());
  std::ranges::transform(findings, summaries.begin(), &Finding::summary);
  EXPECT_EQ(subjectText(findings[0].subject), "alarm NOSPACE");
  EXPECT_THAT(summaries, ElementsAre(AllOf(HasSubstr("NOSPACE"), HasSubstr("(m1)"), HasSubstr("(m2)")),
                                     HasSubstr("m2 knows no leader"),
                                     HasSubstr("m1 runs etcd 3.5.1, which can corrupt")));
  EXPECT_EQ(findings[2].severity, FindingSeverity::Warning);
}

TEST(ClusterTrouble, tellsForAnHourThatTheClusterWasRestored) {
  ClusterView view;
  view.restored = HistoryBreak{.seen = 90, .reached = 50, .at = at(10)};
  Observations seen;
  seen.surveyed(std::make_shared<const ClusterView>(view), at(10));
  const std::vector<Finding> findings = clusterTroubles(seen, at(20));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(subjectText(findings[0].subject), "alarm restored");
  EXPECT_EQ(findings[0].severity, FindingSeverity::Critical);
  EXPECT_THAT(findings[0].summary,
              AllOf(HasSubstr("The cluster was restored"), HasSubstr("90"), HasSubstr("50")));
  EXPECT_THAT(clusterTroubles(seen, at(10 + 3'601)), IsEmpty());
}

/// One member of each name, all well.
ClusterView running(const std::string& version, const std::vector<std::string>& names) {
  ClusterView view;
  for (const std::string& name : names) {
    view.members.push_back({.name = name});
    view.members.back().status.version = version;
    view.members.back().status.leader = 1;
  }
  return view;
}

TEST(ClusterTrouble, ofAVersionIsOneForAllMembersThatRunIt) {
  const std::vector<Finding> findings = troublesOf(running("3.4.23", {"m1", "m2", "m3"}));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(subjectText(findings[0].subject), "version 3.4.23");
  EXPECT_EQ(findings[0].severity, FindingSeverity::Info) << "it needs a leader that hangs";
  EXPECT_THAT(findings[0].summary, AllOf(HasSubstr("m1, m2, m3 run etcd 3.4.23, where a leader that was "
                                                   "replaced"),
                                         HasSubstr("3.4.31 or newer")));
}

TEST(ClusterTrouble, ofAReplacedLeaderIsNoneWhereThereIsOnlyOne) {
  EXPECT_THAT(troublesOf(running("3.4.23", {"m1"})), IsEmpty());
  EXPECT_THAT(troublesOf(running("3.5.16", {"m1", "m2", "m3"})), IsEmpty());
}

TEST(ClusterTrouble, hasACurveOfWhatProvesIt) {
  const auto full = [](std::int64_t mib) {
    auto view = std::make_shared<ClusterView>(running("3.5.16", {"m1", "m2"}));
    view->members[1].status.leader = 0;
    view->members[1].status.databaseBytes = mib << 20;
    view->alarms = {"NOSPACE: the database is full (m2)"};
    return view;
  };
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.observations().surveyed(full(100), at(0));
  for (const Finding& finding : cluster.look(1))
    EXPECT_EQ(finding.curves, nullptr) << "one point is no curve";
  cluster.observations().surveyed(full(2'048), at(10));
  const std::vector<Finding> findings = cluster.look(11);
  ASSERT_EQ(findings.size(), 2U);
  ASSERT_NE(findings[0].curves, nullptr);
  EXPECT_EQ(findings[0].curves->front().of, Curve::Of::DatabaseMiB);
  EXPECT_EQ(findings[0].curves->front().points.front().count, 100);
  EXPECT_EQ(findings[0].curves->front().points.back().count, 2'048);
  ASSERT_NE(findings[1].curves, nullptr);
  EXPECT_EQ(findings[1].curves->front().of, Curve::Of::MembersWithLeader);
  EXPECT_EQ(findings[1].curves->front().points.back().count, 1);
}

TEST(ClusterTrouble, ofOneMemberIsNotHiddenByAnotherOne) {
  auto view = std::make_shared<ClusterView>();
  view->members = {{.endpoint = "a:1", .name = "default"}, {.endpoint = "b:1", .name = "default"}};
  view->members[0].status.version = "3.5.1";  // and both know no leader
  view->members[1].status.version = "3.5.2";
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.observations().surveyed(view, at(0));
  EXPECT_THAT(cluster.found(1), UnorderedElementsAre("cluster of alarm no leader", "cluster of version 3.5.1",
                                                     "cluster of version 3.5.2"));
}

TEST(ClusterTrouble, isToldWhileNothingElseIsKnown) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.observations().ghostsListed("m", {0x1f}, at(0));
  EXPECT_THAT(cluster.found(1), ElementsAre("ghost-lease of member m"));
  auto view = std::make_shared<ClusterView>();
  view->members = {{.endpoint = "a:1", .name = "m1"}};
  cluster.observations().surveyed(view, at(60));
  const Verdict verdict = cluster.diagnosis().lookAtCluster(at(60));
  ASSERT_EQ(verdict.findings.size(), 2U) << "what was found before stays, however long ago";
  EXPECT_EQ(verdict.findings[0].subject.alarm, "no leader");
  cluster.observations().surveyed(view, at(65));
  const Verdict later = cluster.diagnosis().lookAtCluster(at(65));
  EXPECT_EQ(later.findings[0].firstFound->steady, at(60).steady) << "it is not found anew each time";
  auto healed = std::make_shared<ClusterView>(*view);
  healed->members[0].status.leader = 1;
  cluster.observations().surveyed(healed, at(70));
  EXPECT_EQ(cluster.diagnosis().lookAtCluster(at(70)).findings.size(), 1U);
}

TEST(ClusterTrouble, findsNothingInAHealthyCluster) {
  ClusterView view;
  view.members = {{.name = "m1", .leader = true}};
  view.members[0].status.version = "3.5.16";
  view.members[0].status.leader = 1;
  EXPECT_THAT(troublesOf(view), IsEmpty());
}

TEST(Diagnosis, keepsForAWhileWhatComesAndGoes) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.observations().ghostsListed("m", {0x1f}, at(0));
  EXPECT_THAT(cluster.found(1), ElementsAre("ghost-lease of member m"));
  const Moment first = *cluster.look(2)[0].firstFound;
  EXPECT_EQ(first.steady, at(1).steady);
  cluster.observations().ghostsListed("m", {}, at(0));
  EXPECT_THAT(cluster.found(5), ElementsAre("ghost-lease of member m")) << "it does not flicker";
  cluster.observations().ghostsListed("m", {0x1f}, at(0));
  EXPECT_EQ(cluster.look(6)[0].firstFound->steady, first.steady);
  cluster.observations().ghostsListed("m", {}, at(0));
  EXPECT_THAT(cluster.found(12), IsEmpty());
}

TEST(Diagnosis, putsTheMostUrgentFirst) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.observations().ghostsListed("m", {0x1f}, at(0));
  cluster.write(0, {History::put("jobs/config", etcd::kNoLease, "text")});
  cluster.queueUp(1, "jobs", 0x1f);
  EXPECT_THAT(cluster.found(1),
              ElementsAre("orphaned-contender of key jobs/config", "ghost-lease of member m"));
}

TEST(Diagnosis, countsWhatThereIsAndWhatCannotBeJudgedYet) {
  WatchedCluster cluster;
  cluster.restore(0);
  cluster.queueUp(0, "jobs", 0x1f);
  cluster.queueUp(1, "jobs", 0x2e);
  cluster.grant(0x3d, 0);
  cluster.sample(0x3d, 0, 20, 20);
  const Verdict verdict = cluster.diagnosis().look(at(5));
  EXPECT_EQ(verdict.census.leases, 3U);
  EXPECT_EQ(verdict.census.leasesWithoutKeys, 1U);
  EXPECT_EQ(verdict.census.locks, 1U);
  EXPECT_EQ(verdict.census.contenders, 2U);
  EXPECT_EQ(verdict.census.longestHold, absl::Seconds(5));
  EXPECT_EQ(verdict.census.longestWait, absl::Seconds(4));
  EXPECT_EQ(verdict.unjudged.tooShort, 1U);
  EXPECT_EQ(verdict.unjudged.leases(), 1U);
  EXPECT_EQ(verdict.judgedAfter, absl::Minutes(1));
}

TEST(Diagnosis, doesNotCallJudgedWhatWasHardlyEverSampled) {
  WatchedCluster cluster;
  cluster.restore(0);
  for (const LeaseId lease : {0x1f, 0x2e}) cluster.grant(lease, 0);
  cluster.sample(0x1f, 0, 5, 5);
  const Verdict verdict = cluster.diagnosis().look(at(30));
  EXPECT_EQ(verdict.unjudged.unsampled, 2U) << "once, and never";
  EXPECT_EQ(verdict.unjudged.leases(), 2U);
}

TEST(Diagnosis, doesNotJudgeLeasesThatMayHaveKeysElsewhere) {
  WatchedCluster cluster({}, Watched::SomePrefixes);
  cluster.restore(0);
  cluster.grant(0x1f, 0);
  cluster.keepAlive(0x1f, 0, 60, 5);
  const Verdict verdict = cluster.diagnosis().look(at(60));
  EXPECT_THAT(verdict.findings, IsEmpty());
  EXPECT_EQ(verdict.unjudged.elsewhere, 1U);
  EXPECT_EQ(verdict.census.leasesWithoutKeys, 0U);
}

TEST(Wording, quotesKeysForAShell) {
  EXPECT_EQ(shellWord("/jobs/nightly-1"), "/jobs/nightly-1");
  EXPECT_EQ(shellWord(""), "$''");
  EXPECT_EQ(releaseCommand("/jobs/1f"), "leasescopectl release /jobs/1f");
  EXPECT_EQ(releaseCommand("-jobs/1f"), "leasescopectl release -- -jobs/1f") << "it is no flag";
  EXPECT_EQ(shellWord("/a b/c$x"), "$'/a b/c$x'");
  EXPECT_EQ(shellWord("it's\\\n\xff"), R"($'it\'s\\\x0a\xff')");
  EXPECT_EQ(roughly(absl::Milliseconds(333)), "0.3 s");
  EXPECT_EQ(roughly(absl::Milliseconds(960)), "1 s");
}

TEST(FindingKinds, haveNamesThatAreRead) {
  for (std::size_t i = 0; i < kFindingKinds; ++i) {
    const auto kind = static_cast<FindingKind>(i);
    EXPECT_EQ(findingKindNamed(findingKindName(kind)), kind);
  }
  EXPECT_FALSE(findingKindNamed("leak"));
}

}  // namespace
}  // namespace leasescope
