#include "core/picture/contender_name.h"

#include <gtest/gtest.h>

namespace leasescope {
namespace {

constexpr char kGrantedHex[] = "694d8257011d2a11";
constexpr etcd::LeaseId kGranted = 0x694d8257011d2a11;

/// "lock <- lease", or "no contender".
std::string taken(std::string_view key, etcd::LeaseId lease, ValueKind value = ValueKind::Unknown) {
  const auto name = contenderName(key, lease, value);
  return name ? std::string(name->lock) + " <- " + etcd::leaseHex(name->lease) : "no contender";
}

TEST(ContenderName, isTheLockAndTheLeaseThatTheKeyIsAttachedTo) {
  for (const ValueKind value : {ValueKind::Unknown, ValueKind::Empty, ValueKind::Present}) {
    EXPECT_EQ(taken("jobs/1f", 0x1f, value), "jobs <- 1f");
  }
  EXPECT_EQ(taken("/jobs/nightly/694d8257011d2a11", kGranted), "/jobs/nightly <- 694d8257011d2a11");
}

TEST(ContenderName, mayHaveANegativeLease) { EXPECT_EQ(taken("jobs/-1f", -0x1f), "jobs <- -1f"); }

TEST(ContenderName, mayEndInASlashOrBeEmpty) {
  EXPECT_EQ(taken("/my-lock//1f", 0x1f), "/my-lock/ <- 1f");
  EXPECT_EQ(taken("/1f", 0x1f), " <- 1f");
}

TEST(ContenderName, isExactInBytes) {
  const std::string key = std::string("a\0\xff", 3) + "/1f";
  const auto name = contenderName(key, 0x1f, ValueKind::Unknown);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->lock, std::string_view("a\0\xff", 3));
}

TEST(ContenderName, isNotGuessedFromAnotherLease) {
  EXPECT_EQ(taken("jobs/1f", 0x2e, ValueKind::Empty), "no contender");
  EXPECT_EQ(taken("jobs/1f", etcd::kNoLease, ValueKind::Empty), "no contender");
  EXPECT_EQ(taken("jobs/0", etcd::kNoLease, ValueKind::Empty), "no contender");
}

TEST(ContenderName, needsASegmentOfItsOwn) {
  EXPECT_EQ(taken("1f", 0x1f), "no contender");
  EXPECT_EQ(taken("jobs/1f/", 0x1f), "no contender");
  EXPECT_EQ(taken("jobs/001f", 0x1f), "no contender");
  EXPECT_EQ(taken("jobs/1F", 0x1f), "no contender");
  EXPECT_EQ(taken("", 0x1f), "no contender");
}

TEST(ContenderName, ofAnEmptyKeyThatLostItsLeaseStays) {
  const std::string key = std::string("jobs/") + kGrantedHex;
  EXPECT_EQ(taken(key, etcd::kNoLease, ValueKind::Empty), "jobs <- 694d8257011d2a11");
  EXPECT_EQ(taken(key, 0x1f, ValueKind::Empty), "jobs <- 694d8257011d2a11");
  EXPECT_EQ(taken(key, etcd::kNoLease, ValueKind::Unknown), "no contender");
  EXPECT_EQ(taken(key, etcd::kNoLease, ValueKind::Present), "no contender");
}

TEST(ContenderName, withoutALeaseNeedsTheShapeOfAnIdThatEtcdHandsOut) {
  EXPECT_EQ(taken("users/abcdef012345", etcd::kNoLease, ValueKind::Empty), "no contender");  // 12 digits
  EXPECT_EQ(taken("users/abcdef0123456", etcd::kNoLease, ValueKind::Empty), "users <- abcdef0123456");
  EXPECT_EQ(taken("users/1234567890123456", etcd::kNoLease, ValueKind::Empty), "no contender");  // a number
}

TEST(KeysThatMayBeContenders, endInAHexId) {
  EXPECT_TRUE(mayBeContender("jobs/1f"));
  EXPECT_FALSE(mayBeContender("leasescope/holders/1f")) << "it says who holds that lease";
  EXPECT_TRUE(mayBeContender("leasescope/holders/jobs/1f"));
  EXPECT_TRUE(mayBeContender("/1f"));
  EXPECT_FALSE(mayBeContender("1f"));
  EXPECT_FALSE(mayBeContender("jobs/"));
  EXPECT_FALSE(mayBeContender("jobs/1f/x"));
}

}  // namespace
}  // namespace leasescope
