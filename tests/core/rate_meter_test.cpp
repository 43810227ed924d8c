#include "core/monitor/rate_meter.h"

#include <gtest/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

TEST(RateMeter, isZeroBeforeAnythingHappened) {
  RateMeter meter;
  EXPECT_EQ(meter.perSecond(at(0).steady), 0);
}

TEST(RateMeter, countsTheLastSecond) {
  RateMeter meter;
  for (int i = 0; i < 10; ++i) meter.count(at(i * 0.1).steady, 2);
  EXPECT_EQ(meter.perSecond(at(0.95).steady), 20);
  EXPECT_EQ(meter.perSecond(at(1.45).steady), 10);  // half of it is longer ago
  EXPECT_EQ(meter.perSecond(at(5).steady), 0);
}

TEST(RateMeter, countsOneUnlessToldOtherwise) {
  RateMeter meter;
  meter.count(at(0).steady);
  meter.count(at(0.01).steady);
  meter.count(at(0.5).steady, 0);
  EXPECT_EQ(meter.perSecond(at(0.5).steady), 2);
}

TEST(RateMeter, followsASteadyRate) {
  RateMeter meter;
  for (int i = 0; i < 5'000; ++i) {
    meter.count(at(i * 0.001).steady);
    if (i > 1'100) {
      EXPECT_NEAR(meter.perSecond(at(i * 0.001).steady), 1'000, 50);
    }
  }
}

}  // namespace
}  // namespace leasescope
