#include "core/monitor/pulse.h"

#include <gtest/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

TEST(Pulse, isSilentWhenNobodyWasHeardForLongerThanThePatience) {
  Pulse pulse(absl::Seconds(5));
  pulse.heard(at(0));
  EXPECT_FALSE(pulse.silent(at(5).steady));
  EXPECT_TRUE(pulse.silent(at(5.1).steady));
  pulse.heard(at(6));
  EXPECT_FALSE(pulse.silent(at(6).steady));
  EXPECT_EQ(pulse.lastHeard().wall, at(6).wall);
}

TEST(Pulse, asksAfterASilenceAndNotAgainBeforeTheAnswer) {
  Pulse pulse(absl::Seconds(5));
  pulse.heard(at(0));
  EXPECT_FALSE(pulse.probeDue(at(2).steady));
  EXPECT_TRUE(pulse.probeDue(at(2.1).steady));
  pulse.probeBegins(at(2.1).steady);
  EXPECT_TRUE(pulse.probing());
  EXPECT_FALSE(pulse.probeDue(at(60).steady)) << "the first one is under way";
  pulse.probeEnds();
  EXPECT_TRUE(pulse.probeDue(at(60).steady));
}

TEST(Pulse, restsAfterAProbeThatNobodyAnswered) {
  Pulse pulse(absl::Seconds(5));
  pulse.heard(at(0));
  pulse.probeBegins(at(3).steady);
  pulse.probeEnds();
  EXPECT_FALSE(pulse.probeDue(at(4).steady));
  EXPECT_TRUE(pulse.probeDue(at(5.1).steady));
}

}  // namespace
}  // namespace leasescope
