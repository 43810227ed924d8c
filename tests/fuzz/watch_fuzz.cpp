#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "core/etcd/watch_assembler.h"
#include "tests/fuzz/require.h"

namespace leasescope::etcd {
namespace {

/// Mostly close together, so that they meet.
Revision anyRevision(FuzzedDataProvider& data) {
  const auto choice = data.ConsumeIntegral<std::uint8_t>();
  return choice < 250 ? choice % 32 : data.ConsumeIntegral<Revision>();
}

WatchFrame anyFrame(FuzzedDataProvider& data) {
  static std::uint64_t serial = 0;  // so that no two events are the same
  WatchFrame frame;
  const auto kind = data.ConsumeIntegral<std::uint8_t>();
  frame.created = kind % 8 == 0;
  frame.canceled = kind % 16 == 1 || kind % 32 == 8;
  frame.fragment = kind % 4 == 2;
  frame.watchId = data.ConsumeIntegralInRange<std::int64_t>(-1, 3);
  frame.header.revision = anyRevision(data);
  if (frame.canceled) {
    frame.compactRevision = anyRevision(data);
    frame.cancelReason = data.ConsumeRandomLengthString(32);
  }
  for (auto count = data.ConsumeIntegralInRange<int>(0, 4); count > 0; --count) {
    frame.events.push_back({.kv = {.key = std::to_string(++serial), .modRevision = anyRevision(data)}});
  }
  return frame;
}

using Keys = std::vector<std::string>;

Keys keysFrom(const std::vector<Event>& events, Revision first) {
  Keys keys;
  for (const Event& event : events) {
    if (event.kv.modRevision >= first) keys.push_back(event.kv.key);
  }
  return keys;
}

/// Knows in the plainest way what the assembler has to say.
class Witness {
 public:
  explicit Witness(const std::vector<Revision>& starts)
      : assembler_(starts), next_(starts), fragments_(starts.size()) {}

  void feed(const WatchFrame& frame) {
    const WatchAssembler::Outcome outcome = assembler_.feed(WatchFrame(frame));
    require(outcome.end.has_value() == frame.canceled, "a watch ends when etcd says so, and only then");
    if (outcome.end) require(!outcome.end->status.ok(), "an end has a reason");
    if (frame.created) created(frame);
    const auto target = targets_.find(frame.watchId);
    const bool complete = !frame.created && !frame.canceled && !frame.fragment && target != targets_.end();
    require(outcome.batch.has_value() == complete, "a batch comes with its last fragment");
    if (frame.created || frame.canceled || target == targets_.end()) return;
    std::ranges::copy(frame.events, std::back_inserter(fragments_[target->second]));
    if (complete) check(*outcome.batch, target->second);
  }

 private:
  void created(const WatchFrame& frame) {
    const std::size_t index = created_++;
    if (!frame.canceled && index < next_.size()) targets_[frame.watchId] = index;
  }

  void check(const WatchBatch& batch, std::size_t target) {
    const std::vector<Event> told = std::exchange(fragments_[target], {});
    require(batch.target == target, "a batch names its target");
    require(batch.revision >= next_[target] - 1, "revisions never go back");
    require(keysFrom(batch.events, std::numeric_limits<Revision>::min()) == keysFrom(told, next_[target]),
            "every event that was not delivered comes, each once and in order");
    for (const Event& event : batch.events) {
      require(event.kv.modRevision <= batch.revision, "no event is beyond its batch");
    }
    next_[target] = assembler_.next(target);
    const bool last = batch.revision == std::numeric_limits<Revision>::max();
    require(next_[target] == (last ? batch.revision : batch.revision + 1), "a new stream begins behind it");
  }

  WatchAssembler assembler_;
  std::size_t created_ = 0;
  std::map<std::int64_t, std::size_t> targets_;  // by watch id
  std::vector<Revision> next_;
  std::vector<std::vector<Event>> fragments_;
};

}  // namespace
}  // namespace leasescope::etcd

/// Whatever a server sends: every event comes once and in order, no target goes back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace leasescope::etcd;  // NOLINT(google-build-using-namespace): a program of one function
  FuzzedDataProvider data(bytes, size);
  std::vector<Revision> starts(data.ConsumeIntegralInRange<std::size_t>(0, 3));
  for (Revision& start : starts) start = data.ConsumeIntegralInRange<Revision>(0, 20);
  Witness witness(starts);
  while (data.remaining_bytes() > 0) witness.feed(anyFrame(data));
  return 0;
}
