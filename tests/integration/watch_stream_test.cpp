#include "core/etcd/watch_stream.h"

#include <algorithm>
#include <mutex>

#include <gtest/gtest.h>

#include "fmt/format.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

/// Collects what a stream says.
class Listener {
 public:
  etcd::WatchHandlers handlers() {
    return {
        .onReady = [this] { locked([this] { ready_ = true; }); },
        .onBatch = [this](etcd::WatchBatch batch) { locked([&] { batches_.push_back(std::move(batch)); }); },
        .onEnd = [this](etcd::WatchEnd end) { locked([&] { end_ = std::move(end); }); }};
  }
  bool ready() const {
    const std::lock_guard lock(mutex_);
    return ready_;
  }
  std::vector<etcd::Event> events() const {
    const std::lock_guard lock(mutex_);
    std::vector<etcd::Event> all;
    for (const auto& batch : batches_) all.insert(all.end(), batch.events.begin(), batch.events.end());
    return all;
  }
  std::vector<etcd::WatchBatch> batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
  }
  std::optional<etcd::WatchEnd> end() const {
    const std::lock_guard lock(mutex_);
    return end_;
  }

 private:
  void locked(const std::function<void()>& job) {
    const std::lock_guard lock(mutex_);
    job();
  }
  mutable std::mutex mutex_;  // guards all below
  bool ready_ = false;
  std::vector<etcd::WatchBatch> batches_;
  std::optional<etcd::WatchEnd> end_;
};

class WatchStreamTest : public EtcdTest {
 protected:
  Revision put(const std::string& key, const std::string& value = "v") const {
    return client()->put({.key = key, .value = value})->revision;
  }
};

TEST_F(WatchStreamTest, TellsEveryChangeInOrder) {
  const Revision start = put("/a/1");
  Listener listener;
  const etcd::WatchStream stream(*client(), {{etcd::KeyRange::prefix("/a/"), start + 1}},
                                 listener.handlers());
  ASSERT_TRUE(eventually([&] { return listener.ready(); }));
  put("/a/2", "new");
  put("/b/other");
  ASSERT_TRUE(client()->remove(etcd::KeyRange::single("/a/1")).ok());
  ASSERT_TRUE(eventually([&] { return listener.events().size() == 2; }));
  const auto events = listener.events();
  EXPECT_EQ(events[0].kv.key, "/a/2");
  EXPECT_EQ(events[0].kv.value, "new");
  EXPECT_EQ(events[1].type, etcd::Event::Type::Delete);
  EXPECT_EQ(events[1].kv.key, "/a/1");
}

TEST_F(WatchStreamTest, ResumesBehindTheLastRevisionWithoutLossOrRepetition) {
  const Revision start = put("/a/0");
  {
    Listener listener;
    const etcd::WatchStream stream(*client(), {{etcd::KeyRange::prefix("/a/"), start + 1}},
                                   listener.handlers());
    put("/a/1");
    ASSERT_TRUE(eventually([&] { return listener.events().size() == 1; }));
  }
  put("/a/2");
  put("/a/3");
  Listener listener;
  const etcd::WatchStream stream(*client(), {{etcd::KeyRange::prefix("/a/"), start + 2}},
                                 listener.handlers());
  ASSERT_TRUE(eventually([&] { return listener.events().size() == 2; }));
  EXPECT_EQ(listener.events()[0].kv.key, "/a/2");
  EXPECT_EQ(listener.events()[1].kv.key, "/a/3");
}

TEST_F(WatchStreamTest, SaysThatItsStartWasCompacted) {
  const Revision first = put("/a/1");
  const Revision last = put("/a/1", "again");
  ASSERT_TRUE(client()->compact(last).ok());
  Listener listener;
  const etcd::WatchStream stream(*client(), {{etcd::KeyRange::prefix("/a/"), first}}, listener.handlers());
  ASSERT_TRUE(eventually([&] { return listener.end().has_value(); }));
  EXPECT_TRUE(absl::IsOutOfRange(listener.end()->status)) << listener.end()->status;
  EXPECT_EQ(listener.end()->compactRevision, last);
}

TEST_F(WatchStreamTest, KeepsTheKeysOfOneTransactionTogether) {
  const Revision start = put("/a/0");
  Listener listener;
  const etcd::WatchStream stream(*client(), {{etcd::KeyRange::prefix("/a/"), start + 1}},
                                 listener.handlers());
  etcd::Transaction transaction;
  for (int i = 0; i < 50; ++i) transaction.then.emplace_back(etcd::PutOp{.key = fmt::format("/a/{}", i)});
  ASSERT_TRUE(client()->transact(transaction).ok());
  ASSERT_TRUE(eventually([&] { return !listener.batches().empty(); }));
  EXPECT_EQ(listener.batches().front().events.size(), 50);
}

TEST_F(WatchStreamTest, JoinsFragmentsOfLargeRevisions) {
  const Revision start = put("/a/0");
  const std::string large(900'000, 'x');
  for (int i = 0; i < 6; ++i) put(fmt::format("/a/{}", i), large);
  Listener listener;
  const etcd::WatchStream stream(*client(), {{etcd::KeyRange::prefix("/a/"), start + 1}},
                                 listener.handlers());
  ASSERT_TRUE(eventually([&] { return listener.events().size() == 6; }));
  for (const etcd::Event& event : listener.events()) EXPECT_EQ(event.kv.value.size(), large.size());
}

TEST_F(WatchStreamTest, WatchesSeveralRangesOnOneStream) {
  const Revision start = put("/a/0");
  Listener listener;
  const etcd::WatchStream stream(
      *client(), {{etcd::KeyRange::prefix("/a/"), start + 1}, {etcd::KeyRange::prefix("/b/"), start + 1}},
      listener.handlers());
  put("/b/1");
  put("/a/1");
  put("/c/1");
  ASSERT_TRUE(eventually([&] { return listener.batches().size() >= 2; }));
  // In order within a range; between ranges etcd promises none while a watch catches up.
  const auto batches = listener.batches();
  EXPECT_EQ(std::ranges::count(batches, 0, &etcd::WatchBatch::target), 1);
  EXPECT_EQ(std::ranges::count(batches, 1, &etcd::WatchBatch::target), 1);
}

TEST_F(WatchStreamTest, EndsWhenTheServerDoes) {
  const Revision start = put("/a/0");
  Listener listener;
  const etcd::WatchStream stream(*client(), {{etcd::KeyRange::prefix("/a/"), start + 1}},
                                 listener.handlers());
  ASSERT_TRUE(eventually([&] { return listener.ready(); }));
  server().stop();
  ASSERT_TRUE(eventually([&] { return listener.end().has_value(); }));
  EXPECT_TRUE(absl::IsUnavailable(listener.end()->status)) << listener.end()->status;
}

TEST_F(WatchStreamTest, EndsWhenItsClientIsShutDown) {
  const auto own = connect();
  Listener listener;
  const etcd::WatchStream stream(*own, {{etcd::KeyRange::prefix("/a/"), 1}}, listener.handlers());
  ASSERT_TRUE(eventually([&] { return listener.ready(); }));
  own->shutdown();
  EXPECT_TRUE(listener.end().has_value());
}

}  // namespace
}  // namespace leasescope
