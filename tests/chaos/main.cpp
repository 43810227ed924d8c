#include <algorithm>

#include <CLI/CLI.hpp>

#include "fmt/format.h"
#include "tests/chaos/chaos.h"

namespace {

void print(const leasescope::ChaosReport& report) {
  fmt::print("\nrounds: {}\n", report.rounds);
  for (std::size_t i = 0; i < report.faults.size(); ++i) {
    fmt::print("  {:<28}{:>5}\n", leasescope::faultName(static_cast<leasescope::Fault>(i)), report.faults[i]);
  }
  fmt::print("events of etcd's history compared: {}\n", report.events);
  fmt::print("happenings told once and in order: {}\n", report.happenings);
  fmt::print("gaps told: {}, happenings in them: {}\n", report.gaps, report.inGaps);
  fmt::print("threads: {} before, {} after; resident memory: {} MiB before, {} MiB after\n",
             report.threadsBefore, report.threadsAfter, report.residentKbBefore / 1024,
             report.residentKbAfter / 1024);
  fmt::print("differences: {}\n", report.difference.empty() ? "0" : report.difference);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Breaks a real etcd cluster in many ways while a monitor watches it.", "leasescope_chaos");
  leasescope::ChaosOptions options;
  app.add_option("--rounds", options.rounds, "how many")->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "the same seed breaks the same things in the same order");
  CLI11_PARSE(app, argc, argv);
  fmt::print("seed {}\n", options.seed);
  const leasescope::ChaosReport report = leasescope::runChaos(options);
  print(report);
  return report.difference.empty() ? 0 : 1;
}
