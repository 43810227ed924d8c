#include "core/etcd/server_version.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasescope::etcd {
namespace {

TEST(ServerVersions, areReadAsServersSayThem) {
  EXPECT_EQ(parseServerVersion("3.4.23"), (ServerVersion{3, 4, 23}));
  EXPECT_EQ(parseServerVersion("3.6.0-rc.3"), (ServerVersion{3, 6, 0}));
  EXPECT_EQ(parseServerVersion("3.3.25+git"), (ServerVersion{3, 3, 25}));
  EXPECT_EQ(parseServerVersion("4.0.0"), (ServerVersion{4, 0, 0}));
}

TEST(ServerVersions, areNotGuessed) {
  for (const char* text : {"", "3", "3.5", "3.5.", "3..5", "v3.5.0", " 3.5.0", "3.5.0 ", "3.5.0.1", "-3.5.0",
                           "3.-5.0", "3.5.+1", "3.5.x", "3.5.99999999999", "Not provided"}) {
    EXPECT_EQ(parseServerVersion(text), std::nullopt) << text;
  }
}

TEST(ServerVersions, areOrderedByNumberNotByText) {
  EXPECT_LT((ServerVersion{3, 4, 42}), (ServerVersion{3, 5, 0}));
  EXPECT_LT((ServerVersion{3, 5, 9}), (ServerVersion{3, 5, 10}));
  EXPECT_LT((ServerVersion{3, 10, 0}), (ServerVersion{4, 0, 0}));
  EXPECT_GT((ServerVersion{3, 10, 0}), (ServerVersion{3, 9, 9}));
}

TEST(ServerVersions, F37_ThatCorruptDataAreWarnedOf) {
  for (const char* version : {"3.5.0", "3.5.1", "3.5.2", "3.5.0-rc.1"}) {
    const std::vector<ServerBug> bugs = bugsOf(version);
    ASSERT_FALSE(bugs.empty()) << version;
    EXPECT_TRUE(bugs.front().losesData);
    const std::string warning = warningOf(bugs.front(), version);
    EXPECT_THAT(warning, testing::StartsWith(std::string("etcd ") + version));
    EXPECT_THAT(warning, testing::HasSubstr("3.5.3 or newer"));
  }
}

TEST(ServerVersions, thatMayEndLeasesOfLivingClientsAreKnown) {
  const auto fixed = [](const char* version) {
    const std::vector<ServerBug> bugs = bugsOf(version);
    const auto found = std::ranges::find(bugs, true, &ServerBug::needsSeveralMembers);
    return found == bugs.end() ? ServerVersion() : found->fixed;
  };
  EXPECT_EQ(fixed("3.3.25"), (ServerVersion{3, 4, 31})) << "it was never mended in 3.3";
  EXPECT_EQ(fixed("3.4.23"), (ServerVersion{3, 4, 31}));
  EXPECT_EQ(fixed("3.5.1"), (ServerVersion{3, 5, 13}));
  EXPECT_EQ(fixed("3.5.12"), (ServerVersion{3, 5, 13}));
  for (const char* version : {"3.4.31", "3.5.13", "3.5.16", "3.6.0", "3.7.3", "", "unknown"}) {
    EXPECT_TRUE(bugsOf(version).empty()) << version;
  }
}

}  // namespace
}  // namespace leasescope::etcd
