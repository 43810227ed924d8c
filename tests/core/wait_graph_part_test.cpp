#include "core/diagnosis/wait_graph_part.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/etcd/lease_id.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

WaitEdge edge(const std::string& lock, LeaseId waiter, LeaseId holder) {
  return {.waiter = waiter, .holder = holder, .lock = lock, .key = lock + "/" + etcd::leaseHex(holder)};
}

/// `first` holds, and so many wait in a row: first + 1, first + 2, …
std::vector<WaitEdge> queue(const std::string& lock, LeaseId first, int waiters) {
  std::vector<WaitEdge> edges(static_cast<std::size_t>(waiters));
  for (LeaseId i = 0; i < waiters; ++i)
    edges[static_cast<std::size_t>(i)] = edge(lock, first + i + 1, first + i);
  return edges;
}

std::vector<WaitEdge> operator+(std::vector<WaitEdge> left, const std::vector<WaitEdge>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// "a: 2->1" or, in a circle, "a: 2=>1".
std::vector<std::string> inWords(const WaitGraphPart& part) {
  std::vector<std::string> words;
  for (const auto& [wait, inCycle] : part.edges) {
    words.push_back(
        fmt::format("{}: {:x}{}{:x}", wait.lock, wait.waiter, inCycle ? "=>" : "->", wait.holder));
  }
  return words;
}

TEST(WaitGraphPart, ofNothingIsNothing) { EXPECT_EQ(partWorthDrawing({}, {}), WaitGraphPart{}); }

TEST(WaitGraphPart, isAllOfASmallGraph) {
  const auto edges = queue("a", 1, 2) + queue("b", 0x11, 1);
  const WaitGraphPart part = partWorthDrawing(edges, {});
  EXPECT_THAT(inWords(part), ElementsAre("a: 2->1", "a: 3->2", "b: 12->11"));
  EXPECT_EQ(part.edgesLeftOut, 0U);
  EXPECT_EQ(part.sessionsLeftOut, 0U);
  EXPECT_THAT(part.tails, IsEmpty());
}

TEST(WaitGraphPart, marksTheEdgesOfCircles) {
  const std::vector<WaitEdge> circle = {edge("a", 2, 1), edge("b", 1, 2)};
  const WaitGraphPart part =
      partWorthDrawing({circle[0], edge("a", 3, 2), circle[1]}, {{.edges = {circle[1], circle[0]}}});
  EXPECT_THAT(inWords(part), ElementsAre("a: 2=>1", "a: 3->2", "b: 1=>2"));
}

TEST(WaitGraphPart, marksSuspectedCirclesAndWhatJoinsThem) {
  const std::vector<WaitEdge> ahead = {edge("a", 2, 1), edge("b", 3, 4)};  // 1 and 3 are a thread, 2 and 4
  const WaitCycle circle{.edges = ahead, .confidence = Confidence::Suspected};
  const WaitGraphPart part = partWorthDrawing({ahead[0], edge("a", 5, 2), ahead[1]}, {circle});
  EXPECT_THAT(part.edges, ElementsAre(WaitGraphPart::Edge{ahead[0], Confidence::Suspected},
                                      WaitGraphPart::Edge{edge("a", 5, 2), std::nullopt},
                                      WaitGraphPart::Edge{ahead[1], Confidence::Suspected}));
  EXPECT_THAT(part.joints, ElementsAre(WaitJoint{.has = 4, .waits = 2}, WaitJoint{.has = 1, .waits = 3}));
}

TEST(WaitGraphPart, isAsSureOfAnEdgeAsItsSurestCircle) {
  const std::vector<WaitEdge> edges = {edge("a", 2, 1), edge("b", 1, 2)};
  const WaitCycle suspected{.edges = {edges[0], edge("c", 3, 2)}, .confidence = Confidence::Suspected};
  const WaitGraphPart part = partWorthDrawing(edges, {{.edges = edges}, suspected});
  EXPECT_EQ(part.edges[0].inCycle, Confidence::Proven);
  EXPECT_THAT(part.joints, IsEmpty()) << "one of its sessions is not drawn";
}

TEST(WaitGraphPart, takesCirclesThenWhatHangsOnThemThenTheLongestQueues) {
  const std::vector<WaitEdge> circle = {edge("y", 2, 1), edge("z", 1, 2)};
  const auto edges = queue("a", 0x11, 2) + queue("b", 0x21, 3) + std::vector{edge("c", 4, 3)} +
                     std::vector{edge("d", 3, 1)} + circle;
  const auto of = [&](std::size_t most) {
    return inWords(partWorthDrawing(edges, {{.edges = circle}}, {.edges = most}));
  };
  EXPECT_THAT(of(2), ElementsAre("y: 2=>1", "z: 1=>2"));
  EXPECT_THAT(of(3), ElementsAre("d: 3->1", "y: 2=>1", "z: 1=>2"));
  EXPECT_THAT(of(4), ElementsAre("c: 4->3", "d: 3->1", "y: 2=>1", "z: 1=>2"));
  EXPECT_THAT(of(6), ElementsAre("b: 22->21", "b: 23->22", "c: 4->3", "d: 3->1", "y: 2=>1", "z: 1=>2"));
}

TEST(WaitGraphPart, saysHowMuchIsLeftOut) {
  const WaitGraphPart part = partWorthDrawing(queue("a", 1, 5) + queue("b", 0x11, 2), {}, {.edges = 3});
  EXPECT_EQ(part.edges.size(), 3U);
  EXPECT_EQ(part.edgesLeftOut, 4U);
  EXPECT_EQ(part.sessionsLeftOut, 5U) << "two of a, three of b";
  EXPECT_THAT(part.tails, ElementsAre(WaitGraphPart::Tail{.behind = 4, .lock = "a", .waiters = 2}));
}

TEST(WaitGraphPart, drawsTheBeginningOfALongQueue) {
  const WaitGraphPart part = partWorthDrawing(queue("a", 1, 100) + queue("b", 0x101, 1), {}, {});
  EXPECT_EQ(part.edges.size(), DrawingLimits().edgesOfQueue + 1);
  EXPECT_EQ(part.tails.size(), 1U);
  EXPECT_EQ(part.tails[0].waiters, 100 - DrawingLimits().edgesOfQueue);
}

TEST(WaitGraphPart, leavesOutNoSingleWaiter) {
  EXPECT_EQ(partWorthDrawing(queue("a", 1, 6), {}, {.edgesOfQueue = 5}).edges.size(), 6U);
  EXPECT_EQ(partWorthDrawing(queue("a", 1, 7), {}, {.edgesOfQueue = 5}).edges.size(), 5U);
}

TEST(WaitGraphPart, drawsACircleWholeHoweverDeepInAQueueItLies) {
  auto edges = queue("a", 1, 50);
  WaitCycle cycle{.edges = {edge("b", 1, 0x31)}};
  for (int i = 47; i >= 0; --i) cycle.edges.push_back(edges[static_cast<std::size_t>(i)]);
  edges.push_back(cycle.edges.front());
  const WaitGraphPart part = partWorthDrawing(edges, {cycle}, {.edges = 100, .edgesOfQueue = 5});
  EXPECT_EQ(part.edges.size(), 49U);
  EXPECT_THAT(part.tails, ElementsAre(WaitGraphPart::Tail{.behind = 0x31, .lock = "a", .waiters = 2}));
}

TEST(WaitGraphPart, keepsToTheLimitEvenWithinACircle) {
  const auto edges = queue("a", 1, 50);
  EXPECT_EQ(partWorthDrawing(edges, {{.edges = edges}}, {.edges = 10}).edges.size(), 10U);
}

}  // namespace
}  // namespace leasescope
