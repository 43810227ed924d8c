#include "core/lockers/demo_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasescope {
namespace {

using testing::ElementsAre;

DemoSample sampleOf(const DemoReports& reports) {
  DemoSample sample;
  reports.fill(sample);
  return sample;
}

TEST(DemoReports, remembersTheLastCountsAndAllLeases) {
  DemoReports reports;
  reports.onLine(R"({"requests":3,"served":1,"gave_up":1,"under_way":1,"new_leases":["1f","2e"]})");
  reports.onLine(R"({"requests":5,"served":2,"gave_up":3,"under_way":0,"new_leases":["3d"]})");
  EXPECT_EQ(sampleOf(reports).requests, 5);
  EXPECT_EQ(sampleOf(reports).served, 2);
  EXPECT_EQ(sampleOf(reports).gaveUp, 3);
  EXPECT_THAT(reports.leases(), ElementsAre(0x1f, 0x2e, 0x3d));
}

TEST(DemoReports, isIdleOnceItHasSaidSoLateEnough) {
  DemoReports reports;
  const SteadyTime before = Moment::now().steady;
  EXPECT_FALSE(reports.idleSince(before, {}));
  reports.onLine(R"({"under_way":1})");
  EXPECT_FALSE(reports.idleSince(before, {}));
  reports.onLine(R"({"under_way":0})");
  EXPECT_TRUE(reports.idleSince(before, {}));
  EXPECT_FALSE(reports.idleSince(before, std::chrono::hours(1)));
}

TEST(DemoReports, passesOverLinesThatAreNoReports) {
  DemoReports reports;
  for (const char* line : {"", "gRPC says something", "[1,2]", "7", "{", "\xff\xfe", R"({"requests":3)"}) {
    reports.onLine(line);
    EXPECT_EQ(sampleOf(reports).requests, 0) << line;
  }
}

TEST(DemoReports, keepsWhatItKnewWhereAFieldIsOfAnotherType) {
  DemoReports reports;
  reports.onLine(R"({"requests":3,"new_leases":["1f"]})");
  reports.onLine(R"({"requests":[],"served":"4","gave_up":null,"under_way":{},"new_leases":"2e"})");
  EXPECT_EQ(sampleOf(reports).requests, 3);
  EXPECT_EQ(sampleOf(reports).served, 0);
  reports.onLine(R"({"requests":1.5,"new_leases":[7,null,["3d"],"xyz","","4c"]})");
  EXPECT_EQ(sampleOf(reports).requests, 3);
  EXPECT_THAT(reports.leases(), ElementsAre(0x1f, 0x4c));
}

}  // namespace
}  // namespace leasescope
