#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/picture/change_set.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::shared_ptr<const Lock> lockNamed(const std::string& name, std::size_t contenders = 1) {
  auto lock = std::make_shared<Lock>();
  lock->name = name;
  lock->queue.resize(contenders, std::make_shared<const Contender>());
  return lock;
}

std::shared_ptr<const Lease> leaseWithId(LeaseId id, std::int64_t renewals = 0) {
  auto lease = std::make_shared<Lease>();
  lease->id = id;
  lease->renewals = renewals;
  return lease;
}

std::vector<std::string> locksOf(const ChangeSet& changes) {
  std::vector<std::string> names;
  for (const auto& lock : changes.locks) names.push_back(lock->name);
  return names;
}

std::vector<LeaseId> leasesOf(const ChangeSet& changes) {
  std::vector<LeaseId> ids;
  for (const auto& lease : changes.leases) ids.push_back(lease->id);
  return ids;
}

TEST(ChangeBacklog, isEmptyUntilSomethingIsAdded) {
  ChangeBacklog backlog;
  EXPECT_TRUE(backlog.empty());
  EXPECT_TRUE(backlog.take().empty());
  backlog.add({.locks = {lockNamed("a")}});
  EXPECT_FALSE(backlog.empty());
  EXPECT_FALSE(backlog.take().empty());
  EXPECT_TRUE(backlog.empty());
  backlog.add({.removedLeases = {1}});
  EXPECT_FALSE(backlog.empty());
}

TEST(ChangeBacklog, keepsOfEachLockAndLeaseTheNewest) {
  ChangeBacklog backlog;
  backlog.add({.locks = {lockNamed("a", 1), lockNamed("b", 1)}, .leases = {leaseWithId(1, 1)}});
  backlog.add({.locks = {lockNamed("a", 2)}, .leases = {leaseWithId(1, 2), leaseWithId(2)}});
  const ChangeSet taken = backlog.take();
  EXPECT_THAT(locksOf(taken), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(leasesOf(taken), UnorderedElementsAre(1, 2));
  for (const auto& lock : taken.locks) EXPECT_EQ(lock->queue.size(), lock->name == "a" ? 2U : 1U);
  for (const auto& lease : taken.leases) EXPECT_EQ(lease->renewals, lease->id == 1 ? 2 : 0);
}

TEST(ChangeBacklog, forgetsWhatWasRemovedAndSaysSo) {
  ChangeBacklog backlog;
  backlog.add({.locks = {lockNamed("a")}, .leases = {leaseWithId(1)}});
  backlog.add({.removedLocks = {"a"}, .removedLeases = {1}});
  const ChangeSet taken = backlog.take();
  EXPECT_THAT(locksOf(taken), IsEmpty());
  EXPECT_THAT(leasesOf(taken), IsEmpty());
  EXPECT_THAT(taken.removedLocks, ElementsAre("a"));
  EXPECT_THAT(taken.removedLeases, ElementsAre(1));
}

TEST(ChangeBacklog, forgetsARemovalWhenTheLockComesBack) {
  ChangeBacklog backlog;
  backlog.add({.removedLocks = {"a"}, .removedLeases = {1}});
  backlog.add({.locks = {lockNamed("a")}, .leases = {leaseWithId(1)}});
  const ChangeSet taken = backlog.take();
  EXPECT_THAT(locksOf(taken), ElementsAre("a"));
  EXPECT_THAT(leasesOf(taken), ElementsAre(1));
  EXPECT_THAT(taken.removedLocks, IsEmpty());
  EXPECT_THAT(taken.removedLeases, IsEmpty());
}

TEST(ChangeBacklog, dropsAllFromBeforeACompleteChangeSet) {
  ChangeBacklog backlog;
  backlog.add(
      {.locks = {lockNamed("a")}, .removedLocks = {"x"}, .leases = {leaseWithId(1)}, .removedLeases = {9}});
  backlog.add({.complete = true, .locks = {lockNamed("b")}, .leases = {leaseWithId(2)}});
  const ChangeSet taken = backlog.take();
  EXPECT_TRUE(taken.complete);
  EXPECT_THAT(locksOf(taken), ElementsAre("b"));
  EXPECT_THAT(leasesOf(taken), ElementsAre(2));
  EXPECT_THAT(taken.removedLocks, IsEmpty());
  EXPECT_THAT(taken.removedLeases, IsEmpty());
}

TEST(ChangeBacklog, staysCompleteWithWhatComesAfter) {
  ChangeBacklog backlog;
  backlog.add({.complete = true, .locks = {lockNamed("a"), lockNamed("b")}});
  backlog.add({.locks = {lockNamed("c")}, .removedLocks = {"a"}});
  const ChangeSet taken = backlog.take();
  EXPECT_TRUE(taken.complete);
  EXPECT_THAT(locksOf(taken), UnorderedElementsAre("b", "c"));
  EXPECT_THAT(taken.removedLocks, IsEmpty());  // what a complete set lacks is gone
  EXPECT_FALSE(backlog.take().complete);
}

TEST(ChangeBacklog, isNotEmptyWithACompleteChangeSetOfNothing) {
  ChangeBacklog backlog;
  backlog.add({.complete = true});
  EXPECT_FALSE(backlog.empty());
  EXPECT_TRUE(backlog.take().complete);
}

TEST(ChangeBacklog, remembersTheNewestStateWhenNothingIsAdded) {
  ChangeBacklog backlog;
  backlog.add({.epoch = 1, .revision = 7, .clusterId = 3, .keyCount = 5});
  backlog.add({.epoch = 2, .revision = 9, .clusterId = 4, .keyCount = 6});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(backlog.revision(), 9);
    const ChangeSet taken = backlog.take();
    EXPECT_EQ(taken.epoch, 2U);
    EXPECT_EQ(taken.revision, 9);
    EXPECT_EQ(taken.clusterId, 4U);
    EXPECT_EQ(taken.keyCount, 6U);
  }
}

TEST(ChangeBacklog, keepsTheNewestHappeningsInOrder) {
  ChangeBacklog backlog(3);
  for (Revision revision = 1; revision <= 5; revision += 2) {
    backlog.add({.happenings = {{.revision = revision}, {.revision = revision + 1}}});
  }
  EXPECT_FALSE(backlog.empty());
  std::vector<Revision> revisions;
  for (const Happening& happening : backlog.take().happenings) revisions.push_back(happening.revision);
  EXPECT_THAT(revisions, ElementsAre(4, 5, 6));
  EXPECT_THAT(backlog.take().happenings, IsEmpty());
}

}  // namespace
}  // namespace leasescope
