#include "core/etcd/watch_assembler.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasescope::etcd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Event change(const std::string& key, Revision revision) {
  return {.kv = {.key = key, .modRevision = revision}};
}

WatchFrame created(std::int64_t id) { return {.watchId = id, .created = true}; }

WatchFrame events(std::int64_t id, std::vector<Event> events) {
  WatchFrame frame{.header = {.revision = 100}, .watchId = id, .events = std::move(events)};
  return frame;
}

WatchFrame fragment(std::int64_t id, std::vector<Event> some) {
  WatchFrame frame = events(id, std::move(some));
  frame.fragment = true;
  return frame;
}

WatchFrame progress(std::int64_t id, Revision revision) {
  return {.header = {.revision = revision}, .watchId = id};
}

/// "key@revision" of each event; "no batch" when there is none.
std::vector<std::string> keysOf(const WatchAssembler::Outcome& outcome) {
  if (!outcome.batch) return {"no batch"};
  std::vector<std::string> keys;
  for (const Event& event : outcome.batch->events) {
    keys.push_back(event.kv.key + "@" + std::to_string(event.kv.modRevision));
  }
  return keys;
}

/// Two targets that want revisions from 10 and from 20 on; their watches have the ids 7 and 3.
class WatchAssemblerTest : public testing::Test {
 protected:
  WatchAssemblerTest() {
    assembler_.feed(created(7));
    assembler_.feed(created(3));
  }

  WatchAssembler assembler_{{10, 20}};
};

TEST_F(WatchAssemblerTest, givesTheEventsOfEachTarget) {
  auto outcome = assembler_.feed(events(3, {change("b", 20), change("b", 21)}));
  EXPECT_THAT(keysOf(outcome), ElementsAre("b@20", "b@21"));
  EXPECT_EQ(outcome.batch->target, 1U);
  EXPECT_EQ(outcome.batch->revision, 21);
  EXPECT_FALSE(outcome.end);
  outcome = assembler_.feed(events(7, {change("a", 12)}));
  EXPECT_EQ(outcome.batch->target, 0U);
  EXPECT_EQ(assembler_.next(0), 13);
  EXPECT_EQ(assembler_.next(1), 22);
  EXPECT_EQ(assembler_.dropped(), 0);
}

TEST_F(WatchAssemblerTest, goesByEventsNotByAHeaderThatIsAhead) {
  const auto outcome = assembler_.feed(events(7, {change("a", 12)}));
  EXPECT_EQ(outcome.batch->header.revision, 100);
  EXPECT_EQ(outcome.batch->revision, 12);
}

TEST_F(WatchAssemblerTest, saysNothingOfCreation) {
  WatchAssembler assembler({5});
  EXPECT_EQ(assembler.created(), 0U);
  const auto outcome = assembler.feed(created(0));
  EXPECT_FALSE(outcome.batch || outcome.end);
  EXPECT_EQ(assembler.created(), 1U);
  EXPECT_EQ(assembler.next(0), 5);
}

TEST_F(WatchAssemblerTest, dropsAndCountsWhatWasDelivered) {
  assembler_.feed(events(7, {change("a", 12), change("b", 12)}));
  const auto again = assembler_.feed(events(7, {change("a", 12), change("b", 12), change("a", 13)}));
  EXPECT_THAT(keysOf(again), ElementsAre("a@13"));
  EXPECT_EQ(assembler_.dropped(), 2);
  const auto older = assembler_.feed(events(7, {change("a", 9)}));
  EXPECT_THAT(keysOf(older), IsEmpty());
  EXPECT_EQ(older.batch->revision, 13);  // its header says 100, but it was no progress
  EXPECT_EQ(assembler_.next(0), 14);
  EXPECT_EQ(assembler_.dropped(), 3);
}

TEST_F(WatchAssemblerTest, joinsFragmentsToOneBatch) {
  EXPECT_THAT(keysOf(assembler_.feed(fragment(7, {change("a", 12)}))), ElementsAre("no batch"));
  EXPECT_THAT(keysOf(assembler_.feed(fragment(7, {change("b", 12)}))), ElementsAre("no batch"));
  EXPECT_EQ(assembler_.next(0), 10);  // a stream that breaks here starts again before all of it
  const auto outcome = assembler_.feed(events(7, {change("c", 12)}));
  EXPECT_THAT(keysOf(outcome), ElementsAre("a@12", "b@12", "c@12"));
  EXPECT_EQ(assembler_.next(0), 13);
  EXPECT_THAT(keysOf(assembler_.feed(events(7, {change("a", 13)}))), ElementsAre("a@13"));
  EXPECT_EQ(assembler_.dropped(), 0);
}

TEST_F(WatchAssemblerTest, keepsFragmentsOfTwoTargetsApart) {
  assembler_.feed(fragment(7, {change("a", 21)}));
  EXPECT_THAT(keysOf(assembler_.feed(events(3, {change("b", 21)}))), ElementsAre("b@21"));
  EXPECT_THAT(keysOf(assembler_.feed(events(7, {change("c", 21)}))), ElementsAre("a@21", "c@21"));
}

TEST_F(WatchAssemblerTest, discardsFragmentsWhenTheWatchEnds) {
  assembler_.feed(fragment(7, {change("a", 12)}));
  const auto outcome = assembler_.feed({.watchId = 7, .canceled = true});
  EXPECT_TRUE(outcome.end);
  EXPECT_FALSE(outcome.batch);
  EXPECT_EQ(assembler_.next(0), 10);
}

TEST_F(WatchAssemblerTest, movesOnWithProgress) {
  const auto outcome = assembler_.feed(progress(7, 50));
  EXPECT_THAT(keysOf(outcome), IsEmpty());
  EXPECT_EQ(outcome.batch->revision, 50);
  EXPECT_EQ(assembler_.next(0), 51);
  EXPECT_EQ(assembler_.next(1), 20);
  EXPECT_EQ(assembler_.feed(progress(7, 40)).batch->revision, 50);  // never back
  EXPECT_EQ(assembler_.next(0), 51);
}

TEST_F(WatchAssemblerTest, hasDeliveredTheHighestRevisionHoweverEventsAreOrdered) {
  const auto outcome = assembler_.feed(events(7, {change("a", 14), change("b", 12)}));
  EXPECT_EQ(outcome.batch->revision, 14);
  EXPECT_EQ(assembler_.next(0), 15);
  EXPECT_THAT(keysOf(assembler_.feed(events(7, {change("a", 14)}))), IsEmpty());
}

TEST_F(WatchAssemblerTest, bearsTheLastRevisionThereIs) {
  constexpr Revision kLast = std::numeric_limits<Revision>::max();
  EXPECT_EQ(assembler_.feed(progress(7, kLast)).batch->revision, kLast);
  EXPECT_EQ(assembler_.next(0), kLast);
  EXPECT_THAT(keysOf(assembler_.feed(events(3, {change("b", kLast)}))), ElementsAre("b@9223372036854775807"));
  EXPECT_EQ(assembler_.next(1), kLast);
}

TEST_F(WatchAssemblerTest, doesNotTrustProgressThatIsNobodysInParticular) {
  EXPECT_THAT(keysOf(assembler_.feed(progress(-1, 50))), ElementsAre("no batch"));
  EXPECT_EQ(assembler_.next(0), 10);
}

TEST_F(WatchAssemblerTest, ignoresEventsOfAnUnknownWatch) {
  EXPECT_THAT(keysOf(assembler_.feed(events(99, {change("a", 12)}))), ElementsAre("no batch"));
}

TEST_F(WatchAssemblerTest, saysThatTheStartWasCompacted) {
  const auto outcome = assembler_.feed({.watchId = 3, .canceled = true, .compactRevision = 42});
  ASSERT_TRUE(outcome.end);
  EXPECT_TRUE(absl::IsOutOfRange(outcome.end->status));
  EXPECT_EQ(outcome.end->status.message(), "history before revision 42 was compacted");
  EXPECT_EQ(outcome.end->compactRevision, 42);
  EXPECT_EQ(outcome.end->target, 1U);
}

TEST_F(WatchAssemblerTest, saysThatAWatchWasDenied) {
  WatchAssembler assembler({10, 20});
  assembler.feed(created(0));
  const std::string reason = "rpc error: code = PermissionDenied desc = etcdserver: permission denied";
  const auto outcome =
      assembler.feed({.watchId = -1, .created = true, .canceled = true, .cancelReason = reason});
  ASSERT_TRUE(outcome.end);
  EXPECT_TRUE(absl::IsPermissionDenied(outcome.end->status));
  EXPECT_THAT(outcome.end->status.message(), HasSubstr("permission denied"));
  EXPECT_EQ(outcome.end->target, 1U);
  EXPECT_EQ(assembler.created(), 2U);
}

TEST_F(WatchAssemblerTest, saysThatAWatchWasRefusedAtOnce) {
  WatchAssembler assembler({10});
  const auto outcome = assembler.feed({.watchId = -1,
                                       .created = true,
                                       .canceled = true,
                                       .cancelReason = "etcdserver: mvcc: watcher is not ready"});
  ASSERT_TRUE(outcome.end);
  EXPECT_TRUE(absl::IsAborted(outcome.end->status));
  EXPECT_EQ(outcome.end->target, 0U);
}

TEST_F(WatchAssemblerTest, saysThatAWatchEndedWithoutAReason) {
  const auto outcome = assembler_.feed({.watchId = 7, .canceled = true});
  ASSERT_TRUE(outcome.end);
  EXPECT_TRUE(absl::IsAborted(outcome.end->status));
  EXPECT_EQ(outcome.end->status.message(), "the server ended the watch: no reason given");
  EXPECT_EQ(outcome.end->target, 0U);
  EXPECT_EQ(outcome.end->compactRevision, 0);
}

TEST_F(WatchAssemblerTest, endsForNobodyWhenAnUnknownWatchEnds) {
  const auto outcome =
      assembler_.feed({.watchId = 99, .canceled = true, .cancelReason = "etcdserver: no leader"});
  ASSERT_TRUE(outcome.end);
  EXPECT_EQ(outcome.end->target, std::nullopt);
  EXPECT_EQ(outcome.end->status.message(), "the server ended the watch: etcdserver: no leader");
}

TEST_F(WatchAssemblerTest, bearsAnswersToMoreWatchesThanItAskedFor) {
  const auto outcome = assembler_.feed(created(55));
  EXPECT_FALSE(outcome.batch || outcome.end);
  EXPECT_THAT(keysOf(assembler_.feed(events(55, {change("a", 30)}))), ElementsAre("no batch"));
}

}  // namespace
}  // namespace leasescope::etcd
