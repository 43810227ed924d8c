#include "core/picture/holder_identity.h"

#include <gtest/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

std::string saidBy(std::string_view json) { return identityText(identityFrom(json).get()); }

TEST(HolderIdentity, isReadAsItWasWritten) {
  const HolderIdentity written{.host = "web-3",
                               .pid = 411,
                               .thread = "worker-7",
                               .service = "orders \"eu\"",
                               .since = absl::FromUnixMillis(1'700'000'000'123)};
  EXPECT_EQ(*identityFrom(identityJson(written)), written);
  EXPECT_EQ(identityJson({}), "{}");
}

TEST(HolderIdentity, isSaidInOneLine) {
  EXPECT_EQ(saidBy(R"({"host":"web-3","pid":411,"thread":7,"service":"orders"})"),
            "orders on web-3, pid 411, thread 7");
  EXPECT_EQ(saidBy(R"({"host":"web-3"})"), "on web-3");
  EXPECT_EQ(saidBy(R"({"pid":411,"service":"orders"})"), "orders, pid 411");
}

TEST(HolderIdentity, ofWhichNothingIsUnderstoodIsUnknown) {
  EXPECT_EQ(identityText(nullptr), "unknown");
  for (const char* json : {"", "{}", "null", "[1]", "\"orders\"", "{\"host\":", "{\"host\":[\"a\"]}",
                           "\xff\xfe", R"({"pid":"411"})", R"({"pid":4e9})", R"({"since":"yesterday"})"}) {
    EXPECT_EQ(saidBy(json), "unknown") << json;
  }
  EXPECT_EQ(saidBy(std::string(100'000, '[')), "unknown");
  EXPECT_EQ(saidBy(R"({"service":")" + std::string(5'000, 'x') + "\"}"), "unknown");
}

TEST(HolderIdentity, isShownShortAndWithoutWhatConfusesATerminal) {
  EXPECT_EQ(saidBy(R"({"service":"a\u001b[31mb\u202ec"})"), "a\\x1b[31mb\\xe2\\x80\\xaec");
  const std::string text = saidBy(R"({"service":")" + std::string(63, 'x') + "äöü\"}");
  EXPECT_EQ(text, std::string(63, 'x') + "…");
}

TEST(HolderIdentity, isAtTheKeyOfItsOwnLease) {
  EXPECT_EQ(identityKey(0x1f), "leasescope/holders/1f");
  EXPECT_TRUE(isIdentityKeyOf("leasescope/holders/1f", 0x1f));
  EXPECT_TRUE(isIdentityKeyOf("leasescope/holders/-1f", -0x1f));
  EXPECT_FALSE(isIdentityKeyOf("leasescope/holders/1f", 0x2e));
  EXPECT_FALSE(isIdentityKeyOf("leasescope/holders/0", etcd::kNoLease));
  EXPECT_FALSE(isIdentityKeyOf("leasescope/holders/01f", 0x1f));
  EXPECT_FALSE(isIdentityKeyOf("leasescope/holders/a/1f", 0x1f));
  EXPECT_FALSE(isIdentityKeyOf("leasescope/holders", 0x1f));
}

class IdentityInThePicture : public testing::Test {
 protected:
  void apply(const std::vector<History::Write>& writes) {
    picture_.apply(history_.commit(writes), at(++time_));
  }
  std::shared_ptr<const Lease> lease() {
    for (const auto& one : picture_.takeChanges().leases) {
      if (one->id == 0x1f) return one;
    }
    return nullptr;
  }
  History history_;
  Picture picture_;
  double time_ = 0;
};

TEST_F(IdentityInThePicture, goesWithTheLeaseAndIsNoneOfItsKeys) {
  picture_.restore(history_.listing(), at(0));
  apply({History::put(identityKey(0x1f), 0x1f, R"({"service":"orders"})")});
  auto seen = lease();
  ASSERT_NE(seen, nullptr);
  EXPECT_TRUE(seen->keys->empty());
  EXPECT_EQ(identityText(seen->identity.get()), "orders");
  apply({History::put("jobs/1f", 0x1f)});
  apply({History::put(identityKey(0x1f), 0x1f, R"({"service":"orders-2"})")});
  seen = lease();
  EXPECT_EQ(*seen->keys, std::vector<std::string>{"jobs/1f"});
  EXPECT_EQ(identityText(seen->identity.get()), "orders-2") << "it may be written again";
  EXPECT_EQ(picture_.lockCount(), 1U) << "it is no contender of leasescope/holders";
  apply({History::remove(identityKey(0x1f))});
  EXPECT_EQ(lease()->identity, nullptr);
}

TEST_F(IdentityInThePicture, isThereFromAListAndKeepsAnUnlistedLeaseInThePicture) {
  history_.commit({History::put(identityKey(0x1f), 0x1f, R"({"service":"orders"})")});
  picture_.restore(history_.listing(), at(0));
  EXPECT_EQ(identityText(lease()->identity.get()), "orders");
  picture_.leasesListed({}, at(1), at(2));
  picture_.restore(history_.listing(), at(3));
  ASSERT_NE(lease(), nullptr) << "its key is there, so it is";
  history_.commit({History::remove(identityKey(0x1f))});
  picture_.restore(history_.listing(), at(4));
  EXPECT_EQ(lease(), nullptr);
}

TEST_F(IdentityInThePicture, onAnotherLeaseIsAKeyLikeAnyOther) {
  history_.commit({History::put(identityKey(0x2e), 0x1f, R"({"service":"orders"})")});
  picture_.restore(history_.listing(), at(0));
  const auto seen = lease();
  EXPECT_EQ(seen->identity, nullptr);
  EXPECT_EQ(*seen->keys, std::vector<std::string>{identityKey(0x2e)});
  EXPECT_EQ(picture_.lockCount(), 0U);
}

}  // namespace
}  // namespace leasescope
