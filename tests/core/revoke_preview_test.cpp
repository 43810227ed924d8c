#include "core/actions/revoke_preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RevokePreviewTest : public testing::Test {
 protected:
  void commit(const std::vector<History::Write>& writes) { history_.commit(writes); }

  /// "lock: key holds, then next", for each lock that revoking the lease would touch.
  std::vector<std::string> effects(LeaseId lease) const {
    Picture picture;
    picture.restore(history_.listing(), at(0));
    std::vector<std::string> keys;
    for (const auto& [key, record] : picture.keys()) {
      if (record.lease == lease) keys.push_back(key);
    }
    std::vector<std::string> words;
    for (const auto& effect : effectsOfRevoke(picture, lease, keys)) {
      const bool holds = effect.role == RevokePreview::LockEffect::Role::Holder;
      words.push_back(effect.lock + ": " + effect.key + (holds ? " holds" : " waits") +
                      (effect.staysHolder ? ", still " : ", then ") +
                      (effect.nextHolder ? effect.nextHolder->key : "nobody"));
    }
    return words;
  }

  History history_;
};

TEST_F(RevokePreviewTest, saysWhoGetsALockThatTheLeaseHolds) {
  commit({History::put("jobs/3d", 0x3d)});
  commit({History::put("jobs/2e", 0x2e)});
  commit({History::put("jobs/1f", 0x1f)});
  EXPECT_THAT(effects(0x3d), ElementsAre("jobs: jobs/3d holds, then jobs/2e"));
}

TEST_F(RevokePreviewTest, saysThatNobodyWaits) {
  commit({History::put("jobs/1f", 0x1f)});
  EXPECT_THAT(effects(0x1f), ElementsAre("jobs: jobs/1f holds, then nobody"));
}

TEST_F(RevokePreviewTest, saysThatTheHolderStaysWhenAWaiterGoes) {
  commit({History::put("jobs/1f", 0x1f)});
  commit({History::put("jobs/2e", 0x2e)});
  EXPECT_THAT(effects(0x2e), ElementsAre("jobs: jobs/2e waits, still jobs/1f"));
}

TEST_F(RevokePreviewTest, listsEveryLockOfTheLease) {
  commit({History::put("a/1f", 0x1f), History::put("b/2e", 0x2e)});
  commit({History::put("a/2e", 0x2e), History::put("b/1f", 0x1f)});
  commit({History::put("c/1f", 0x1f), History::put("config", 0x1f, "text")});
  EXPECT_THAT(effects(0x1f), ElementsAre("a: a/1f holds, then a/2e", "b: b/1f waits, still b/2e",
                                         "c: c/1f holds, then nobody"));
}

TEST_F(RevokePreviewTest, leavesALockToTheForeignKeyThatBlocksIt) {
  commit({History::put("a/1f", 0x1f)});
  commit({History::put("a/b/2e", 0x2e)});
  commit({History::put("a/3d", 0x3d)});
  EXPECT_THAT(effects(0x1f), ElementsAre("a: a/1f holds, then nobody"));
}

TEST_F(RevokePreviewTest, namesTheNextHolderOfALockThatTheLeaseBlockedWhileItWaited) {
  commit({History::put("a/b/1f", 0x1f)});  // older than all that queue for a
  commit({History::put("a/1f", 0x1f)});
  commit({History::put("a/2e", 0x2e)});
  EXPECT_THAT(effects(0x1f), ElementsAre("a: a/1f waits, then a/2e", "a/b: a/b/1f holds, then nobody"));
}

TEST_F(RevokePreviewTest, takesAllKeysOfTheLeaseAwayAtOnce) {
  const std::string lost = "a/694d8257011d2a11";  // a contender that was put again under the lease 1f
  commit({History::put("a/1f", 0x1f)});
  commit({History::put(lost, 0x694d8257011d2a11)});
  commit({History::put("a/2e", 0x2e)});
  commit({History::put(lost, 0x1f)});
  EXPECT_THAT(effects(0x1f), ElementsAre("a: a/1f holds, then a/2e", "a: " + lost + " waits, then a/2e"));
}

TEST_F(RevokePreviewTest, goesByTheLeaseNotByTheName) {
  const std::string lost = "a/694d8257011d2a11";
  commit({History::put(lost, 0x694d8257011d2a11)});
  commit({History::put(lost)});
  commit({History::put("a/2e", 0x2e)});
  EXPECT_THAT(effects(0x694d8257011d2a11), IsEmpty());
}

TEST_F(RevokePreviewTest, hasNoEffectOnLocksWithoutKeysInThem) {
  commit({History::put("config", 0x1f, "text")});
  commit({History::put("a/2e", 0x2e)});
  EXPECT_THAT(effects(0x1f), IsEmpty());
}

TEST_F(RevokePreviewTest, doesNotChangeThePicture) {
  commit({History::put("jobs/1f", 0x1f)});
  Picture picture;
  picture.restore(history_.listing(), at(0));
  effectsOfRevoke(picture, 0x1f, {"jobs/1f"});
  EXPECT_NE(picture.lock("jobs"), nullptr);
}

}  // namespace
}  // namespace leasescope
