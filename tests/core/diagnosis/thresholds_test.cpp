#include "core/diagnosis/thresholds.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/watched_cluster.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Threshold& named(std::string_view name) {
  return *std::ranges::find(allThresholds(), name, &Threshold::name);
}

TEST(Thresholds, haveNamesOfTheirOwnAndDefaultsWithinTheirBounds) {
  std::set<std::string_view> names;
  for (const Threshold& one : allThresholds()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_LE(one.least, one.value({})) << one.name;
    EXPECT_GE(one.most, one.value({})) << one.name;
  }
}

TEST(Thresholds, eachSetsItsOwnAndNoOther) {
  for (const Threshold& one : allThresholds()) {
    Thresholds thresholds;
    one.set(thresholds, one.least);
    for (const Threshold& other : allThresholds()) {
      const double expected = &other == &one ? one.least : other.value({});
      EXPECT_DOUBLE_EQ(other.value(thresholds), expected) << one.name << ", " << other.name;
    }
  }
}

TEST(Thresholds, staysWithinTheBoundsWhateverIsSet) {
  const Threshold& time = named("growth-time");
  const Threshold& sessions = named("growth-sessions");
  Thresholds thresholds;
  time.set(thresholds, -1);
  EXPECT_EQ(thresholds.growthTime, absl::Seconds(time.least));
  time.set(thresholds, std::nan(""));
  EXPECT_EQ(thresholds.growthTime, absl::Seconds(time.least));
  sessions.set(thresholds, HUGE_VAL);
  EXPECT_EQ(thresholds.growthSessions, 1'000'000);
}

TEST(Thresholds, thatChangeJudgeWhatWasObservedBefore) {
  WatchedCluster cluster;
  cluster.restore(0);
  for (const char* lock : {"a", "b", "c"}) cluster.queueUp(0, lock, 0x1f);
  EXPECT_THAT(cluster.found(1), IsEmpty());
  cluster.diagnosis().setThresholds({.sharedLeaseLocks = 3});
  EXPECT_THAT(cluster.found(2), ElementsAre("shared-lease of lease 1f"));
  EXPECT_EQ(cluster.look(3)[0].firstFound->steady, at(2).steady);
  cluster.diagnosis().setThresholds({.sharedLeaseLocks = 2});
  EXPECT_EQ(cluster.look(4)[0].firstFound->steady, at(2).steady) << "it was found before";
  cluster.diagnosis().setThresholds({});
  EXPECT_THAT(cluster.found(4.5), IsEmpty()) << "nothing lingers";
}

}  // namespace
}  // namespace leasescope
