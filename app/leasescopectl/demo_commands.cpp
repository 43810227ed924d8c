#include <algorithm>
#include <functional>

#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/findings_output.h"
#include "app/leasescopectl/json_output.h"
#include "app/leasescopectl/table.h"
#include "app/leasescopectl/verdict_watcher.h"
#include "core/lockers/demo.h"
#include "core/lockers/demo_program.h"
#include "core/monitor/monitor.h"
#include "core/playground/playground.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

struct DemoFlags {
  bool json = false;
  std::string duration = "40s";
  double requestsPerSecond = DemoTask().requestsPerSecond;
  std::string mistakes = demoMistakesText(DemoMistakes::all());
};

/// The highest that was sampled: what comes and goes is over when the table is printed.
std::int64_t most(const DemoSide& side, const std::function<std::int64_t(const DemoSample&)>& quantity) {
  std::int64_t most = 0;
  for (const DemoSample& sample : side.samples) most = std::max(most, quantity(sample));
  return most;
}

std::string demoTable(const DemoState& state) {
  Table table({{"PROGRAM"},
               {"MISTAKES"},
               {"REQUESTS", true},
               {"SERVED", true},
               {"GAVE UP", true},
               {"LEASES", true},
               {"LOCK KEYS", true},
               {"MOST WAITERS", true},
               {"KEEP-ALIVE THREADS", true},
               {"MOST TIMER THREADS", true},
               {"RESIDENT KB", true}});
  const auto add = [&](const char* name, const DemoSide& side) {
    const DemoSample now = side.now();
    const auto waiters = most(side, [](const DemoSample& sample) { return sample.waiters(); });
    const auto timers = most(side, [](const DemoSample& sample) { return sample.timers; });
    table.add({name, demoMistakesText(side.mistakes), std::to_string(now.requests),
               std::to_string(now.served), std::to_string(now.gaveUp), std::to_string(now.leases),
               std::to_string(now.keys), std::to_string(waiters), std::to_string(now.threads),
               std::to_string(timers), std::to_string(now.residentKb)});
  };
  add("leaky", state.leaky);
  add("fixed", state.fixed);
  return table.text();
}

std::string counted(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// A line for each mistake that was made: what it cost, true to what the programs did.
std::string explanation(const DemoState& state) {
  const DemoMistakes& mistakes = state.leaky.mistakes;
  const DemoSample leaky = state.leaky.now();
  const std::string limit = absl::FormatDuration(state.leaky.lockTimeout);
  std::string text;
  if (mistakes == DemoMistakes::none()) text += "The leaky program made no mistake: it is the fixed one.\n";
  if (mistakes.sessionNotClosed) {
    text += fmt::format("Session not closed: {} are renewed for ever, by {}.\n",
                        counted(leaky.leases, "lease"), counted(leaky.threads, "thread"));
  }
  if (mistakes.lockHeldForEver()) {
    text += fmt::format(
        "Lock not released: the first request still holds it; {} of {} others gave up after {}.\n",
        leaky.gaveUp, leaky.requests - 1, limit);
  } else if (mistakes.lockNotReleased) {
    text += "Lock not released: no harm here, since closing the session removes its keys.\n";
  }
  if (mistakes.contextNotCancelled && mistakes.lockHeldForEver()) {
    text += fmt::format(
        "Context not cancelled: hardly a difference here, nearly every request waits until its {} are "
        "over.\n",
        limit);
  } else if (mistakes.contextNotCancelled) {
    text += fmt::format("Context not cancelled: the thread of each timer lives on until its {} are over.\n",
                        limit);
  }
  return text + "The fixed program makes none of the mistakes and ends with nothing left behind.\n";
}

/// Judges the playground while the demo runs there.
class DemoWatch {
 public:
  static absl::StatusOr<std::unique_ptr<DemoWatch>> start(const std::string& endpoint) {
    auto client = etcd::Client::create({.endpoints = {endpoint}});
    if (!client.ok()) return client.status();
    return std::unique_ptr<DemoWatch>(new DemoWatch(*std::move(client)));
  }
  ~DemoWatch() { client_->shutdown(); }

  /// As it is now.
  std::vector<Finding> findings() const {
    const auto verdict = watcher_.verdict();
    return verdict ? verdict->findings : std::vector<Finding>();
  }

 private:
  explicit DemoWatch(std::shared_ptr<etcd::Client> client)
      : client_(std::move(client)),
        monitor_(client_, {}, [this](const MonitorUpdate& update) { watcher_.onUpdate(update); }) {}

  VerdictWatcher watcher_;
  const std::shared_ptr<etcd::Client> client_;
  const Monitor monitor_;
};

/// A line for each kind.
std::string findingLines(const std::vector<Finding>& findings, const DemoMistakes& mistakes) {
  if (findings.empty()) {
    return fmt::format("Findings while it ran: none.{}\n",
                       mistakes.sessionNotClosed
                           ? " Sessions that grow are found once they are renewed (--for "
                             "40s), each that leaked after three TTLs (--for 190s)."
                           : "");
  }
  std::vector<const Finding*> all;
  all.reserve(findings.size());
  for (const Finding& finding : findings) all.push_back(&finding);
  std::string text = "Findings while it ran:\n";
  for (const FindingGroup& group : groupsOf(all)) {
    const std::string_view kind = findingKindName(group.first->kind);
    text += fmt::format("{:<8}  {}: {}\n", severityName(group.first->severity),
                        group.count == 1 ? kind : fmt::format("{} x {}, for example", group.count, kind),
                        group.first->summary);
  }
  return text;
}

/// Waits until the requests under way are over, or the user wants to stop.
void settle(const Demo& demo, absl::Duration lockTimeout) {
  const absl::Time patience = absl::Now() + lockTimeout + absl::Seconds(5);
  while (!demo.settled() && absl::Now() < patience) {
    if (waitForStopSignal(absl::Milliseconds(200))) return;
  }
  waitForStopSignal(absl::Seconds(1));  // one more sample
}

absl::StatusOr<DemoTask> taskOf(const DemoFlags& flags) {
  if (!isDemoRate(flags.requestsPerSecond)) {
    return absl::InvalidArgumentError(
        fmt::format("--rate must lie between {} and {}", DemoTask::kLowestRate, DemoTask::kHighestRate));
  }
  const auto mistakes = demoMistakesFrom(flags.mistakes);
  if (!mistakes.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("--mistakes: {}", std::string(mistakes.status().message())));
  }
  return DemoTask{.requestsPerSecond = flags.requestsPerSecond, .mistakes = *mistakes};
}

int runDemo(const Console& console, const DemoFlags& flags) {
  const auto duration = parseDuration("--for", flags.duration);
  if (!duration.ok()) return console.fail("demo", duration.status());
  const auto task = taskOf(flags);
  if (!task.ok()) return console.fail("demo", task.status());
  const auto playground = Playground::start();
  if (!playground.ok()) {
    return console.fail("demo", absl::UnavailableError(std::string(playground.status().message())));
  }
  const DemoOptions options{.endpoint = (*playground)->endpoint(), .task = *task};
  const auto demo = Demo::start(options);
  if (!demo.ok()) return console.fail("demo", demo.status());
  const auto watch = DemoWatch::start(options.endpoint);
  if (!watch.ok()) return console.fail("demo", watch.status());
  const bool stopped = waitForStopSignal(*duration);  // then what was seen so far is shown
  const std::vector<Finding> findings = (*watch)->findings();
  (*demo)->stopLoad();
  if (!stopped) settle(**demo, options.lockTimeout);
  const DemoState state = (*demo)->state();
  if (!state.problem.empty()) return console.fail("demo", absl::UnavailableError(state.problem));
  if (flags.json) {
    nlohmann::json json = {{"leaky", toJson(state.leaky)},
                           {"fixed", toJson(state.fixed)},
                           {"findings", nlohmann::json::array()}};
    for (const Finding& finding : findings) json["findings"].push_back(toJson(finding));
    console.printJson(json);
    return kFine;
  }
  console.printText(demoTable(state));
  console.printText(explanation(state));
  console.printText(findingLines(findings, task->mistakes));
  return kFine;
}

struct ProgramFlags {
  std::string mistakes;
  std::string lock;
  double rate = 4;
  std::string lockTimeout = "5s";
  std::string work = "20ms";
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
  const auto mistakes = demoMistakesFrom(flags.mistakes);
  if (!mistakes.ok()) return console.fail("demo-program", mistakes.status());
  const absl::Status ended = runDemoProgram({.endpoint = connection->endpoints.front(),
                                             .lock = flags.lock,
                                             .task = {.requestsPerSecond = flags.rate, .mistakes = *mistakes},
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
  demo->add_option("--for", flags->duration, "how long requests come in (40s)");
  demo->add_option("--rate", flags->requestsPerSecond, "requests a second to each program (4)");
  demo->add_option("--mistakes", flags->mistakes,
                   "those of the leaky program: session, lock and context, or none (session,lock,context)");
  demo->callback([&console, flags] { console.exitCode = runDemo(console, *flags); });

  // What the demo runs twice; not meant to be typed, so it is in no help.
  CLI::App* program = app.add_subcommand("demo-program")->group("");
  const auto own = std::make_shared<ProgramFlags>();
  program->add_option("--mistakes", own->mistakes)->required();
  program->add_option("--lock", own->lock)->required();
  program->add_option("--rate", own->rate);
  program->add_option("--lock-timeout", own->lockTimeout);
  program->add_option("--work", own->work);
  program->add_option("--ttl", own->ttl);
  program->callback([&console, own] { console.exitCode = runProgram(console, *own); });
}

}  // namespace leasescope
