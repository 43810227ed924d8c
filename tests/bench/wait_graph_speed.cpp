#include <stdexcept>

#include <benchmark/benchmark.h>

#include "core/diagnosis/wait_graph_part.h"
#include "core/picture/picture.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::int64_t kFewWaiters = 10;
constexpr LeaseId kFirst = 0x694d7e12ab000000;
constexpr LeaseId kNewcomer = 7;

std::string keyOf(std::int64_t lock, LeaseId lease) {
  return fmt::format("/lock/{:07}/{}", lock, etcd::leaseHex(lease));
}

etcd::Event put(const std::string& key, LeaseId lease, Revision revision) {
  return {.type = etcd::Event::Type::Put,
          .kv = {.key = key, .createRevision = revision, .modRevision = revision, .lease = lease}};
}

/// So many waits in queues of that many, and who follows them.
class Waits {
 public:
  explicit Waits(std::int64_t edges, std::int64_t waitersOfALock = kFewWaiters)
      : waitersOfALock_(waitersOfALock), locks_(edges / waitersOfALock) {
    Listing all{.clusterId = 1};
    for (std::int64_t lock = 0; lock < locks_; ++lock) {
      for (std::int64_t place = 0; place <= waitersOfALock_; ++place) {
        const LeaseId lease = sessionAt(lock, place);
        ++revision_;
        all.keys.push_back({.key = keyOf(lock, lease),
                            .createRevision = revision_,
                            .modRevision = revision_,
                            .version = 1,
                            .lease = lease,
                            .value = ValueKind::Empty});
      }
    }
    all.revision = revision_;
    picture_.restore(all, Moment());
    graph_.apply(picture_.takeChanges());
    if (graph_.edgeCount() != static_cast<std::size_t>(edges)) throw std::runtime_error("not so many waits");
    graph_.cycles();
  }

  LeaseId sessionAt(std::int64_t lock, std::int64_t place) const {
    return kFirst + lock * (waitersOfALock_ + 1) + place;
  }
  std::int64_t locks() const { return locks_; }

  /// What changes when this session joins the queue, or leaves it.
  ChangeSet join(std::int64_t lock, LeaseId lease) {
    picture_.apply({put(keyOf(lock, lease), lease, ++revision_)}, Moment());
    return picture_.takeChanges();
  }
  ChangeSet leave(std::int64_t lock, LeaseId lease) {
    etcd::Event gone = put(keyOf(lock, lease), lease, ++revision_);
    gone.type = etcd::Event::Type::Delete;
    picture_.apply({gone}, Moment());
    return picture_.takeChanges();
  }

  WaitGraph& graph() { return graph_; }

 private:
  const std::int64_t waitersOfALock_;
  const std::int64_t locks_;
  Revision revision_ = 1;
  Picture picture_;
  WaitGraph graph_;
};

/// A waiter joins a queue and leaves it; only the graph's own time counts.
void waiterJoinsAndLeaves(benchmark::State& state) {
  Waits waits(state.range(0), state.range(1));
  for (auto _ : state) {
    state.PauseTiming();
    const ChangeSet joined = waits.join(0, kNewcomer);
    const ChangeSet left = waits.leave(0, kNewcomer);
    state.ResumeTiming();
    waits.graph().apply(joined);
    benchmark::DoNotOptimize(waits.graph().cycles());
    waits.graph().apply(left);
    benchmark::DoNotOptimize(waits.graph().cycles());
  }
}
BENCHMARK(waiterJoinsAndLeaves)
    ->ArgNames({"waits", "queue"})
    ->Args({1'000, kFewWaiters})
    ->Args({100'000, kFewWaiters})
    ->Iterations(200)
    ->Repetitions(9)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMicrosecond);

BENCHMARK(waiterJoinsAndLeaves)
    ->Name("waiterJoinsAndLeaves, all of one lock")
    ->ArgNames({"waits", "queue"})
    ->Args({100'000, 100'000})
    ->Iterations(10)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMicrosecond);

/// The holder of the first lock joins the queue of the second, whose holder waits for the first already: from
/// the change to the circle's name.
void circleCloses(benchmark::State& state) {
  Waits waits(state.range(0));
  const LeaseId first = waits.sessionAt(0, 0);
  const LeaseId second = waits.sessionAt(1, 0);
  waits.graph().apply(waits.join(0, second));
  for (auto _ : state) {
    state.PauseTiming();
    const ChangeSet joined = waits.join(1, first);
    const ChangeSet left = waits.leave(1, first);
    state.ResumeTiming();
    waits.graph().apply(joined);
    if (waits.graph().cycles().size() != 1) throw std::runtime_error("no circle");
    state.PauseTiming();
    waits.graph().apply(left);
    waits.graph().cycles();
    state.ResumeTiming();
  }
}
BENCHMARK(circleCloses)
    ->ArgName("waits")
    ->Arg(1'000)
    ->Arg(100'000)
    ->Iterations(20)
    ->Repetitions(9)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

/// What the window does on its own thread before a layout, at most once a second.
void chooseWhatIsDrawn(benchmark::State& state) {
  Waits waits(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(partWorthDrawing(waits.graph().edges(), waits.graph().cycles()));
  }
}
BENCHMARK(chooseWhatIsDrawn)->ArgName("waits")->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leasescope
