#include "core/diagnosis/joined_waits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/watched_cluster.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class JoinedWaits : public testing::Test {
 protected:
  JoinedWaits() { cluster_.restore(0); }

  void isOf(LeaseId lease, const std::string& host, std::int64_t pid, const std::string& thread) {
    const HolderIdentity who{.host = host, .pid = pid, .thread = thread, .service = "orders"};
    cluster_.write(0, {History::put(identityKey(lease), lease, identityJson(who))});
  }
  /// 1a holds a, 2b holds b; 1b waits for b, 2a for a.
  void crossOver() {
    cluster_.queueUp(1, "a", 0x1a);
    cluster_.queueUp(1, "b", 0x2b);
    cluster_.queueUp(1, "b", 0x1b);
    cluster_.queueUp(1, "a", 0x2a);
  }
  std::vector<WaitCycle> cycles() {
    Observations& seen = cluster_.observations();
    return joinedCycles(seen.waits(), seen.leaseFinder());
  }
  WatchedCluster cluster_;
};

TEST_F(JoinedWaits, areASuspectedDeadlockWhenAThreadHoldsWithOneLeaseAndWaitsWithAnother) {
  for (const LeaseId lease : {0x1a, 0x1b}) isOf(lease, "web-1", 11, "7");
  for (const LeaseId lease : {0x2a, 0x2b}) isOf(lease, "web-2", 11, "7");
  crossOver();
  const auto findings = cluster_.lookTwice(2);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, FindingKind::Deadlock);
  EXPECT_EQ(findings[0].confidence, Confidence::Suspected);
  EXPECT_EQ(findings[0].severity, FindingSeverity::Warning);
  EXPECT_THAT(findings[0].summary, StartsWith("Perhaps a deadlock: "));
  EXPECT_THAT(findings[0].summary, HasSubstr("1b waits for b behind 2b"));
  EXPECT_THAT(findings[0].summary, HasSubstr("2a waits for a behind 1a"));
  EXPECT_THAT(findings[0].summary, HasSubstr("2b and 2a are one thread: orders on web-2, pid 11, thread 7."));
  const Evidence& identities = findings[0].evidence[3];
  EXPECT_EQ(identities.name, "identities");
  EXPECT_THAT(std::get<std::vector<std::string>>(identities.value),
              UnorderedElementsAre("orders on web-1, pid 11, thread 7", "orders on web-2, pid 11, thread 7"));
  EXPECT_TRUE(findings[0].revoke == 0x1a || findings[0].revoke == 0x2b) << "who holds is in the way";
  cluster_.end(0x1b, 3);
  cluster_.leave(3, "b", 0x1b);
  EXPECT_THAT(cluster_.found(3), IsEmpty());
}

TEST_F(JoinedWaits, ofLeasesAloneAreNamedWithWhoWaits) {
  isOf(0x1a, "web-1", 11, "7");
  cluster_.queueUp(1, "a", 0x1a);
  cluster_.queueUp(1, "b", 0x2b);
  cluster_.queueUp(2, "b", 0x1a);
  cluster_.queueUp(2, "a", 0x2b);
  const auto findings = cluster_.lookTwice(3);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(
      findings[0].summary,
      "Deadlock: 1a (orders on web-1, pid 11, thread 7) waits for b behind 2b, 2b waits for a behind 1a.");
}

TEST_F(JoinedWaits, nameTheSessionsThatOnlyAThreadJoins) {
  for (const LeaseId lease : {0x1a, 0x1b}) isOf(lease, "web-1", 11, "7");
  for (const LeaseId lease : {0x2a, 0x2b}) isOf(lease, "web-2", 11, "7");
  crossOver();
  cluster_.queueUp(1, "elsewhere", 0x3);
  cluster_.queueUp(1, "elsewhere", 0x4);
  const std::vector<WaitCycle> found = cycles();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].confidence, Confidence::Suspected);
  EXPECT_THAT(jointsOf(found[0]), UnorderedElementsAre(WaitJoint{.has = 0x1a, .waits = 0x1b},
                                                       WaitJoint{.has = 0x2b, .waits = 0x2a}));
  EXPECT_THAT(sessionsIn(found[0]), UnorderedElementsAre(0x1a, 0x1b, 0x2a, 0x2b));
}

TEST_F(JoinedWaits, leadThroughSessionsThatAreNotJoined) {
  for (const LeaseId lease : {0x1a, 0x1b}) isOf(lease, "web-1", 11, "7");
  cluster_.queueUp(1, "a", 0x1a);
  cluster_.queueUp(1, "b", 0x2);
  cluster_.queueUp(1, "b", 0x1b);
  cluster_.queueUp(1, "a", 0x2);
  const std::vector<WaitCycle> found = cycles();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(jointsOf(found[0]), ElementsAre(WaitJoint{.has = 0x1a, .waits = 0x1b}));
  EXPECT_EQ(sessionsIn(found[0]).size(), 3U);
}

TEST_F(JoinedWaits, areNotMadeOfThreadsOfOneProcess) {
  isOf(0x1a, "web-1", 11, "7");
  isOf(0x1b, "web-1", 11, "8");
  isOf(0x2a, "web-2", 11, "7");
  isOf(0x2b, "web-2", 11, "8");
  crossOver();
  cluster_.look(2);
  EXPECT_THAT(cluster_.found(3), IsEmpty());
}

TEST_F(JoinedWaits, areNotMadeOfWhoDoesNotSayItsThread) {
  for (const LeaseId lease : {0x1a, 0x1b}) isOf(lease, "web-1", 11, "");
  for (const LeaseId lease : {0x2a, 0x2b}) isOf(lease, "web-2", 11, "");
  crossOver();
  cluster_.look(2);
  EXPECT_THAT(cluster_.found(3), IsEmpty());
}

TEST_F(JoinedWaits, areNotMadeOfANameThatManyShare) {
  for (const LeaseId lease : {0x1a, 0x1b, 0x1c}) isOf(lease, "web-1", 11, "main");
  cluster_.queueUp(1, "a", 0x1a);
  cluster_.queueUp(1, "a", 0x1b);
  cluster_.queueUp(1, "a", 0x1c);  // no thread waits twice
  EXPECT_THAT(cycles(), IsEmpty());
}

TEST_F(JoinedWaits, areNotMadeOfWhoTakesALockWhileItWaits) {
  for (const LeaseId lease : {0x1a, 0x1b}) isOf(lease, "web-1", 11, "7");
  cluster_.queueUp(1, "b", 0x2);
  cluster_.queueUp(1, "b", 0x1b);
  cluster_.queueUp(1, "a", 0x1a);
  cluster_.queueUp(1, "a", 0x2);
  EXPECT_THAT(cycles(), IsEmpty());
}

TEST_F(JoinedWaits, areOneThreadWaitingForItself) {
  for (const LeaseId lease : {0x1a, 0x1b}) isOf(lease, "web-1", 11, "7");
  cluster_.queueUp(1, "a", 0x1a);
  cluster_.queueUp(1, "a", 0x1b);
  cluster_.look(2);
  EXPECT_THAT(cluster_.found(3), ElementsAre("deadlock of lock a"));
}

TEST_F(JoinedWaits, leaveOutWhatLeasesProveByThemselves) {
  for (const LeaseId lease : {0x1a, 0x2b}) isOf(lease, "web-1", 11, std::to_string(lease));
  for (const LeaseId lease : {0x3a, 0x3b}) isOf(lease, "web-1", 11, "7");
  cluster_.queueUp(1, "a", 0x1a);
  cluster_.queueUp(1, "b", 0x2b);
  cluster_.queueUp(1, "b", 0x1a);
  cluster_.queueUp(1, "a", 0x2b);
  EXPECT_THAT(cycles(), IsEmpty());
  const auto findings = cluster_.lookTwice(2);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].confidence, Confidence::Proven);
}

}  // namespace
}  // namespace leasescope
