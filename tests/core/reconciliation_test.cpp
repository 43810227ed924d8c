#include "core/monitor/reconciliation.h"

#include <gtest/gtest.h>

#include "tests/support/history.h"

namespace leasescope {
namespace {

/// A picture that follows a history, and a list that is made beside it.
class ReconciliationTest : public testing::Test {
 protected:
  ReconciliationTest() {
    history_.commit({History::put("a"), History::put("b")});
    picture_.restore(history_.listing(), at(0));
    reconciliation_.begin(picture_, false);
  }
  void write(const History::Write& write) {
    const auto events = history_.commit({write});
    for (const etcd::Event& event : events) {
      if (event.type == etcd::Event::Type::Delete)
        reconciliation_.deleted(event.kv.key, event.kv.modRevision);
    }
    picture_.apply(events, at(1));
  }
  void list() { reconciliation_.listed(history_.listing(), at(1).steady); }
  std::optional<Reconciliation::Outcome> outcomeAt(double seconds) {
    return reconciliation_.compareWhenReady(picture_, picture_.revision(), at(1).steady, at(seconds).steady);
  }

  History history_;
  Picture picture_;
  Reconciliation reconciliation_;
};

TEST_F(ReconciliationTest, findsNothingInAPictureThatIsTrue) {
  list();
  const auto outcome = outcomeAt(1);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->keys, 2U);
  EXPECT_EQ(outcome->revision, history_.revision());
  EXPECT_EQ(outcome->differences, 0U);
  EXPECT_FALSE(outcomeAt(1)) << "once is enough";
}

TEST_F(ReconciliationTest, doesNotMistakeWhatHappenedAfterTheListForADifference) {
  list();
  write(History::put("c"));
  write(History::put("a", etcd::kNoLease, "later"));
  write(History::remove("b"));
  EXPECT_EQ(outcomeAt(1)->differences, 0U);
}

TEST_F(ReconciliationTest, findsEventsThatWereLost) {
  history_.commit({History::put("c")});
  history_.commit({History::put("a", etcd::kNoLease, "changed")});
  history_.commit({History::remove("b")});
  list();
  EXPECT_FALSE(outcomeAt(2)) << "they may still be under way";
  const auto outcome = outcomeAt(5);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->differences, 3U);
  EXPECT_EQ(outcome->example, "a had changed");
}

TEST_F(ReconciliationTest, waitsForWhatAWatchMissedThatIsResumed) {
  history_.commit({History::put("c")});
  list();
  reconciliation_.resumed(at(8).steady);
  EXPECT_FALSE(outcomeAt(9)) << "the list is old, but what was missed comes only now";
  EXPECT_EQ(outcomeAt(12)->differences, 1U);
}

TEST_F(ReconciliationTest, dropsAListThatIsOlderThanWhatItIsComparedWith) {
  const Listing old = history_.listing();
  history_.commit({History::remove("b")});
  picture_.restore(history_.listing(), at(1));
  reconciliation_.begin(picture_, true);  // had to wait until then
  reconciliation_.listed(old, at(1).steady);
  EXPECT_FALSE(outcomeAt(9));
}

TEST_F(ReconciliationTest, remembersWhetherSomebodyAsked) {
  list();
  EXPECT_FALSE(outcomeAt(1)->asked);
  reconciliation_.begin(picture_, true);
  list();
  EXPECT_TRUE(outcomeAt(1)->asked);
  reconciliation_.begin(picture_, true);
  EXPECT_TRUE(reconciliation_.failed());
  reconciliation_.begin(picture_, false);
  EXPECT_FALSE(reconciliation_.failed());
}

TEST_F(ReconciliationTest, comparesNothingWithAPictureThatWasListedAnew) {
  history_.commit({History::put("c")});
  list();
  picture_.restore(history_.listing(), at(1));
  EXPECT_FALSE(outcomeAt(9));
}

}  // namespace
}  // namespace leasescope
