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

LeaseId leaseNumber(std::int64_t i) { return 0x694d7e12ab000000 + i; }

ListedKey keyNumber(std::int64_t i, std::string key, LeaseId lease) {
  return {.key = std::move(key),
          .createRevision = i + 1,
          .modRevision = i + 1,
          .version = 1,
          .lease = lease,
          .value = ValueKind::Empty};
}

void renew(Picture& picture, const std::vector<LeaseId>& leases, double seconds) {
  for (const LeaseId lease : leases) {
    picture.leaseSampled(lease, {.remaining = absl::Seconds(59),
                                 .granted = absl::Seconds(60),
                                 .sent = at(seconds),
                                 .received = at(seconds)});
  }
}

/// A healthy cluster of so many locks, each held by a lease of its own that is renewed.
Diagnosis healthy(std::int64_t locks) {
  Listing all{.clusterId = 1, .revision = locks + 1};
  std::vector<LeaseId> leases;
  for (std::int64_t i = 0; i < locks; ++i) {
    const LeaseId lease = leaseNumber(i);
    leases.push_back(lease);
    all.keys.push_back(keyNumber(i, fmt::format("/lock/{:07}/{}", i, etcd::leaseHex(lease)), lease));
  }
  Picture picture;
  picture.restore(all, at(0));
  picture.leasesListed(leases, at(0), at(0));
  renew(picture, leases, 1);
  Diagnosis diagnosis;
  diagnosis.observations().apply(picture.takeChanges(), at(1));
  return diagnosis;
}

/// An index that is no lock, though its keys are named as those of one: empty, hexadecimal, without leases.
Diagnosis looksLikeOneLock(std::int64_t keys) {
  Listing all{.clusterId = 1, .revision = keys + 1};
  for (std::int64_t i = 0; i < keys; ++i) {
    all.keys.push_back(keyNumber(i, "/index/" + etcd::leaseHex(leaseNumber(i)), etcd::kNoLease));
  }
  Picture picture;
  picture.restore(all, at(0));
  Diagnosis diagnosis;
  diagnosis.observations().apply(picture.takeChanges(), at(1));
  return diagnosis;
}

/// So many sessions that nobody closed.
Diagnosis leaky(std::int64_t sessions) {
  std::vector<LeaseId> leases;
  for (std::int64_t i = 0; i < sessions; ++i) leases.push_back(leaseNumber(i));
  Picture picture;
  picture.leasesListed(leases, at(0), at(0));
  Diagnosis diagnosis;
  for (int seconds = 1; seconds < 200; seconds += 20) {
    renew(picture, leases, seconds);
    diagnosis.observations().apply(picture.takeChanges(), at(seconds));
  }
  return diagnosis;
}

/// What the monitor does twice a second.
void look(benchmark::State& state, Diagnosis diagnosis) {
  double now = 200;
  std::size_t findings = 0;
  for (auto _ : state) {
    findings = diagnosis.look(at(now)).findings.size();
    now += 0.5;
  }
  state.counters["findings"] = static_cast<double>(findings);
}

void judgeAll(benchmark::State& state) { look(state, healthy(state.range(0))); }
BENCHMARK(judgeAll)->ArgName("locks")->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void judgeKeysThatLookLikeOneLock(benchmark::State& state) { look(state, looksLikeOneLock(state.range(0))); }
BENCHMARK(judgeKeysThatLookLikeOneLock)->ArgName("keys")->Arg(100'000)->Unit(benchmark::kMillisecond);

void judgeLeakedSessions(benchmark::State& state) { look(state, leaky(state.range(0))); }
BENCHMARK(judgeLeakedSessions)->ArgName("sessions")->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leasescope
