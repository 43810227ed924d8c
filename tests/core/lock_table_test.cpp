// The queues of locks, seen through a picture.

#include "core/picture/lock_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/history.h"
#include "tests/support/picture_words.h"

namespace leasescope {
namespace {

constexpr char kGrantedHex[] = "694d8257011d2a11";
constexpr LeaseId kGranted = 0x694d8257011d2a11;

class LockTableTest : public testing::Test {
 protected:
  void apply(const std::vector<History::Write>& writes) {
    picture_.apply(history_.commit(writes), at(++time_));
  }
  void restore() { picture_.restore(history_.listing(), at(++time_)); }
  Queue queueAfterChanges() {
    picture_.takeChanges();
    return picture_.lock("jobs")->queue;
  }
  std::string lock(const std::string& name) const { return inWords(picture_.lock(name)); }

  /// The same words whether the picture followed along or is made from a list.
  void expectLock(const std::string& name, const std::string& words) const {
    EXPECT_EQ(lock(name), words) << "after events";
    Picture listed;
    listed.restore(history_.listing(), at(0));
    EXPECT_EQ(inWords(listed.lock(name)), words) << "after a list";
  }

  History history_;
  Picture picture_;
  double time_ = 0;
};

TEST_F(LockTableTest, queuesInOrderOfCreateRevisionNotOfNames) {
  apply({History::put("jobs/3d", 0x3d)});
  apply({History::put("jobs/1f", 0x1f)});
  apply({History::put("jobs/2e", 0x2e)});
  expectLock("jobs",
             "jobs mutex: jobs/3d@2 lease 3d; jobs/1f@3 lease 1f waits on jobs/3d; "
             "jobs/2e@4 lease 2e waits on jobs/1f;");
  EXPECT_EQ(picture_.lock("jobs")->holder()->key, "jobs/3d");
  EXPECT_EQ(picture_.lock("jobs")->waiterCount(), 2U);
}

TEST_F(LockTableTest, handsALockToTheNextInTheQueue) {
  apply({History::put("jobs/1f", 0x1f)});
  apply({History::put("jobs/2e", 0x2e)});
  apply({History::remove("jobs/1f")});
  expectLock("jobs", "jobs mutex: jobs/2e@3 lease 2e;");
  apply({History::remove("jobs/2e")});
  expectLock("jobs", "no lock");
  EXPECT_EQ(picture_.lockCount(), 0U);
}

TEST_F(LockTableTest, letsAWaiterInTheMiddleGo) {
  for (const LeaseId lease : {0x1f, 0x2e, 0x3d})
    apply({History::put("jobs/" + etcd::leaseHex(lease), lease)});
  apply({History::remove("jobs/2e")});
  expectLock("jobs", "jobs mutex: jobs/1f@2 lease 1f; jobs/3d@4 lease 3d waits on jobs/1f;");
}

TEST_F(LockTableTest, keepsThePlaceOfAKeyThatIsPutAgain) {
  apply({History::put("jobs/1f", 0x1f)});
  apply({History::put("jobs/2e", 0x2e)});
  apply({History::put("jobs/1f", 0x1f)});  // the same session locks again
  expectLock("jobs", "jobs mutex: jobs/1f@2 lease 1f; jobs/2e@3 lease 2e waits on jobs/1f;");
}

TEST_F(LockTableTest, queuesALockBehindTheKeysOfNestedLocks) {
  apply({History::put("a/b/2e", 0x2e)});
  apply({History::put("a/1f", 0x1f)});
  expectLock("a", "a mutex: blocked by a/b/2e@2 lease 2e; a/1f@3 lease 1f waits on a/b/2e;");
  expectLock("a/b", "a/b mutex: a/b/2e@2 lease 2e;");
  EXPECT_EQ(picture_.lock("a")->holder(), nullptr);
  EXPECT_EQ(picture_.lock("a")->waiterCount(), 1U);
  apply({History::remove("a/b/2e")});
  expectLock("a", "a mutex: a/1f@3 lease 1f;");
}

TEST_F(LockTableTest, letsAWaiterWaitForAKeyOfANestedLock) {
  apply({History::put("a/1f", 0x1f)});
  apply({History::put("a/b/2e", 0x2e)});
  apply({History::put("a/3d", 0x3d)});
  expectLock("a", "a mutex: a/1f@2 lease 1f; a/3d@4 lease 3d waits on a/b/2e;");
  apply({History::remove("a/1f")});
  expectLock("a", "a mutex: blocked by a/b/2e@3 lease 2e; a/3d@4 lease 3d waits on a/b/2e;");
}

TEST_F(LockTableTest, isBlockedByAForeignKeyBelowThePrefix) {
  apply({History::put("a/config", etcd::kNoLease, "text")});
  apply({History::put("a/1f", 0x1f)});
  expectLock("a", "a mutex: blocked by a/config@2 lease 0; a/1f@3 lease 1f waits on a/config of 0;");
  apply({History::put("a/config", etcd::kNoLease, "other text")});  // its create revision stays
  expectLock("a", "a mutex: blocked by a/config@2 lease 0; a/1f@3 lease 1f waits on a/config of 0;");
  apply({History::remove("a/config")});
  expectLock("a", "a mutex: a/1f@3 lease 1f;");
}

TEST_F(LockTableTest, isNotBlockedByKeysBesideThePrefix) {
  apply({History::put("a", etcd::kNoLease, "text")});
  apply({History::put("a-config", etcd::kNoLease, "text")});
  apply({History::put("ab/2e", 0x2e)});
  apply({History::put("a/1f", 0x1f)});
  expectLock("a", "a mutex: a/1f@5 lease 1f;");
}

TEST_F(LockTableTest, isNoLockWithoutAContender) {
  apply({History::put("a/config", etcd::kNoLease, "text")});
  apply({History::put("a/1f", 0x2e)});
  expectLock("a", "no lock");
}

TEST_F(LockTableTest, knowsNamesThatEndInASlash) {
  apply({History::put("/my-lock//1f", 0x1f)});
  apply({History::put("/my-lock/2e", 0x2e)});
  expectLock("/my-lock/", "/my-lock/ mutex: /my-lock//1f@2 lease 1f;");
  expectLock("/my-lock",
             "/my-lock mutex: blocked by /my-lock//1f@2 lease 1f; "
             "/my-lock/2e@3 lease 2e waits on /my-lock//1f;");
}

TEST_F(LockTableTest, knowsTheLockWithoutAName) {
  apply({History::put("/1f", 0x1f)});
  apply({History::put("/x/2e", 0x2e)});
  expectLock("", " mutex: /1f@2 lease 1f;");
  expectLock("/x", "/x mutex: /x/2e@3 lease 2e;");
}

TEST_F(LockTableTest, showsAContenderThatLostItsLease) {
  const std::string key = std::string("jobs/") + kGrantedHex;
  apply({History::put(key, kGranted)});
  apply({History::put("jobs/1f", 0x1f)});
  apply({History::put(key)});
  expectLock("jobs",
             "jobs mutex: jobs/694d8257011d2a11@2 lease 0 named 694d8257011d2a11; "
             "jobs/1f@3 lease 1f waits on jobs/694d8257011d2a11 of 0;");
  EXPECT_FALSE(picture_.lock("jobs")->holder()->hasLease());
}

TEST_F(LockTableTest, showsAContenderUnderAnotherLeaseThanItsNameSays) {
  const std::string key = std::string("jobs/") + kGrantedHex;
  apply({History::put(key, kGranted)});
  apply({History::put(key, 0x2e)});
  expectLock("jobs", "jobs mutex: jobs/694d8257011d2a11@2 lease 2e named 694d8257011d2a11;");
}

TEST_F(LockTableTest, takesAKeyUnderAnotherLeaseForForeignWhenItsNameIsNoGrantedId) {
  apply({History::put("jobs/1f", 0x1f)});
  apply({History::put("jobs/2e", 0x2e)});
  apply({History::put("jobs/1f", 0x3d)});
  expectLock("jobs", "jobs mutex: blocked by jobs/1f@2 lease 3d; jobs/2e@3 lease 2e waits on jobs/1f of 3d;");
  apply({History::put("jobs/1f", 0x1f)});
  expectLock("jobs", "jobs mutex: jobs/1f@2 lease 1f; jobs/2e@3 lease 2e waits on jobs/1f;");
}

TEST_F(LockTableTest, appliesARevisionOfSeveralKeysAsOne) {
  apply({History::put("a/1f", 0x1f), History::put("b/1f", 0x1f)});
  apply({History::put("a/2e", 0x2e), History::put("b/2e", 0x2e)});
  apply({History::remove("a/1f"), History::remove("b/1f")});
  expectLock("a", "a mutex: a/2e@3 lease 2e;");
  expectLock("b", "b mutex: b/2e@3 lease 2e;");
}

TEST_F(LockTableTest, ordersEqualCreateRevisionsByKey) {
  apply({History::put("jobs/2e", 0x2e), History::put("jobs/1f", 0x1f)});
  expectLock("jobs", "jobs mutex: jobs/1f@2 lease 1f; jobs/2e@2 lease 2e waits on jobs/1f;");
}

TEST_F(LockTableTest, tellsAnElectionByItsProposals) {
  apply({History::put("leader/1f", 0x1f, "host-a")});
  apply({History::put("leader/2e", 0x2e, "host-b")});
  expectLock("leader", "leader election: leader/1f@2 lease 1f; leader/2e@3 lease 2e waits on leader/1f;");
  apply({History::put("leader/1f", 0x1f, "host-a again")});
  expectLock("leader", "leader election: leader/1f@2 lease 1f; leader/2e@3 lease 2e waits on leader/1f;");
}

TEST_F(LockTableTest, doesNotGuessWhatAKeyHoldsWhoseValueWasNotRead) {
  picture_.restore(
      {.revision = 2, .keys = {{.key = "jobs/1f", .createRevision = 2, .modRevision = 2, .lease = 0x1f}}},
      at(0));
  EXPECT_EQ(lock("jobs"), "jobs unknown: jobs/1f@2 lease 1f;");
}

TEST_F(LockTableTest, makesNoLocksOfManyObjectsThatShareALease) {
  apply({History::put("/registry/events/default/web-0.17a", kGranted, "object")});
  apply({History::put("/registry/events/default/web-1.17b", kGranted, "object")});
  apply({History::put("/registry/masterleases/10.0.0.1", kGranted, "object")});
  EXPECT_EQ(picture_.lockCount(), 0U);
  EXPECT_EQ(picture_.leases().size(), 1U);
}

TEST_F(LockTableTest, takesNamesAsBytes) {
  const std::string name("n\0\xff\xfe", 4);
  apply({History::put(name + "/1f", 0x1f)});
  apply({History::put(name + "/2e", 0x2e)});
  const auto found = picture_.lock(name);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, name);
  EXPECT_EQ(found->queue.at(1)->waitsOn, name + "/1f");
  EXPECT_EQ(picture_.lock("n"), nullptr);
}

TEST_F(LockTableTest, sharesBetweenItsVersionsWhoeverAChangeDoesNotConcern) {
  const std::string second = std::string("jobs/") + kGrantedHex;
  for (const LeaseId lease : {LeaseId{0x1f}, kGranted, LeaseId{0x3d}, LeaseId{0x4c}}) {
    apply({History::put("jobs/" + etcd::leaseHex(lease), lease)});
  }
  const Queue first = queueAfterChanges();
  apply({History::put(second, kGranted)});
  EXPECT_EQ(queueAfterChanges(), first) << "put again as it was";
  restore();
  EXPECT_EQ(queueAfterChanges(), first) << "listed anew";

  apply({History::put(second, 0x77)});
  const Queue moved = queueAfterChanges();
  EXPECT_EQ(moved.at(0), first.at(0));
  EXPECT_NE(moved.at(1), first.at(1)) << "under another lease";
  EXPECT_NE(moved.at(2), first.at(2)) << "waits for another lease";
  EXPECT_EQ(moved.at(3), first.at(3));

  apply({History::remove(second)});
  const Queue after = queueAfterChanges();
  EXPECT_EQ(after.at(0), moved.at(0));
  EXPECT_NE(after.at(1), moved.at(2)) << "waits for another key";
  EXPECT_EQ(after.at(2), moved.at(3));
}

}  // namespace
}  // namespace leasescope
