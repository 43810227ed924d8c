#include <benchmark/benchmark.h>

#include "core/picture/picture.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

std::string keyOf(std::int64_t lock, LeaseId lease) {
  return fmt::format("/lock/{:07}/{}", lock, etcd::leaseHex(lease));
}

/// So many keys, each of a lock of its own or all in the queue of one.
Listing listing(std::int64_t keys, bool oneLock = false) {
  Listing out{.clusterId = 1, .revision = keys + 1};
  for (std::int64_t i = 0; i < keys; ++i) {
    const LeaseId lease = 0x694d7e12ab000000 + i;
    out.keys.push_back({.key = keyOf(oneLock ? 0 : i, lease),
                        .createRevision = i + 1,
                        .modRevision = i + 1,
                        .version = 1,
                        .lease = lease,
                        .value = ValueKind::Empty});
  }
  return out;
}

void restorePicture(benchmark::State& state) {
  const Listing all = listing(state.range(0));
  for (auto _ : state) {
    Picture picture;
    picture.restore(all, Moment());
    benchmark::DoNotOptimize(picture.takeChanges());
  }
}
BENCHMARK(restorePicture)->ArgName("locks")->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// A key comes and goes.
void putAndDelete(benchmark::State& state, Picture& picture, const std::string& key) {
  benchmark::DoNotOptimize(picture.takeChanges());
  Revision revision = picture.revision();
  for (auto _ : state) {
    etcd::Event put{.type = etcd::Event::Type::Put,
                    .kv = {.key = key, .createRevision = ++revision, .modRevision = revision, .lease = 7}};
    picture.apply({put}, Moment());
    benchmark::DoNotOptimize(picture.takeChanges());
    put.type = etcd::Event::Type::Delete;
    put.kv.modRevision = ++revision;
    picture.apply({put}, Moment());
    benchmark::DoNotOptimize(picture.takeChanges());
  }
}

/// A lock is taken and released in a picture that holds many.
void applyOneLock(benchmark::State& state) {
  Picture picture;
  picture.restore(listing(state.range(0)), Moment());
  putAndDelete(state, picture, keyOf(state.range(0), 7));
}
BENCHMARK(applyOneLock)->ArgName("locks")->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

/// A waiter joins and leaves a queue in which many stand.
void applyOneWaiter(benchmark::State& state) {
  Picture picture;
  picture.restore(listing(state.range(0), true), Moment());
  putAndDelete(state, picture, keyOf(0, 7));
}
BENCHMARK(applyOneWaiter)->ArgName("waiters")->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace leasescope
