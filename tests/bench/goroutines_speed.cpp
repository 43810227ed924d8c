#include <cstdint>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "core/probe/goroutine_roles.h"
#include "core/probe/gunzip.h"
#include "core/probe/wire_reader.h"
#include "tests/core/goroutine_captures.h"
#include "tests/core/gzipped.h"

namespace leasescope {
namespace {

constexpr int kStacks = 100'000;

/// The stacks of a captured text, which blank lines divide, again and again.
std::string manyStacks(const std::string& capture) {
  std::string text;
  std::size_t begin = 0;
  for (int i = 0; i < kStacks; ++i) {
    const std::size_t end = std::min(capture.find("\n\n", begin), capture.size());
    text.append(capture, begin, end - begin).append("\n\n");
    begin = end + 2 < capture.size() ? end + 2 : 0;
  }
  return text;
}

std::string dump() { return manyStacks(goroutineCapture("etcd_36.debug2.txt")); }

std::string countedStacks() {
  const std::string capture = goroutineCapture("etcd_36.debug1.txt");
  const std::size_t firstStack = capture.find('\n') + 1;
  return capture.substr(0, firstStack) + manyStacks(capture.substr(firstStack));
}

/// The samples of the captured message again and again, which may follow all else.
std::string packedSamples() {
  constexpr std::uint64_t kSample = 2;
  const std::string message = *gunzip(goroutineCapture("etcd_36.pb.gz"), kLargestProfile);
  std::string samples;
  int count = 0;
  for (WireReader reader(message); reader.nextField();) {
    if (reader.field() != kSample) continue;
    const std::string_view sample = *reader.bytes();
    if (sample.size() > 0x7f) throw std::runtime_error("the size of a sample takes more than a byte");
    samples.append({'\x12', static_cast<char>(sample.size())}).append(sample);
    ++count;
  }
  std::string many = message;
  for (int i = count; i < kStacks; i += count) many += samples;
  return gzipped(many);
}

/// Read and told apart.
void classify(benchmark::State& state, const std::string& answer) {
  GoroutineRoles roles;
  for (auto _ : state) {
    const auto profile = parseGoroutineProfile(answer);
    if (!profile.ok()) return state.SkipWithError("not read");
    roles = rolesOf(*profile);
    benchmark::DoNotOptimize(roles);
  }
  state.counters["MiB"] = static_cast<double>(answer.size()) / (1 << 20);
  state.counters["goroutines"] = static_cast<double>(roles.total);
  state.counters["sessions"] = static_cast<double>(roles.sessions);
}

void classifyDump(benchmark::State& state) { classify(state, dump()); }
BENCHMARK(classifyDump)->Unit(benchmark::kMillisecond);

void classifyCountedStacks(benchmark::State& state) { classify(state, countedStacks()); }
BENCHMARK(classifyCountedStacks)->Unit(benchmark::kMillisecond);

void classifyPackedSamples(benchmark::State& state) { classify(state, packedSamples()); }
BENCHMARK(classifyPackedSamples)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leasescope
