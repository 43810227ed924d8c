#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "core/etcd/watch_assembler.h"
#include "tests/fuzz/require.h"

using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of one function

namespace {

etcd::WatchFrame anyFrame(FuzzedDataProvider& data) {
  etcd::WatchFrame frame;
  frame.watchId = data.ConsumeIntegralInRange<int>(-1, 3);
  frame.created = data.ConsumeBool();
  frame.canceled = data.ConsumeIntegralInRange<int>(0, 9) == 0;
  frame.fragment = data.ConsumeBool();
  frame.compactRevision = data.ConsumeIntegralInRange<int>(0, 9);
  frame.cancelReason = data.ConsumeRandomLengthString(40);
  frame.header.revision = data.ConsumeIntegralInRange<int>(0, 60);
  for (int i = data.ConsumeIntegralInRange<int>(0, 4); i > 0; --i) {
    etcd::Event event;
    event.kv.modRevision = data.ConsumeIntegralInRange<int>(0, 60);
    frame.events.push_back(std::move(event));
  }
  return frame;
}

}  // namespace

/// Whatever a server sends: no target goes back, nothing is delivered that was wanted to be past already.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  std::vector<etcd::Revision> starts(data.ConsumeIntegralInRange<std::size_t>(1, 3));
  for (etcd::Revision& start : starts) start = data.ConsumeIntegralInRange<int>(1, 30);
  etcd::WatchAssembler assembler(starts);
  while (data.remaining_bytes() > 0) {
    std::vector<etcd::Revision> before;
    for (std::size_t i = 0; i < starts.size(); ++i) before.push_back(assembler.next(i));
    const std::int64_t dropped = assembler.dropped();
    const auto outcome = assembler.feed(anyFrame(data));
    require(assembler.dropped() >= dropped, "what was dropped stays counted");
    if (!outcome.batch) continue;
    require(outcome.batch->target < starts.size(), "a batch is for somebody");
    require(outcome.batch->revision >= before[outcome.batch->target] - 1, "a target does not go back");
    require(assembler.next(outcome.batch->target) == outcome.batch->revision + 1,
            "it goes on behind the batch");
    for (const etcd::Event& event : outcome.batch->events) {
      require(event.kv.modRevision >= before[outcome.batch->target], "nothing comes twice");
    }
  }
  return 0;
}
