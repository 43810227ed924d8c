#include "core/monitor/ttl_schedule.h"

#include <chrono>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr std::size_t kRoom = 1'000'000;

std::shared_ptr<Lease> leaseWith(LeaseId id, std::vector<std::string> keys = {"key"}) {
  auto lease = std::make_shared<Lease>();
  lease->id = id;
  lease->keys = std::make_shared<const std::vector<std::string>>(std::move(keys));
  return lease;
}

/// Sampled at `when`, with so much of 60 s left.
std::shared_ptr<Lease> sampled(LeaseId id, double when, double left) {
  auto lease = leaseWith(id);
  lease->granted = absl::Seconds(60);
  lease->lastSample = at(when);
  lease->expiry = at(when + left).steady;
  return lease;
}

std::shared_ptr<const Lock> lockHeldBy(const std::string& name, LeaseId holder, std::size_t waiters) {
  auto lock = std::make_shared<Lock>();
  lock->name = name;
  lock->queue.push_back(std::make_shared<const Contender>(Contender{.lease = holder}));
  lock->queue.resize(1 + waiters, std::make_shared<const Contender>());
  return lock;
}

ChangeSet leases(LeaseId first, LeaseId last) {
  ChangeSet changes;
  for (LeaseId id = first; id <= last; ++id) changes.leases.push_back(leaseWith(id));
  return changes;
}

struct Asked {
  SteadyTime when;
  LeaseId lease;
};

/// Takes whatever is due whenever something is, as the monitor does.
std::vector<Asked> run(TtlSchedule& schedule, double from, double to) {
  std::vector<Asked> asked;
  SteadyTime now = at(from).steady;
  while (now < at(to).steady) {
    const Moment moment{now, absl::UnixEpoch()};
    for (const LeaseId id : schedule.take(moment, kRoom)) {
      asked.push_back({now, id});
    }
    const auto next = schedule.next(moment);
    if (!next) break;
    now = std::max(*next, now + std::chrono::microseconds(10));
  }
  return asked;
}

std::map<LeaseId, int> timesAsked(const std::vector<Asked>& asked) {
  std::map<LeaseId, int> times;
  for (const Asked& one : asked) ++times[one.lease];
  return times;
}

std::size_t mostWithinASecond(const std::vector<Asked>& asked) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < asked.size(); ++last) {
    while (asked[last].when - asked[first].when >= std::chrono::seconds(1)) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

TEST(TtlSchedule, asksForNothingWhenThereIsNothing) {
  TtlSchedule schedule(200);
  EXPECT_THAT(schedule.take(at(0), kRoom), IsEmpty());
  EXPECT_EQ(schedule.next(at(0)), std::nullopt);
}

TEST(TtlSchedule, asksForNothingWithoutABudget) {
  TtlSchedule schedule(0);
  schedule.apply(leases(1, 10), at(0));
  EXPECT_THAT(schedule.take(at(0), kRoom), IsEmpty());
  EXPECT_EQ(schedule.next(at(0)), std::nullopt);
}

TEST(TtlSchedule, neverExceedsTheBudgetInAnySecond) {
  for (const int budget : {1, 2, 7, 10, 200, 999}) {
    TtlSchedule schedule(budget);
    schedule.apply(leases(1, 5'000), at(0));
    std::vector<Asked> asked = run(schedule, 0, 4);
    for (const Asked& one : run(schedule, 7.5, 10)) asked.push_back(one);  // after a pause
    EXPECT_LE(mostWithinASecond(asked), static_cast<std::size_t>(budget)) << "budget " << budget;
    EXPECT_GE(asked.size(), static_cast<std::size_t>(budget * 6.5 * 0.85)) << "budget " << budget;
  }
}

TEST(TtlSchedule, savesUpForATenthOfASecondOnly) {
  TtlSchedule schedule(200);
  schedule.apply(leases(1, 5'000), at(0));
  EXPECT_EQ(schedule.take(at(0), kRoom).size(), 20U);
  EXPECT_THAT(schedule.take(at(0), kRoom), IsEmpty());
  EXPECT_EQ(schedule.take(at(60), kRoom).size(), 20U);
}

TEST(TtlSchedule, takesNoMoreThanThereIsRoomFor) {
  TtlSchedule schedule(200);
  schedule.apply(leases(1, 100), at(0));
  EXPECT_EQ(schedule.take(at(0), 3).size(), 3U);
  EXPECT_THAT(schedule.take(at(0), 0), IsEmpty());
  EXPECT_EQ(schedule.take(at(0), kRoom).size(), 17U);  // what was not taken was not spent
}

TEST(TtlSchedule, takesWhatMattersMostFirst) {
  TtlSchedule schedule(100);
  ChangeSet changes = leases(1, 5);
  changes.leases[4] = sampled(5, 0, 10);  // expiring
  changes.locks = {lockHeldBy("busy", 3, 1), lockHeldBy("quiet", 4, 0)};
  schedule.apply(changes, at(0));
  schedule.lookAt({1}, {2, 1});
  EXPECT_THAT(schedule.take(at(10), kRoom), ElementsAre(1, 2, 3, 5, 4));
}

TEST(TtlSchedule, takesExpiredLeasesForExpiring) {
  TtlSchedule schedule(100);
  ChangeSet changes = leases(1, 1);
  changes.leases.push_back(sampled(2, 0, -1));
  changes.leases.push_back(sampled(3, 0, 59));
  schedule.apply(changes, at(0));
  EXPECT_EQ(schedule.take(at(10), 1), std::vector<LeaseId>{2});
}

TEST(TtlSchedule, asksTheMoreOftenTheMoreItMatters) {
  TtlSchedule schedule(1'000);
  ChangeSet changes = leases(1, 4);
  changes.locks = {lockHeldBy("busy", 3, 1)};
  schedule.apply(changes, at(0));
  schedule.lookAt({1}, {2});
  const auto times = timesAsked(run(schedule, 0, 9.9));
  EXPECT_NEAR(times.at(1), 40, 1);
  EXPECT_NEAR(times.at(2), 20, 1);
  EXPECT_NEAR(times.at(3), 10, 1);
  EXPECT_NEAR(times.at(4), 10, 1);
}

TEST(TtlSchedule, saysWhenTheNextIsDue) {
  TtlSchedule schedule(1'000);
  schedule.apply(leases(1, 1), at(0));
  EXPECT_LE(*schedule.next(at(0)), at(0.01).steady);
  schedule.take(at(0), kRoom);
  EXPECT_EQ(*schedule.next(at(0)), at(1).steady);
  EXPECT_THAT(schedule.take(at(0.999), kRoom), IsEmpty());
  EXPECT_THAT(schedule.take(at(1), kRoom), ElementsAre(1));
}

TEST(TtlSchedule, saysWhenTheNextIsAffordable) {
  TtlSchedule schedule(1);
  schedule.apply(leases(1, 2), at(0));
  ASSERT_EQ(schedule.take(at(0), kRoom).size(), 1U);
  EXPECT_EQ(*schedule.next(at(0)), at(1).steady);
  EXPECT_EQ(schedule.take(at(1), kRoom).size(), 1U);
}

TEST(TtlSchedule, givesEveryTenthCallToTheRest) {
  TtlSchedule schedule(100);
  schedule.apply(leases(1, 500), at(0));
  std::vector<LeaseId> selected(200);
  for (LeaseId id = 1; id <= 200; ++id) selected[static_cast<std::size_t>(id - 1)] = id;
  schedule.lookAt(selected, {});  // more than the budget allows
  run(schedule, 0, 5);            // by then all of them have been asked for once
  const auto asked = run(schedule, 5, 25);
  const auto rest = std::ranges::count_if(asked, [](const Asked& one) { return one.lease > 200; });
  EXPECT_NEAR(static_cast<double>(rest), static_cast<double>(asked.size()) / 10, 2);
}

TEST(TtlSchedule, forgetsNothingHoweverMuchIsSelected) {
  TtlSchedule schedule(100);
  ChangeSet changes = leases(1, 210);
  changes.locks = {lockHeldBy("busy", 201, 1)};
  changes.leases[201] = sampled(202, 0, 10);
  schedule.apply(changes, at(0));
  std::vector<LeaseId> selected(200);
  for (LeaseId id = 1; id <= 200; ++id) selected[static_cast<std::size_t>(id - 1)] = id;
  schedule.lookAt(selected, {203});
  const auto times = timesAsked(run(schedule, 0, 30));
  for (LeaseId id = 1; id <= 210; ++id) EXPECT_GE(times.contains(id) ? times.at(id) : 0, 2) << "lease " << id;
}

TEST(TtlSchedule, asksPromptlyWhenTheLastKeyOfALeaseVanished) {
  TtlSchedule schedule(100);
  schedule.apply(leases(1, 3), at(0));
  schedule.take(at(0), kRoom);
  ChangeSet changes;
  changes.leases = {leaseWith(2, {})};
  schedule.apply(changes, at(0.3));
  EXPECT_THAT(schedule.take(at(0.3), kRoom), ElementsAre(2));
  EXPECT_THAT(schedule.take(at(0.5), kRoom), IsEmpty());  // once is enough
  schedule.apply(changes, at(0.6));
  EXPECT_THAT(schedule.take(at(0.6), kRoom), IsEmpty());
}

TEST(TtlSchedule, doesNotHurryForALeaseThatNeverHadKeys) {
  TtlSchedule schedule(100);
  ChangeSet changes;
  changes.leases = {leaseWith(1, {})};
  schedule.apply(changes, at(0));
  schedule.take(at(0), kRoom);
  schedule.apply(changes, at(0.1));
  EXPECT_THAT(schedule.take(at(0.2), kRoom), IsEmpty());
}

TEST(TtlSchedule, doesNotAskForLeasesThatAreGone) {
  TtlSchedule schedule(100);
  schedule.apply(leases(1, 3), at(0));
  ChangeSet changes;
  changes.removedLeases = {2, 99};
  schedule.apply(changes, at(0));
  schedule.lookAt({2}, {});
  EXPECT_THAT(schedule.take(at(0), kRoom), UnorderedElementsAre(1, 3));
}

TEST(TtlSchedule, isResetByACompleteChangeSet) {
  TtlSchedule schedule(100);
  ChangeSet before = leases(1, 3);
  before.locks = {lockHeldBy("busy", 3, 1)};
  schedule.apply(before, at(0));
  ChangeSet after = leases(3, 5);
  after.complete = true;
  schedule.apply(after, at(0));
  schedule.lookAt({5}, {});
  const auto taken = schedule.take(at(0), kRoom);
  EXPECT_THAT(taken, UnorderedElementsAre(3, 4, 5));
  EXPECT_EQ(taken.front(), 5);
}

TEST(TtlSchedule, takesTheLastSampleOfALeaseThatItDidNotKnowForItsLastCall) {
  TtlSchedule schedule(100);
  ChangeSet changes;
  changes.complete = true;
  changes.leases = {sampled(1, 10, 50)};
  schedule.apply(changes, at(10.2));
  EXPECT_THAT(schedule.take(at(10.2), kRoom), IsEmpty());
  EXPECT_THAT(schedule.take(at(11), kRoom), ElementsAre(1));
}

TEST(TtlSchedule, followsALockToItsNextHolder) {
  TtlSchedule schedule(1);
  ChangeSet changes = leases(1, 9);
  changes.locks = {lockHeldBy("busy", 8, 2)};
  schedule.apply(changes, at(0));
  EXPECT_THAT(schedule.take(at(0), kRoom), ElementsAre(8));
  ChangeSet handedOver;
  handedOver.locks = {lockHeldBy("busy", 9, 1)};
  schedule.apply(handedOver, at(1));
  EXPECT_THAT(schedule.take(at(1), kRoom), ElementsAre(9));
  ChangeSet ended;
  ended.removedLocks = {"busy"};
  schedule.apply(ended, at(3));
  EXPECT_THAT(schedule.take(at(3), kRoom), Not(Contains(9)));
}

TEST(TtlSchedule, keepsAHolderOfTwoContendedLocksImportantUntilBothAreFree) {
  TtlSchedule schedule(1);
  ChangeSet changes = leases(1, 9);
  changes.locks = {lockHeldBy("a", 9, 1), lockHeldBy("b", 9, 1)};
  schedule.apply(changes, at(0));
  ChangeSet one;
  one.removedLocks = {"a"};
  schedule.apply(one, at(0));
  EXPECT_THAT(schedule.take(at(0), kRoom), ElementsAre(9));
}

TEST(TtlSchedule, isQuickWithAHundredThousandLeases) {
  TtlSchedule schedule(200);
  const ChangeSet all = leases(1, 100'000);
  const auto began = std::chrono::steady_clock::now();
  schedule.apply(all, at(0));
  const auto asked = run(schedule, 0, 60);
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_LT(took, std::chrono::seconds(5));
  EXPECT_GT(asked.size(), 10'000U);
  EXPECT_EQ(timesAsked(asked).size(), asked.size());  // in turn: none twice before all had theirs
}

}  // namespace
}  // namespace leasescope
