#include "core/picture/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/history.h"
#include "tests/support/picture_words.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class PictureTest : public testing::Test {
 protected:
  std::vector<etcd::Event> apply(const std::vector<History::Write>& writes, double when = 1) {
    std::vector<etcd::Event> events = history_.commit(writes);
    picture_.apply(events, at(when));
    return events;
  }
  void restore(double when = 1) { picture_.restore(history_.listing(), at(when)); }
  std::vector<std::string> happened() { return inWords(picture_.takeChanges().happenings); }
  void sample(LeaseId lease, int remaining, int granted, double when) {
    picture_.leaseSampled(lease, {.remaining = absl::Seconds(remaining),
                                  .granted = absl::Seconds(granted),
                                  .sent = at(when),
                                  .received = at(when)});
  }
  std::shared_ptr<const Lease> lease(LeaseId id) {
    Picture copy = picture_;
    copy.restore(history_.listing(), at(0));  // a complete change set says everything
    for (const auto& lease : copy.takeChanges().leases) {
      if (lease->id == id) return lease;
    }
    return nullptr;
  }

  History history_;
  Picture picture_;
};

TEST_F(PictureTest, saysWhoQueuesAndWhoTakesOver) {
  apply({History::put("jobs/1f", 0x1f)});
  EXPECT_THAT(happened(), ElementsAre("acquired jobs/1f"));
  apply({History::put("jobs/2e", 0x2e)});
  apply({History::put("jobs/3d", 0x3d)});
  EXPECT_THAT(happened(), ElementsAre("queued jobs/2e", "queued jobs/3d"));
  apply({History::remove("jobs/2e")});
  EXPECT_THAT(happened(), ElementsAre("left_queue jobs/2e"));
  apply({History::remove("jobs/1f")});
  EXPECT_THAT(happened(), ElementsAre("released jobs/1f", "handed_over jobs/3d"));
  apply({History::remove("jobs/3d")});
  EXPECT_THAT(happened(), ElementsAre("released jobs/3d"));
}

TEST_F(PictureTest, saysWhenWhereAndUnderWhichLeaseThingsHappen) {
  apply({History::put("jobs/1f", 0x1f)}, 5);
  const auto happenings = picture_.takeChanges().happenings;
  ASSERT_EQ(happenings.size(), 1U);
  EXPECT_EQ(happenings[0].at.steady, at(5).steady);
  EXPECT_EQ(happenings[0].at.wall, at(5).wall);
  EXPECT_EQ(happenings[0].revision, 2);
  EXPECT_EQ(happenings[0].lock, "jobs");
  EXPECT_EQ(happenings[0].lease, 0x1f);
}

TEST_F(PictureTest, tellsAHolderWhoseLeaseRanOutFromOneThatLetGo) {
  apply({History::put("jobs/1f", 0x1f), History::put("other/2e", 0x2e)});
  apply({History::put("jobs/2e", 0x2e)});
  sample(0x1f, 0, 10, 10);  // between 0 and 1 s left
  sample(0x2e, 9, 10, 10);
  happened();
  apply({History::remove("jobs/1f")}, 10.8);
  apply({History::remove("other/2e")}, 10.8);
  EXPECT_THAT(happened(), ElementsAre("expired jobs/1f", "handed_over jobs/2e", "released other/2e"));
}

TEST_F(PictureTest, doesNotSayExpiredWhenTheTtlIsUnknown) {
  apply({History::put("jobs/1f", 0x1f)});
  sample(0x1f, 1, 10, 10);
  happened();
  apply({History::remove("jobs/1f")}, 20);  // too long after the sample
  EXPECT_THAT(happened(), ElementsAre("released jobs/1f"));
}

TEST_F(PictureTest, saysLeftQueueOfAWaiterWhoseLeaseRanOut) {
  apply({History::put("jobs/1f", 0x1f)});
  apply({History::put("jobs/2e", 0x2e)});
  sample(0x2e, 0, 10, 10);
  happened();
  apply({History::remove("jobs/2e")}, 10.8);
  EXPECT_THAT(happened(), ElementsAre("left_queue jobs/2e"));
}

TEST_F(PictureTest, handsOverOnceWhenSeveralKeysGoInOneRevision) {
  for (const LeaseId lease : {0x1f, 0x2e, 0x3d})
    apply({History::put("jobs/" + etcd::leaseHex(lease), lease)});
  happened();
  apply({History::remove("jobs/1f"), History::remove("jobs/2e")});
  EXPECT_THAT(happened(), ElementsAre("released jobs/1f", "left_queue jobs/2e", "handed_over jobs/3d"));
}

TEST_F(PictureTest, acquiresWhenTheHolderLeavesInTheSameRevision) {
  apply({History::put("jobs/1f", 0x1f)});
  happened();
  apply({History::remove("jobs/1f"), History::put("jobs/2e", 0x2e)}, 7);
  EXPECT_THAT(happened(), ElementsAre("released jobs/1f", "acquired jobs/2e"));
  EXPECT_EQ(picture_.lock("jobs")->heldSince.moment.steady, at(7).steady);
  EXPECT_TRUE(picture_.lock("jobs")->heldSince.exact);
}

TEST_F(PictureTest, tellsRevisionsApartThatComeTogether) {
  std::vector<etcd::Event> together;
  for (const auto& write :
       {History::put("jobs/1f", 0x1f), History::remove("jobs/1f"), History::put("jobs/2e", 0x2e)}) {
    const auto events = history_.commit({write});
    together.insert(together.end(), events.begin(), events.end());
  }
  picture_.apply(together, at(1));
  const auto happenings = picture_.takeChanges().happenings;
  EXPECT_THAT(inWords(happenings), ElementsAre("acquired jobs/1f", "released jobs/1f", "acquired jobs/2e"));
  for (std::size_t i = 0; i < happenings.size(); ++i) {
    EXPECT_EQ(happenings[i].revision, static_cast<Revision>(i) + 2);
  }
}

TEST_F(PictureTest, queuesAContenderOfALockThatAForeignKeyBlocks) {
  apply({History::put("a/b/2e", 0x2e)});
  happened();
  apply({History::put("a/1f", 0x1f)});
  EXPECT_THAT(happened(), ElementsAre("queued a/1f"));
  apply({History::remove("a/b/2e")});
  EXPECT_THAT(happened(), ElementsAre("handed_over a/1f", "released a/b/2e"));
}

TEST_F(PictureTest, saysNothingOfKeysThatAreNoLocks) {
  apply({History::put("config", etcd::kNoLease, "text")});
  apply({History::put("jobs/1f", 0x2e, "text")});
  apply({History::remove("config")});
  EXPECT_THAT(happened(), IsEmpty());
}

TEST_F(PictureTest, saysOfAListOnlyThatItWasMade) {
  apply({History::put("jobs/1f", 0x1f)});
  history_.commit({History::put("jobs/2e", 0x2e)});
  happened();
  restore(9);
  const auto changes = picture_.takeChanges();
  EXPECT_THAT(inWords(changes.happenings), ElementsAre("resynced"));
  EXPECT_EQ(changes.happenings[0].revision, 3);
  EXPECT_EQ(changes.happenings[0].at.steady, at(9).steady);
}

TEST_F(PictureTest, dropsDuplicateAndOlderEvents) {
  const auto first = apply({History::put("jobs/1f", 0x1f)});
  apply({History::put("jobs/1f", 0x1f, "text")});
  apply({History::put("jobs/2e", 0x2e)});
  picture_.takeChanges();
  const std::string before = inWords(picture_.lock("jobs"));
  picture_.apply(first, at(5));
  picture_.apply({{.type = etcd::Event::Type::Delete, .kv = {.key = "jobs/1f", .modRevision = 2}}}, at(5));
  picture_.apply({{.type = etcd::Event::Type::Delete, .kv = {.key = "unheard-of", .modRevision = 9}}}, at(5));
  EXPECT_EQ(inWords(picture_.lock("jobs")), before);
  EXPECT_EQ(picture_.keys().at("jobs/1f").version, 2);
  const ChangeSet changes = picture_.takeChanges();
  EXPECT_TRUE(changes.empty());
}

TEST_F(PictureTest, dropsEventsFromBeforeTheList) {
  const auto put = history_.commit({History::put("jobs/1f", 0x1f)});
  history_.commit({History::remove("jobs/1f")});
  restore();
  picture_.apply(put, at(2));
  EXPECT_EQ(picture_.lock("jobs"), nullptr);
  EXPECT_EQ(picture_.revision(), 3);
}

TEST_F(PictureTest, doesNotTakeANewKeyForTheOldOneWhoseRemovalWasMissed) {
  apply({History::put("jobs/1f", 0x1f)}, 1);
  apply({History::put("jobs/2e", 0x2e)}, 2);
  happened();
  history_.commit({History::remove("jobs/1f")});
  apply({History::put("jobs/1f", 0x1f)}, 3);
  EXPECT_EQ(inWords(picture_.lock("jobs")),
            "jobs mutex: jobs/2e@3 lease 2e; jobs/1f@5 lease 1f waits on jobs/2e;");
  EXPECT_THAT(happened(), ElementsAre("released jobs/1f", "queued jobs/1f", "handed_over jobs/2e"));
  EXPECT_EQ(picture_.lock("jobs")->queue[1]->since.moment.steady, at(3).steady);
}

TEST_F(PictureTest, knowsExactlySinceWhenWhatItSawHappen) {
  apply({History::put("jobs/1f", 0x1f)}, 3);
  apply({History::put("jobs/2e", 0x2e)}, 4);
  auto lock = picture_.lock("jobs");
  EXPECT_TRUE(lock->heldSince.exact && lock->queue[1]->since.exact);
  EXPECT_EQ(lock->heldSince.moment.steady, at(3).steady);
  EXPECT_EQ(lock->queue[1]->since.moment.steady, at(4).steady);
  apply({History::remove("jobs/1f")}, 5);
  lock = picture_.lock("jobs");
  EXPECT_EQ(lock->heldSince.moment.steady, at(5).steady);
  EXPECT_EQ(lock->queue[0]->since.moment.steady, at(4).steady);  // in the queue, not holding
}

TEST_F(PictureTest, knowsOfWhatWasThereBeforeOnlyAtLeastSinceWhen) {
  history_.commit({History::put("jobs/1f", 0x1f)});
  restore(3);
  const auto lock = picture_.lock("jobs");
  EXPECT_FALSE(lock->heldSince.exact);
  EXPECT_FALSE(lock->queue[0]->since.exact);
  EXPECT_EQ(lock->heldSince.moment.steady, at(3).steady);
  EXPECT_EQ(lock->queue[0]->since.moment.steady, at(3).steady);
  EXPECT_FALSE(lease(0x1f)->firstSeen.exact);
  EXPECT_EQ(lease(0x1f)->firstSeen.moment.steady, at(3).steady);
}

TEST_F(PictureTest, keepsSinceWhenThroughAnotherList) {
  apply({History::put("jobs/1f", 0x1f)}, 3);
  apply({History::put("jobs/2e", 0x2e)}, 4);
  restore(100);
  const auto lock = picture_.lock("jobs");
  EXPECT_TRUE(lock->heldSince.exact && lock->queue[1]->since.exact);
  EXPECT_EQ(lock->heldSince.moment.steady, at(3).steady);
  EXPECT_EQ(lock->queue[1]->since.moment.steady, at(4).steady);
}

TEST_F(PictureTest, doesNotKeepSinceWhenOfAnotherHolderOrKey) {
  apply({History::put("jobs/1f", 0x1f)}, 3);
  apply({History::put("jobs/2e", 0x2e)}, 4);
  history_.commit({History::remove("jobs/1f")});
  history_.commit({History::put("jobs/1f", 0x1f)});
  restore(100);
  const auto lock = picture_.lock("jobs");
  EXPECT_FALSE(lock->heldSince.exact);  // jobs/2e took over at some time in between
  EXPECT_EQ(lock->heldSince.moment.steady, at(100).steady);
  EXPECT_TRUE(lock->queue[0]->since.exact);
  EXPECT_FALSE(lock->queue[1]->since.exact);  // the same key, but another life of it
}

TEST_F(PictureTest, doesNotKnowWhenThingsHappenedThatNobodyWatched) {
  restore(1);
  picture_.leasesListed({}, at(1), at(1));
  picture_.missed(history_.revision() + 2);
  apply({History::put("jobs/1f", 0x1f)}, 100);
  apply({History::put("jobs/2e", 0x2e)}, 100);
  auto lock = picture_.lock("jobs");
  EXPECT_FALSE(lock->heldSince.exact || lock->queue[0]->since.exact || lock->queue[1]->since.exact);
  const auto happenings = picture_.takeChanges().happenings;
  EXPECT_THAT(inWords(happenings), ElementsAre("resynced", "acquired jobs/1f", "queued jobs/2e"));
  EXPECT_TRUE(happenings[1].missed && happenings[2].missed);
  EXPECT_FALSE(lease(0x1f)->firstSeen.exact);

  picture_.leasesListed({0x1f, 0x2e, 0x3d}, at(101), at(101));
  EXPECT_FALSE(lease(0x3d)->firstSeen.exact) << "granted while nobody watched, as far as is known";
  apply({History::remove("jobs/1f")}, 102);
  apply({History::put("jobs/4c", 0x4c)}, 103);
  lock = picture_.lock("jobs");
  EXPECT_TRUE(lock->heldSince.exact && lock->queue[1]->since.exact);
  EXPECT_FALSE(lock->queue[0]->since.exact);
  EXPECT_FALSE(picture_.takeChanges().happenings[0].missed);
  EXPECT_TRUE(lease(0x4c)->firstSeen.exact);
}

TEST_F(PictureTest, countsEpochsAndFollowsRevisions) {
  EXPECT_EQ(picture_.epoch(), 0U);
  apply({History::put("jobs/1f", 0x1f)});
  restore();
  EXPECT_EQ(picture_.epoch(), 1U);
  EXPECT_EQ(picture_.clusterId(), History::kClusterId);
  picture_.advance(10);
  EXPECT_EQ(picture_.revision(), 10);
  picture_.advance(9);
  EXPECT_EQ(picture_.revision(), 10);
  const ChangeSet changes = picture_.takeChanges();
  EXPECT_EQ(changes.revision, 10);
  EXPECT_EQ(changes.epoch, 1U);
  EXPECT_EQ(changes.keyCount, 1U);
}

TEST_F(PictureTest, goesBackWithAClusterThatWasRestored) {
  for (int i = 0; i < 5; ++i) apply({History::put("jobs/1f", 0x1f)});
  History restored;
  restored.commit({History::put("jobs/2e", 0x2e)});
  picture_.restore(restored.listing(), at(2));
  EXPECT_EQ(picture_.revision(), 2);
  picture_.apply(restored.commit({History::put("jobs/3d", 0x3d)}), at(3));
  EXPECT_EQ(inWords(picture_.lock("jobs")),
            "jobs mutex: jobs/2e@2 lease 2e; jobs/3d@3 lease 3d waits on jobs/2e;");
}

TEST_F(PictureTest, saysEverythingOnceAfterAListAndThenOnlyWhatChanged) {
  history_.commit({History::put("jobs/1f", 0x1f)});
  history_.commit({History::put("other/2e", 0x2e)});
  restore();
  const ChangeSet all = picture_.takeChanges();
  EXPECT_TRUE(all.complete);
  EXPECT_EQ(all.locks.size(), 2U);
  EXPECT_EQ(all.leases.size(), 2U);
  EXPECT_TRUE(picture_.takeChanges().empty());

  apply({History::put("jobs/3d", 0x3d)});
  apply({History::remove("other/2e")});
  const ChangeSet some = picture_.takeChanges();
  EXPECT_FALSE(some.complete);
  ASSERT_EQ(some.locks.size(), 1U);
  EXPECT_EQ(some.locks[0]->name, "jobs");
  EXPECT_THAT(some.removedLocks, ElementsAre("other"));
  EXPECT_EQ(some.leases.size(), 2U);  // 3d is new, 2e has no keys any more
  EXPECT_THAT(some.removedLeases, IsEmpty());
}

TEST_F(PictureTest, changesALockWhenAKeyOfANestedOneDoes) {
  apply({History::put("a/1f", 0x1f)});
  apply({History::put("b/3d", 0x3d)});
  picture_.takeChanges();
  apply({History::put("a/b/2e", 0x2e)});
  std::vector<std::string> names;
  for (const auto& lock : picture_.takeChanges().locks) names.push_back(lock->name);
  EXPECT_THAT(names, UnorderedElementsAre("a", "a/b"));
}

TEST_F(PictureTest, knowsTheKeysOfALeaseInByteOrder) {
  apply({History::put("jobs/1f", 0x1f), History::put("\xff", 0x1f), History::put("a", 0x1f)});
  EXPECT_THAT(*lease(0x1f)->keys, ElementsAre("a", "jobs/1f", "\xff"));
  apply({History::put("a", 0x2e)});
  apply({History::put("\xff")});
  EXPECT_THAT(*lease(0x1f)->keys, ElementsAre("jobs/1f"));
  EXPECT_THAT(*lease(0x2e)->keys, ElementsAre("a"));
}

TEST_F(PictureTest, learnsTheKeysOfALeaseAnewFromAList) {
  apply({History::put("jobs/1f", 0x1f)});
  picture_.takeChanges();
  history_.commit({History::put("a", 0x1f), History::remove("jobs/1f")});
  restore(2);
  const auto leases = picture_.takeChanges().leases;
  ASSERT_EQ(leases.size(), 1U);
  EXPECT_THAT(*leases[0]->keys, ElementsAre("a"));
}

TEST_F(PictureTest, keepsALeaseWithoutKeysUntilItIsKnownToBeGone) {
  apply({History::put("jobs/1f", 0x1f)});
  apply({History::remove("jobs/1f")});
  picture_.takeChanges();
  EXPECT_THAT(picture_.leases().ids(), ElementsAre(0x1f));
  picture_.leaseNotFound(0x1f, at(2));
  EXPECT_THAT(picture_.takeChanges().removedLeases, ElementsAre(0x1f));
}

TEST_F(PictureTest, believesKeysMoreThanAnAnswerThatTheirLeaseIsNotFound) {
  apply({History::put("jobs/1f", 0x1f)});
  sample(0x1f, 5, 10, 1);
  picture_.leaseNotFound(0x1f, at(1));
  EXPECT_THAT(picture_.leases().ids(), ElementsAre(0x1f));
  EXPECT_EQ(picture_.leases().remaining(0x1f, at(1)), std::nullopt);
}

TEST_F(PictureTest, learnsOfLeasesWithoutKeysFromAList) {
  apply({History::put("jobs/1f", 0x1f)});
  picture_.leasesListed({0x1f, 0x2e}, at(2), at(2));
  EXPECT_THAT(picture_.leases().ids(), UnorderedElementsAre(0x1f, 0x2e));
  picture_.leasesListed({}, at(3), at(3));
  EXPECT_THAT(picture_.leases().ids(), ElementsAre(0x1f));  // it has a key, so the list is old
  EXPECT_THAT(picture_.takeChanges().removedLeases, ElementsAre(0x2e));
}

TEST_F(PictureTest, callsALeaseAPhantomThatIsListedAgainAndAgainAfterItWasNotFound) {
  picture_.leasesListed({0x1f}, at(1), at(1));
  picture_.leaseNotFound(0x1f, at(2));
  picture_.leasesListed({0x1f}, at(1.9), at(2.1));
  picture_.leasesListed({0x1f}, at(1.95), at(2.2));
  EXPECT_THAT(picture_.leases().phantoms(), IsEmpty()) << "these lists were under way when it went";
  EXPECT_THAT(picture_.leases().ids(), IsEmpty());
  picture_.leasesListed({0x1f}, at(3), at(3));
  EXPECT_THAT(picture_.leases().phantoms(), IsEmpty()) << "a member may be behind";
  picture_.leasesListed({0x1f}, at(4), at(4));
  EXPECT_THAT(picture_.leases().phantoms(), ElementsAre(0x1f));
  picture_.leasesListed({}, at(5), at(5));
  EXPECT_THAT(picture_.leases().phantoms(), IsEmpty());
}

TEST_F(PictureTest, doesNotBelieveAListOfLeasesThatWasAskedForBeforeAKeyWent) {
  apply({History::put("jobs/1f", 0x1f)}, 1);
  apply({History::remove("jobs/1f")}, 3);
  picture_.leasesListed({}, at(2), at(4));
  EXPECT_THAT(picture_.leases().ids(), ElementsAre(0x1f));
  picture_.leasesListed({}, at(4), at(5));
  EXPECT_THAT(picture_.leases().ids(), IsEmpty());
}

TEST_F(PictureTest, keepsListedLeasesThroughAListOfKeysAndForgetsTheOthers) {
  apply({History::put("jobs/1f", 0x1f)});
  picture_.leasesListed({0x2e}, at(2), at(2));
  apply({History::remove("jobs/1f")});
  restore(3);
  EXPECT_THAT(picture_.leases().ids(), ElementsAre(0x2e));
}

TEST_F(PictureTest, knowsExactlySinceWhenALeaseIsThereOnceAllAreKnown) {
  picture_.leasesListed({0x1f}, at(1), at(1));
  picture_.leasesListed({0x1f, 0x2e}, at(2), at(2));
  EXPECT_FALSE(lease(0x1f)->firstSeen.exact);
  EXPECT_TRUE(lease(0x2e)->firstSeen.exact);
  EXPECT_EQ(lease(0x2e)->firstSeen.moment.steady, at(2).steady);
}

TEST_F(PictureTest, doesNotKnowSinceWhenALeaseIsThereThatCameBeforeAnotherList) {
  picture_.leasesListed({}, at(1), at(1));
  restore(100);
  picture_.leasesListed({0x1f}, at(100), at(100));
  picture_.leasesListed({0x1f, 0x2e}, at(101), at(101));
  EXPECT_FALSE(lease(0x1f)->firstSeen.exact);
  EXPECT_TRUE(lease(0x2e)->firstSeen.exact);
}

TEST_F(PictureTest, tellsTheStateOfALease) {
  apply({History::put("jobs/1f", 0x1f)});
  EXPECT_EQ(lease(0x1f)->state(at(0)), LeaseState::Unknown);
  EXPECT_EQ(lease(0x1f)->granted, std::nullopt);
  sample(0x1f, 8, 10, 10);
  EXPECT_EQ(lease(0x1f)->state(at(10)), LeaseState::Alive);
  EXPECT_EQ(lease(0x1f)->granted, absl::Seconds(10));
  sample(0x1f, 3, 10, 15);
  EXPECT_EQ(lease(0x1f)->state(at(15)), LeaseState::Alive);  // 3.5 s are more than a third
  EXPECT_EQ(lease(0x1f)->state(at(16)), LeaseState::Expiring);
  EXPECT_EQ(lease(0x1f)->state(at(18.3)), LeaseState::Expiring);
  EXPECT_EQ(lease(0x1f)->state(at(18.4)), LeaseState::Unknown);  // the sample is too old
  sample(0x1f, -1, 10, 20);
  EXPECT_EQ(lease(0x1f)->state(at(20)), LeaseState::Expired);
  EXPECT_LT(*lease(0x1f)->remaining(at(20)), absl::ZeroDuration());
}

TEST_F(PictureTest, keepsTtlsThroughAList) {
  apply({History::put("jobs/1f", 0x1f)});
  sample(0x1f, 8, 10, 10);
  restore(10);
  EXPECT_EQ(lease(0x1f)->state(at(10)), LeaseState::Alive);
  EXPECT_EQ(picture_.leases().history(0x1f).size(), 1U);
}

TEST_F(PictureTest, F34_forgetsTtlsWhenTimeWasLost) {
  apply({History::put("jobs/1f", 0x1f)});
  sample(0x1f, 8, 10, 10);
  picture_.takeChanges();
  picture_.forgetTtls();
  EXPECT_EQ(picture_.takeChanges().leases.size(), 1U);
  EXPECT_EQ(lease(0x1f)->state(at(10)), LeaseState::Unknown);
}

TEST_F(PictureTest, boundsTheHistoryOfALease) {
  apply({History::put("jobs/1f", 0x1f)});
  for (int i = 0; i < 3'000; ++i) sample(0x1f, 3'600, 7'200, i * 0.1);
  EXPECT_EQ(picture_.leases().history(0x1f).size(), 2'000U);
}

TEST_F(PictureTest, givesNoHistoryAndNoTtlOfAnUnknownLease) {
  sample(0x1f, 8, 10, 10);
  EXPECT_THAT(picture_.leases().history(0x1f), IsEmpty());
  EXPECT_EQ(picture_.leases().remaining(0x1f, at(10)), std::nullopt);
  EXPECT_EQ(picture_.leases().size(), 0U);
}

}  // namespace
}  // namespace leasescope
