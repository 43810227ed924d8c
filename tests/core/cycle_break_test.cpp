#include "core/diagnosis/cycle_break.h"

#include <gtest/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

/// A picture with one circle in it.
class CycleBreakTest : public testing::Test {
 protected:
  CycleBreakTest() { picture_.restore(history_.listing(), at(0)); }

  void write(const std::string& key, LeaseId lease, double when = 1) {
    picture_.apply(history_.commit({History::put(key, lease)}), at(when));
    collect();
  }
  void queueUp(const std::string& lock, LeaseId lease, double when = 1) {
    write(lock + "/" + etcd::leaseHex(lease), lease, when);
  }
  LeaseId leastHarmful() {
    const std::vector<WaitCycle>& cycles = graph_.cycles();
    EXPECT_EQ(cycles.size(), 1U);
    return cycles.empty() ? etcd::kNoLease : leastHarmfulRevoke(cycles.front(), [this](LeaseId id) {
      const auto found = leases_.find(id);
      return found == leases_.end() ? nullptr : found->second.get();
    });
  }

  absl::flat_hash_map<LeaseId, std::shared_ptr<const Lease>> leases_;

 private:
  void collect() {
    const ChangeSet changes = picture_.takeChanges();
    for (const auto& lease : changes.leases) leases_[lease->id] = lease;
    graph_.apply(changes);
  }

  History history_;
  Picture picture_;
  WaitGraph graph_;
};

TEST_F(CycleBreakTest, endsTheSessionWithTheFewestKeys) {
  queueUp("a", 0x1f);
  queueUp("b", 0x2e, 2);
  write("other", 0x2e);
  queueUp("b", 0x1f);
  queueUp("a", 0x2e);
  EXPECT_EQ(leastHarmful(), 0x1f);
}

TEST_F(CycleBreakTest, endsTheYoungestOfThoseWithAsManyKeys) {
  queueUp("b", 0x2e, 1);
  queueUp("a", 0x1f, 2);
  queueUp("b", 0x1f, 3);
  queueUp("a", 0x2e, 3);
  EXPECT_EQ(leastHarmful(), 0x1f);
}

TEST_F(CycleBreakTest, endsTheGreatestIdOfThoseSeenAtOnce) {
  queueUp("a", 0x1f);
  queueUp("b", 0x2e);
  queueUp("b", 0x1f);
  queueUp("a", 0x2e);
  EXPECT_EQ(leastHarmful(), 0x2e);
}

TEST_F(CycleBreakTest, leavesAloneWhomNothingIsKnownOf) {
  queueUp("a", 0x1f);
  queueUp("b", 0x2e);
  queueUp("b", 0x1f);
  queueUp("a", 0x2e);
  leases_.erase(0x2e);
  EXPECT_EQ(leastHarmful(), 0x1f);
}

TEST_F(CycleBreakTest, leavesAloneWhoOnlyStandsInBetween) {
  queueUp("a", 0x1f);
  queueUp("b", 0x2e);
  queueUp("a", 0x3d);  // one key, and the youngest
  queueUp("a", 0x2e);
  queueUp("b", 0x1f);
  EXPECT_EQ(leastHarmful(), 0x2e) << "without 3d, 2e would wait for 1f itself";
}

TEST_F(CycleBreakTest, aCircleOfOneIsEndedByItsOne) {
  queueUp("a/b", 0x1f);
  queueUp("a", 0x1f);
  EXPECT_EQ(leastHarmful(), 0x1f);
}

}  // namespace
}  // namespace leasescope
