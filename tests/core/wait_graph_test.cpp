#include "core/diagnosis/wait_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/any_history.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// "1f wants b of 2e": one line for each edge of a circle.
std::vector<std::string> inWords(const WaitCycle& cycle) {
  std::vector<std::string> lines;
  for (const WaitEdge& edge : cycle.edges) {
    lines.push_back(etcd::leaseHex(edge.waiter) + " wants " + edge.lock + " of " +
                    etcd::leaseHex(edge.holder));
  }
  return lines;
}

/// A graph that follows the picture of a history.
class WaitGraphTest : public testing::Test {
 protected:
  WaitGraphTest() { picture_.restore(history_.listing(), at(0)); }

  void queueUp(const std::string& lock, LeaseId lease) {
    write({History::put(lock + "/" + etcd::leaseHex(lease), lease)});
  }
  void leave(const std::string& lock, LeaseId lease) {
    write({History::remove(lock + "/" + etcd::leaseHex(lease))});
  }
  void write(const std::vector<History::Write>& writes) {
    picture_.apply(history_.commit(writes), at(1));
    graph_.apply(picture_.takeChanges());
  }

  History history_;
  Picture picture_;
  WaitGraph graph_;
};

TEST_F(WaitGraphTest, aQueueIsAChain) {
  queueUp("a", 0x1f);
  queueUp("a", 0x2e);
  queueUp("a", 0x3d);
  EXPECT_EQ(graph_.edgeCount(), 2U);
  EXPECT_THAT(graph_.edges(), ElementsAre(WaitEdge{.waiter = 0x2e,
                                                   .holder = 0x1f,
                                                   .lock = "a",
                                                   .key = "a/1f",
                                                   .since = history_.revision() - 1,
                                                   .keySince = history_.revision() - 2},
                                          WaitEdge{.waiter = 0x3d,
                                                   .holder = 0x2e,
                                                   .lock = "a",
                                                   .key = "a/2e",
                                                   .since = history_.revision(),
                                                   .keySince = history_.revision() - 1}));
  EXPECT_THAT(graph_.cycles(), IsEmpty());
}

TEST_F(WaitGraphTest, findsTwoSessionsInOppositeOrder) {
  queueUp("a", 0x1f);
  queueUp("b", 0x2e);
  queueUp("b", 0x1f);
  EXPECT_THAT(graph_.cycles(), IsEmpty());
  queueUp("a", 0x2e);
  ASSERT_EQ(graph_.cycles().size(), 1U);
  EXPECT_THAT(inWords(graph_.cycles()[0]), ElementsAre("1f wants b of 2e", "2e wants a of 1f"));
}

TEST_F(WaitGraphTest, aCircleOpensWhenOneLeaves) {
  queueUp("a", 0x1f);
  queueUp("b", 0x2e);
  queueUp("b", 0x1f);
  queueUp("a", 0x2e);
  ASSERT_EQ(graph_.cycles().size(), 1U);
  leave("b", 0x1f);
  EXPECT_THAT(graph_.cycles(), IsEmpty());
  EXPECT_EQ(graph_.edgeCount(), 1U);
}

TEST_F(WaitGraphTest, findsACircleOfTenWithWaitersInBetween) {
  const auto lock = [](int i) { return "lock" + std::to_string(i % 10); };
  for (int i = 0; i < 10; ++i) queueUp(lock(i), 0x100 + i);
  for (int i = 0; i < 10; ++i) queueUp(lock(i), 0x200 + i);  // wait and are in nobody's way
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(graph_.cycles(), IsEmpty());
    queueUp(lock(i + 1), 0x100 + i);
  }
  ASSERT_EQ(graph_.cycles().size(), 1U);
  EXPECT_EQ(graph_.cycles()[0].edges.size(), 20U) << "each waits behind another waiter";
  EXPECT_EQ(graph_.cycles()[0].edges.front().waiter, 0x100);
}

TEST_F(WaitGraphTest, aSessionThatWaitsForItselfIsACircleOfOne) {
  queueUp("a/b", 0x1f);
  queueUp("a", 0x1f);  // waits for whatever is older below a/
  ASSERT_EQ(graph_.cycles().size(), 1U);
  EXPECT_THAT(inWords(graph_.cycles()[0]), ElementsAre("1f wants a of 1f"));
}

TEST_F(WaitGraphTest, aForeignKeyInTheWayCountsByItsLease) {
  queueUp("b", 0x2e);
  write({History::put("a/config", 0x1f, "text")});
  queueUp("a", 0x2e);
  queueUp("b", 0x1f);
  ASSERT_EQ(graph_.cycles().size(), 1U);
  write({History::put("a/config", 0x3d, "text")});
  EXPECT_THAT(graph_.cycles(), IsEmpty()) << "the key belongs to another session now";
}

TEST_F(WaitGraphTest, aKeyWithoutALeaseBelongsToNoSession) {
  write({History::put("a/config", etcd::kNoLease, "text")});
  queueUp("a", 0x1f);
  queueUp("b", 0x1f);
  ASSERT_EQ(graph_.edgeCount(), 1U);
  EXPECT_EQ(graph_.edges().front().holder, etcd::kNoLease);
  EXPECT_EQ(graph_.edges().front().key, "a/config");
  EXPECT_THAT(graph_.sessions(), ElementsAre(0x1f));
  EXPECT_THAT(graph_.cycles(), IsEmpty());
  write({History::remove("a/config")});
  EXPECT_EQ(graph_.sessionCount(), 0U);
}

TEST_F(WaitGraphTest, aCircleThroughAnElectionIsNone) {
  const auto campaign = [this](const std::string& election, LeaseId lease) {
    write({History::put(election + "/" + etcd::leaseHex(lease), lease, "candidate")});
  };
  campaign("shard-1", 0x1f);
  campaign("shard-2", 0x2e);
  campaign("shard-2", 0x1f);
  campaign("shard-1", 0x2e);  // each leads one and stands by for the other, which may go on for ever
  EXPECT_EQ(graph_.edgeCount(), 2U);
  EXPECT_THAT(graph_.cycles(), IsEmpty());
  queueUp("a", 0x1f);
  queueUp("a", 0x2e);  // waits for a lock whose holder stands by
  EXPECT_THAT(graph_.cycles(), IsEmpty());
}

TEST_F(WaitGraphTest, aCircleIsSuspectedWhereASessionWaitsForSeveralLocks) {
  queueUp("a", 0x1f);
  queueUp("b", 0x2e);
  queueUp("b", 0x1f);
  queueUp("a", 0x2e);
  ASSERT_EQ(graph_.cycles().size(), 1U);
  EXPECT_EQ(graph_.cycles()[0].confidence, Confidence::Proven);
  queueUp("c", 0x3d);
  queueUp("c", 0x1f);  // another thread of the same session
  ASSERT_EQ(graph_.cycles().size(), 1U);
  EXPECT_EQ(graph_.cycles()[0].confidence, Confidence::Suspected);
  leave("c", 0x1f);
  EXPECT_EQ(graph_.cycles()[0].confidence, Confidence::Proven);
}

TEST_F(WaitGraphTest, aCircleIsSuspectedWhereASessionTookALockWhileItWaited) {
  queueUp("b", 0x2e);
  queueUp("b", 0x1f);  // waits, and yet
  queueUp("a", 0x1f);  // takes another one
  queueUp("a", 0x2e);
  ASSERT_EQ(graph_.cycles().size(), 1U);
  EXPECT_EQ(graph_.cycles()[0].confidence, Confidence::Suspected);
}

TEST_F(WaitGraphTest, twoGroupsAreTwoCircles) {
  for (const LeaseId base : {0x10, 0x20}) {
    const std::string name = etcd::leaseHex(base);
    queueUp(name + "a", base);
    queueUp(name + "b", base + 1);
    queueUp(name + "b", base);
    queueUp(name + "a", base + 1);
  }
  ASSERT_EQ(graph_.cycles().size(), 2U);
  EXPECT_EQ(graph_.cycles()[0].edges.front().waiter, 0x10);
  EXPECT_EQ(graph_.cycles()[1].edges.front().waiter, 0x20);
}

TEST_F(WaitGraphTest, listingAnewKeepsWhatIsThereAndDropsWhatIsGone) {
  queueUp("a", 0x1f);
  queueUp("a", 0x2e);
  queueUp("b", 0x1f);
  queueUp("b", 0x2e);
  history_.commit({History::remove("b/2e")});
  picture_.restore(history_.listing(), at(2));
  graph_.apply(picture_.takeChanges());
  EXPECT_EQ(graph_.edgeCount(), 1U);
  EXPECT_EQ(graph_.edges().front().lock, "a");
}

TEST_F(WaitGraphTest, circlesStayTheSameWhereNothingChanged) {
  queueUp("a", 0x1f);
  queueUp("b", 0x2e);
  queueUp("b", 0x1f);
  queueUp("a", 0x2e);
  const std::uint64_t number = graph_.cyclesNumber();
  queueUp("a", 0x1f);  // put again
  picture_.restore(history_.listing(), at(2));
  graph_.apply(picture_.takeChanges());
  EXPECT_EQ(graph_.cyclesNumber(), number);
  EXPECT_EQ(graph_.cycles().size(), 1U);
}

/// Following changes one by one ends where looking at the end at once does.
RC_GTEST_PROP(WaitGraphProperty, followingChangesEqualsLookingOnce, ()) {
  History history;
  Picture picture;
  picture.restore(history.listing(), at(0));
  WaitGraph followed;
  WaitGraph late;  // hears of everything from a backlog, now and then
  ChangeBacklog backlog;
  const auto follow = [&] {
    ChangeSet changes = picture.takeChanges();
    followed.apply(changes);
    backlog.add(std::move(changes));
  };
  const std::vector<Transaction> transactions = *rc::gen::oneOf(anyHistory(), anyQueues());
  for (const Transaction& transaction : transactions) {
    picture.apply(history.commit(transaction), at(1));
    if (*rc::gen::inRange(0, 8) == 0) picture.restore(history.listing(), at(1));
    if (*rc::gen::inRange(0, 4) > 0) follow();
    if (*rc::gen::inRange(0, 4) == 0) late.apply(backlog.take());
    if (*rc::gen::inRange(0, 4) == 0) followed.cycles();  // looked at or not in between
  }
  follow();
  late.apply(backlog.take());
  Picture end;
  end.restore(history.listing(), at(2));
  WaitGraph once;
  once.apply(end.takeChanges());
  for (WaitGraph* graph : {&followed, &late}) {
    RC_ASSERT(graph->edges() == once.edges());
    RC_ASSERT(graph->sessionCount() == once.sessionCount());
    RC_ASSERT(graph->cycles() == once.cycles());
  }
  WaitGraph ofEdges(once.edges());
  RC_ASSERT(ofEdges.cycles() == once.cycles());
}

}  // namespace
}  // namespace leasescope
