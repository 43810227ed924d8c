#include "core/monitor/watch_position.h"

#include <gtest/gtest.h>

#include "core/monitor/key_lister.h"
#include "tests/support/etcd_test.h"
#include "tests/support/history.h"

namespace leasescope {
namespace {

const std::vector<etcd::KeyRange> kRanges = {etcd::KeyRange::prefix("/a/"), etcd::KeyRange::prefix("/b/")};

/// What a monitor knows of a history that it follows.
class WatchPositionTest : public EtcdTest {
 protected:
  void SetUp() override {
    EtcdTest::SetUp();
    put(*client(), "/a/1");
    put(*client(), "/b/1");
    const absl::StatusOr<Listing> listing = listKeys(*client(), kRanges);
    ASSERT_TRUE(listing.ok()) << listing.status();
    picture_.restore(*listing, at(0));
    position_.listed(*listing);
  }
  static Revision put(etcd::Client& where, const std::string& key) {
    const auto header = where.put({.key = key});
    EXPECT_TRUE(header.ok()) << header.status();
    return header.ok() ? header->revision : 0;
  }
  bool sameHistory(etcd::Client& where) const {
    const auto comparison = position_.compare(where, picture_);
    EXPECT_TRUE(comparison.ok()) << comparison.status();
    return comparison.ok() && comparison->same;
  }

  Picture picture_;
  WatchPosition position_{kRanges};
};

TEST_F(WatchPositionTest, GoesOnBehindTheListAndThenBehindEachRangesOwnBatches) {
  const Revision listed = picture_.revision();
  EXPECT_EQ(position_.seen(), listed);
  position_.applied({.target = 1, .revision = listed + 5});
  EXPECT_EQ(position_.seen(), listed);  // the other range may have more to come
  EXPECT_EQ(position_.next().at(0).start, listed + 1);
  EXPECT_EQ(position_.next().at(1).start, listed + 6);
  position_.applied({.target = 0, .revision = listed + 7});
  position_.applied({.target = 0, .revision = listed + 6});  // a late word is no step back
  EXPECT_EQ(position_.next().at(0).start, listed + 8);
  EXPECT_EQ(position_.seen(), listed + 5);
}

TEST_F(WatchPositionTest, KnowsItsHistoryAlsoWhenThatWentOn) {
  EXPECT_TRUE(sameHistory(*client()));
  const Revision newest = put(*client(), "/b/1");
  EXPECT_TRUE(sameHistory(*client()));
  EXPECT_EQ(position_.compare(*client(), picture_)->revision, newest);
}

TEST_F(WatchPositionTest, KnowsAnOlderHistoryAndOneThatWentAnotherWay) {
  const auto other = Playground::start();
  ASSERT_TRUE(other.ok()) << other.status();
  const auto elsewhere = etcd::Client::create({.endpoints = {(*other)->endpoint()}});
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.status();
  EXPECT_FALSE(sameHistory(**elsewhere));
  while (put(**elsewhere, "/a/other") <= picture_.revision()) {
  }
  EXPECT_FALSE(sameHistory(**elsewhere));
}

TEST_F(WatchPositionTest, CantTellBehindACompaction) {
  const Revision newest = put(*client(), "/a/1");
  ASSERT_TRUE(client()->compact(newest).ok());
  EXPECT_TRUE(absl::IsOutOfRange(position_.compare(*client(), picture_).status()));
}

}  // namespace
}  // namespace leasescope
