#include "core/etcd/server_version.h"

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
    const auto warning = warningFor(version);
    ASSERT_TRUE(warning.has_value()) << version;
    EXPECT_THAT(*warning, testing::HasSubstr(version));
    EXPECT_THAT(*warning, testing::HasSubstr("3.5.3 or newer"));
  }
  for (const char* version : {"3.3.25", "3.4.23", "3.5.3", "3.5.16", "3.6.0", "3.7.3", "", "unknown"}) {
    EXPECT_EQ(warningFor(version), std::nullopt) << version;
  }
}

}  // namespace
}  // namespace leasescope::etcd
