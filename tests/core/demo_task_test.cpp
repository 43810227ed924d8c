#include "core/lockers/demo_task.h"

#include <gtest/gtest.h>

namespace leasescope {
namespace {

TEST(DemoMistakes, areAllUnlessToldOtherwise) {
  EXPECT_EQ(demoMistakesText(DemoMistakes()), "session,lock,context");
  EXPECT_EQ(DemoMistakes(), DemoMistakes::all());
  EXPECT_EQ(demoMistakesText(DemoMistakes::none()), "none");
}

TEST(DemoMistakes, everyCombinationComesBackFromItsText) {
  for (int bits = 0; bits < 8; ++bits) {
    const DemoMistakes mistakes{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
    const auto read = demoMistakesFrom(demoMistakesText(mistakes));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, mistakes) << demoMistakesText(mistakes);
  }
}

TEST(DemoMistakes, areReadInAnyOrder) {
  EXPECT_EQ(demoMistakesFrom("context,session").value(), (DemoMistakes{true, false, true}));
  EXPECT_EQ(demoMistakesFrom("lock,lock").value(), (DemoMistakes{false, true, false}));
}

TEST(DemoMistakes, areNotGuessed) {
  for (const char* text : {"", "sessions", "session,", "session lock", "none,lock", "Lock"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(demoMistakesFrom(text).status())) << text;
  }
  const std::string why(demoMistakesFrom("lock,leak").status().message());
  EXPECT_NE(why.find("'leak'"), std::string::npos) << why;
}

TEST(DemoMistakes, theLockIsHeldForEverWhenItsLeaseIsRenewedForEver) {
  EXPECT_TRUE((DemoMistakes{true, true, false}).lockHeldForEver());
  EXPECT_FALSE((DemoMistakes{false, true, true}).lockHeldForEver());
  EXPECT_FALSE((DemoMistakes{true, false, true}).lockHeldForEver());
}

TEST(DemoTask, comesBackFromItsLine) {
  const DemoTask task{.requestsPerSecond = 0.5, .mistakes = {false, true, false}};
  const std::string line = demoTaskLine(task);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(demoTaskFrom(line), task);
}

TEST(DemoTask, isNotReadFromWhatIsNoTask) {
  for (const char* line : {"", "stop", "{", "[]", R"({"rate":4})", R"({"mistakes":"lock"})",
                           R"({"rate":"4","mistakes":"lock"})", R"({"rate":4,"mistakes":["lock"]})",
                           R"({"rate":4,"mistakes":"all"})", R"({"rate":0,"mistakes":"none"})",
                           R"({"rate":-1,"mistakes":"none"})", R"({"rate":1e9,"mistakes":"none"})"}) {
    EXPECT_EQ(demoTaskFrom(line), std::nullopt) << line;
  }
}

}  // namespace
}  // namespace leasescope
