#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/json_output.h"
#include "app/leasescopectl/table.h"
#include "core/lockers/demo.h"
#include "core/lockers/demo_program.h"
#include "core/playground/playground.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

struct DemoFlags {
  bool json = false;
  std::string duration = "20s";
  double requestsPerSecond = 4;
};

std::string demoTable(const DemoState& state) {
  Table table({{"PROGRAM"},
               {"REQUESTS", true},
               {"SERVED", true},
               {"GAVE UP", true},
               {"LEASES", true},
               {"LOCK KEYS", true},
               {"KEEP-ALIVE THREADS", true},
               {"RESIDENT KB", true}});
  const auto add = [&](const char* name, const DemoSample& sample) {
    table.add({name, std::to_string(sample.requests), std::to_string(sample.served),
               std::to_string(sample.gaveUp), std::to_string(sample.leases), std::to_string(sample.keys),
               std::to_string(sample.threads), std::to_string(sample.residentKb)});
  };
  add("leaky", state.leaky.now());
  add("fixed", state.fixed.now());
  return table.text();
}

/// Waits until the requests under way are over; false when the user wants to stop.
bool settle(const Demo& demo, absl::Duration lockTimeout) {
  const absl::Time patience = absl::Now() + lockTimeout + absl::Seconds(5);
  while (!demo.settled() && absl::Now() < patience) {
    if (waitForStopSignal(absl::Milliseconds(200))) return false;
  }
  return !waitForStopSignal(absl::Seconds(1));  // one more sample
}

int runDemo(const Console& console, const DemoFlags& flags) {
  const auto duration = parseDuration("--for", flags.duration);
  if (!duration.ok()) return console.fail("demo", duration.status());
  if (flags.requestsPerSecond < 0.1 || flags.requestsPerSecond > 100) {
    return console.usage("--rate must lie between 0.1 and 100");
  }
  const auto playground = Playground::start();
  if (!playground.ok()) return console.fail("demo", playground.status());
  const DemoOptions options{.endpoint = (*playground)->endpoint(),
                            .requestsPerSecond = flags.requestsPerSecond};
  const auto demo = Demo::start(options);
  if (!demo.ok()) return console.fail("demo", demo.status());
  if (waitForStopSignal(*duration)) return kFine;
  (*demo)->stopLoad();
  if (!settle(**demo, options.lockTimeout)) return kFine;
  const DemoState state = (*demo)->state();
  if (!state.problem.empty()) return console.fail("demo", absl::UnavailableError(state.problem));
  if (flags.json) {
    console.printJson(nlohmann::json{{"leaky", toJson(state.leaky)}, {"fixed", toJson(state.fixed)}});
    return kFine;
  }
  console.printText(demoTable(state));
  console.printText(fmt::format(
      "The leaky program never closes a session: every request leaves a lease that is renewed for ever, and "
      "the\n"
      "thread that renews it. The first request still holds the lock, so {} of {} others gave up after {}.\n"
      "The fixed program closes each session and ends with nothing left behind.\n",
      state.leaky.now().gaveUp, state.leaky.now().requests - 1, absl::FormatDuration(options.lockTimeout)));
  return kFine;
}

struct ProgramFlags {
  std::string program;
  std::string lock;
  double rate = 4;
  std::string lockTimeout = "5s";
  std::string work = "50ms";
  std::string ttl = "60s";
};

int runProgram(const Console& console, const ProgramFlags& flags) {
  const auto connection = console.connection();
  if (!connection.ok()) return console.fail("demo-program", connection.status());
  const auto lockTimeout = parseDuration("--lock-timeout", flags.lockTimeout);
  const auto work = parseDuration("--work", flags.work);
  const auto ttl = parseDuration("--ttl", flags.ttl);
  for (const auto& duration : {lockTimeout, work, ttl}) {
    if (!duration.ok()) return console.fail("demo-program", duration.status());
  }
  const absl::Status ended =
      runDemoProgram({.program = flags.program == "leaky" ? DemoProgram::Leaky : DemoProgram::Fixed,
                      .endpoint = connection->endpoints.front(),
                      .lock = flags.lock,
                      .requestsPerSecond = flags.rate,
                      .lockTimeout = *lockTimeout,
                      .work = *work,
                      .sessionTtl = *ttl});
  return console.fail("demo-program", ended);
}

}  // namespace

void addDemoCommands(CLI::App& app, Console& console) {
  CLI::App* demo = app.add_subcommand("demo", "the leak and its fix on the same load, on a private etcd");
  const auto flags = std::make_shared<DemoFlags>();
  demo->add_flag("--json", flags->json, "one JSON object with all samples");
  demo->add_option("--for", flags->duration, "how long requests come in (20s)");
  demo->add_option("--rate", flags->requestsPerSecond, "requests a second to each program (4)");
  demo->callback([&console, flags] { console.exitCode = runDemo(console, *flags); });

  // What the demo runs twice; not meant to be typed, so it is in no help.
  CLI::App* program = app.add_subcommand("demo-program")->group("");
  const auto own = std::make_shared<ProgramFlags>();
  program->add_option("--program", own->program)->required()->check(CLI::IsMember({"leaky", "fixed"}));
  program->add_option("--lock", own->lock)->required();
  program->add_option("--rate", own->rate);
  program->add_option("--lock-timeout", own->lockTimeout);
  program->add_option("--work", own->work);
  program->add_option("--ttl", own->ttl);
  program->callback([&console, own] { console.exitCode = runProgram(console, *own); });
}

}  // namespace leasescope
