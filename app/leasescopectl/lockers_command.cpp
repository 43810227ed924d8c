#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/table.h"
#include "core/lockers/lockers.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

struct LockersFlags {
  std::string behaviour;
  std::string lock;
  int count = 1;
  int ttlSeconds = 10;
  std::string work = "500ms";
  std::string duration;
};

/// Behaviours whose very point is what they leave behind.
Leftovers leftoversOf(Behaviour behaviour) {
  const bool leaks = behaviour == Behaviour::LeakSession || behaviour == Behaviour::Crash;
  return leaks ? Leftovers::Leave : Leftovers::CleanUp;
}

std::string threadsTable(const std::vector<LockerThread>& threads) {
  Table table({{"THREAD"}, {"OS THREAD", true}, {"BEHAVIOUR"}, {"STATE"}, {"LEASE"}, {"LOCK"}, {"PROBLEM"}});
  for (const LockerThread& thread : threads) {
    table.add({thread.name, thread.osThread == 0 ? "ended" : std::to_string(thread.osThread),
               std::string(behaviourName(thread.behaviour)), std::string(lockerStateName(thread.state)),
               etcd::leaseHex(thread.lease), thread.lock, thread.problem});
  }
  return table.text();
}

int runLockers(const Console& console, const LockersFlags& flags) {
  const auto behaviour = behaviourNamed(flags.behaviour);
  if (!behaviour)
    return console.usage(fmt::format("'{}' is no behaviour, see lockers --help", flags.behaviour));
  const auto work = parseDuration("--work", flags.work);
  if (!work.ok()) return console.fail("lockers", work.status());
  absl::Duration duration = absl::InfiniteDuration();
  if (!flags.duration.empty()) {
    const auto parsed = parseDuration("--for", flags.duration);
    if (!parsed.ok()) return console.fail("lockers", parsed.status());
    duration = *parsed;
  }
  const auto client = console.client();
  if (!client.ok()) return console.fail("lockers", client.status());
  if (const auto status = (*client)->leases(); !status.ok()) return console.fail("lockers", status.status());
  Lockers lockers(*client);
  const absl::Status spawned = lockers.spawn({.behaviour = *behaviour,
                                              .lock = flags.lock,
                                              .count = flags.count,
                                              .ttl = absl::Seconds(flags.ttlSeconds),
                                              .work = *work});
  if (!spawned.ok()) return console.fail("lockers", spawned);
  const absl::Time end = absl::Now() + duration;
  while (absl::Now() < end && !waitForStopSignal(std::min(end - absl::Now(), absl::Seconds(1)))) {
  }
  console.printText(threadsTable(lockers.threads()));
  lockers.stopAll(leftoversOf(*behaviour));
  return kFine;
}

}  // namespace

void addLockersCommand(CLI::App& app, Console& console) {
  CLI::App* command = app.add_subcommand("lockers", "run test lockers until --for is over or Ctrl+C");
  const auto flags = std::make_shared<LockersFlags>();
  std::string names;
  for (const Behaviour behaviour : kBehaviours)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", behaviourName(behaviour));
  command->add_option("--behaviour", flags->behaviour, names)->required();
  command->add_option("--lock", flags->lock, "name of the lock")->required();
  command->add_option("--count", flags->count, "how many (1); of deadlock: pairs");
  command->add_option("--ttl", flags->ttlSeconds, "of their sessions, in seconds (10)");
  command->add_option("--work", flags->work, "how long those who release hold the lock (500ms)");
  command->add_option("--for", flags->duration, "how long to run (until Ctrl+C)");
  command->callback([&console, flags] { console.exitCode = runLockers(console, *flags); });
}

}  // namespace leasescope
