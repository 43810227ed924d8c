#include <benchmark/benchmark.h>

#include "core/diagnosis/diagnosis.h"
#include "core/picture/picture.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

Moment at(double seconds) {
  return {SteadyTime(std::chrono::hours(1)) + absl::ToChronoNanoseconds(absl::Seconds(seconds)),
          absl::UnixEpoch() + absl::Seconds(seconds)};
}

/// A healthy cluster of so many locks, each held by a lease of its own that is renewed.
Diagnosis healthy(std::int64_t locks) {
  Listing all{.clusterId = 1, .revision = locks + 1};
  std::vector<LeaseId> leases;
  for (std::int64_t i = 0; i < locks; ++i) {
    const LeaseId lease = 0x694d7e12ab000000 + i;
    leases.push_back(lease);
    all.keys.push_back({.key = fmt::format("/lock/{:07}/{}", i, etcd::leaseHex(lease)),
                        .createRevision = i + 1,
                        .modRevision = i + 1,
                        .version = 1,
                        .lease = lease,
                        .value = ValueKind::Empty});
  }
  Picture picture;
  picture.restore(all, at(0));
  picture.leasesListed(leases, at(0), at(0));
  for (const LeaseId lease : leases) {
    picture.leaseSampled(
        lease,
        {.remaining = absl::Seconds(50), .granted = absl::Seconds(60), .sent = at(1), .received = at(1)});
  }
  Diagnosis diagnosis;
  diagnosis.observations().apply(picture.takeChanges(), at(1));
  return diagnosis;
}

/// What the monitor does twice a second.
void judgeAll(benchmark::State& state) {
  Diagnosis diagnosis = healthy(state.range(0));
  double now = 2;
  for (auto _ : state) {
    benchmark::DoNotOptimize(diagnosis.look(at(now)));
    now += 0.5;
  }
}
BENCHMARK(judgeAll)->ArgName("locks")->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leasescope
