#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "tests/diagnosis/scenario.h"

namespace leasescope {
namespace {

struct Flags {
  int scenarios = 200;
  std::uint64_t seed = 1;
  int parallel = 8;
};

/// Runs all of them, several at a time; prints a line for each that is not as it should be.
int run(const Flags& flags) {
  std::mutex mutex;  // guards the four below
  Score all;
  int clean = 0;
  int broken = 0;
  std::atomic<int> next = 0;
  {
    std::vector<std::jthread> workers;
    workers.reserve(static_cast<std::size_t>(flags.parallel));
    for (int worker = 0; worker < flags.parallel; ++worker) {
      workers.emplace_back([&] {
        for (int i = next++; i < flags.scenarios; i = next++) {
          const std::uint64_t seed = flags.seed * 1'000'000 + static_cast<std::uint64_t>(i);
          const ScenarioResult result = runScenario(seed, LEASESCOPE_INTEROP);
          const std::lock_guard lock(mutex);
          all.add(result.score);
          if (!result.problem.empty()) {
            ++broken;
            fmt::print("scenario {} ({}) could not be run: {}\n", i, fmt::join(result.parts, ", "),
                       result.problem);
          } else if (result.score.wrong.empty() && result.score.missed.empty()) {
            ++clean;
          }
          for (const std::string& one : result.score.wrong) {
            fmt::print("scenario {} ({}): wrongly {}\n", i, fmt::join(result.parts, ", "), one);
          }
          for (const std::string& one : result.score.missed) {
            fmt::print("scenario {} ({}): missed {}\n", i, fmt::join(result.parts, ", "), one);
          }
          std::fflush(stdout);
        }
      });
    }
  }
  const auto found = static_cast<double>(all.right) + static_cast<double>(all.wrong.size());
  const auto wrong = static_cast<double>(all.right) + static_cast<double>(all.missed.size());
  fmt::print("scenarios: {} of {} as they are, {} could not be run; seed {}\n", clean, flags.scenarios,
             broken, flags.seed);
  fmt::print("found rightly: {}, wrongly: {}, missed: {}\n", all.right, all.wrong.size(), all.missed.size());
  fmt::print("precision: {:.4f}\nrecall: {:.4f}\n", found > 0 ? all.right / found : 1,
             wrong > 0 ? all.right / wrong : 1);
  return all.wrong.empty() && all.missed.empty() && broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace leasescope

int main(int argc, char** argv) {
  CLI::App app(
      "Runs seeded scenarios of services that use etcd's locks, and compares findings with the truth.");
  leasescope::Flags flags;
  app.add_option("--scenarios", flags.scenarios, "how many")->capture_default_str();
  app.add_option("--seed", flags.seed, "of the first; the others follow from it")->capture_default_str();
  app.add_option("--parallel", flags.parallel, "how many at a time")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return leasescope::run(flags);
}
