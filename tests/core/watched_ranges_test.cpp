#include "core/monitor/watched_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasescope {
namespace {

using testing::ElementsAre;

/// "key..end", with NUL as 0.
std::vector<std::string> rangesOf(std::vector<std::string> prefixes) {
  std::vector<std::string> words;
  for (const etcd::KeyRange& range : watchedRanges(std::move(prefixes))) {
    words.push_back(range.key + ".." + range.end);
    std::ranges::replace(words.back(), '\0', '0');
  }
  return words;
}

TEST(WatchedRanges, areEverythingWithoutAPrefix) {
  EXPECT_THAT(rangesOf({}), ElementsAre("0..0"));
  EXPECT_THAT(rangesOf({""}), ElementsAre("0..0"));
}

TEST(WatchedRanges, areSortedAndEachOnce) {
  EXPECT_THAT(rangesOf({"b/", "a/", "b/"}), ElementsAre("a/..a0", "b/..b0"));
}

TEST(WatchedRanges, leaveOutWhatAnotherOneContains) {
  EXPECT_THAT(rangesOf({"a/b/", "a/", "a/c", "ab"}), ElementsAre("a/..a0", "ab..ac"));
  EXPECT_THAT(rangesOf({"a", "", "b"}), ElementsAre("0..0"));
  EXPECT_THAT(rangesOf({"a/b", "a/bc", "a/c"}), ElementsAre("a/b..a/c", "a/c..a/d"));
}

TEST(WatchedRanges, ofTheLastPrefixesGoToTheEnd) {
  EXPECT_THAT(rangesOf({"a\xff"}), ElementsAre("a\xff..b"));
  EXPECT_THAT(rangesOf({"\xff\xff"}), ElementsAre("\xff\xff..0"));
}

TEST(AKeyRange, containsWhatBeginsWithItsPrefix) {
  const auto range = etcd::KeyRange::prefix("a/");
  EXPECT_TRUE(range.contains("a/"));
  EXPECT_TRUE(range.contains("a/\xff\xff"));
  EXPECT_FALSE(range.contains("a"));
  EXPECT_FALSE(range.contains("a0"));
}

TEST(AKeyRange, mayBeASingleKeyOrEverything) {
  const auto single = etcd::KeyRange::single("a");
  EXPECT_TRUE(single.contains("a"));
  EXPECT_FALSE(single.contains("a/"));
  EXPECT_FALSE(single.contains(""));
  const auto all = etcd::KeyRange::prefix("");
  EXPECT_TRUE(all.contains(std::string(1, '\0')));
  EXPECT_TRUE(all.contains("\xff\xff"));
  EXPECT_TRUE(etcd::KeyRange::prefix("\xff").contains("\xff\xff"));
  EXPECT_FALSE(etcd::KeyRange::prefix("\xff").contains("a"));
}

}  // namespace
}  // namespace leasescope
