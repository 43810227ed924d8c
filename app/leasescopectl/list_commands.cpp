#include <algorithm>
#include <cmath>
#include <map>

#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/json_output.h"
#include "app/leasescopectl/table.h"
#include "core/diagnosis/wording.h"
#include "core/monitor/snapshot.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

struct ListFlags {
  bool json = false;
  TtlPolicy ttls = TtlPolicy::Some;
};

std::string secondsText(const std::optional<absl::Duration>& duration) {
  if (!duration) return "-";
  const double tenths = std::round(absl::ToDoubleSeconds(*duration) * 10);
  return fmt::format("{:.1f}s", tenths == 0 ? 0.0 : tenths / 10);  // never "-0.0s"
}

std::string ttlText(const Lease* lease, const Moment& now) {
  if (lease == nullptr) return "-";
  return fmt::format("{} / {}", secondsText(lease->remaining(toldAsOf(*lease, now))),
                     secondsText(lease->granted));
}

absl::StatusOr<Snapshot> look(const Console& console, const ListFlags& flags, bool onlyLocks) {
  const auto client = console.client();
  if (!client.ok()) return client.status();
  const MonitorOptions watched = console.flags().monitor();
  absl::StatusOr<Snapshot> snapshot = takeSnapshot(**client, {.prefixes = watched.prefixes,
                                                              .ttls = flags.ttls,
                                                              .ttlBudget = watched.ttlBudget,
                                                              .onlyLocks = onlyLocks});
  if (!snapshot.ok()) return snapshot;
  std::ranges::sort(snapshot->all.locks, {},
                    [](const auto& lock) -> const std::string& { return lock->name; });
  std::ranges::sort(snapshot->all.leases, {}, [](const auto& lease) { return lease->id; });
  return snapshot;
}

nlohmann::json headOf(const ChangeSet& all) {
  return {{"cluster_id", clusterHex(all.clusterId)}, {"revision", all.revision}};
}

std::string roleText(const Contender& contender, const Contender* holder, std::size_t place) {
  if (&contender == holder) return "holder";
  return fmt::format("waiter {}", place);
}

std::string locksTable(const ChangeSet& all, const Moment& now) {
  const LeaseIndex leases = indexLeases(all);
  Table table({{"LOCK"}, {"ROLE"}, {"LEASE"}, {"TOKEN", true}, {"TTL", true}, {"WHO"}});
  for (const auto& lock : all.locks) {
    if (lock->blocker) {
      table.add({printableKey(lock->name), "blocked by", printableKey(lock->blocker->key),
                 std::to_string(lock->blocker->createRevision), "-", ""});
    }
    std::size_t place = lock->holder() == nullptr ? 1 : 0;
    for (const auto& contender : lock->queue) {
      const Lease* lease = findLease(leases, contender->lease);
      table.add({printableKey(lock->name), roleText(*contender, lock->holder(), place++),
                 contender->hasLease() ? etcd::leaseHex(contender->lease) : "none",
                 std::to_string(contender->createRevision), ttlText(lease, now),
                 identityText(identityOf(lease))});
    }
  }
  return table.text() + fmt::format("{} at revision {}\n", counted(all.locks.size(), "lock"), all.revision);
}

/// Below a prefix only those are seen that are there.
std::string keyCount(const Lease& lease) {
  return fmt::format("{}{}", lease.knowsAllKeys ? "" : "≥ ", lease.keys->size());
}

std::string leasesTable(const ChangeSet& all, const Moment& now) {
  Table table({{"LEASE"}, {"STATE"}, {"TTL", true}, {"KEYS", true}, {"WHO"}, {"FIRST KEY"}});
  for (const auto& lease : all.leases) {
    table.add({etcd::leaseHex(lease->id), std::string(stateName(lease->state(toldAsOf(*lease, now)))),
               ttlText(lease.get(), now), keyCount(*lease), identityText(identityOf(lease.get())),
               lease->keys->empty() ? "" : printableKey(lease->keys->front())});
  }
  return table.text() + fmt::format("{} at revision {}\n", counted(all.leases.size(), "lease"), all.revision);
}

int runLocks(const Console& console, const ListFlags& flags) {
  const absl::StatusOr<Snapshot> snapshot = look(console, flags, true);
  if (!snapshot.ok()) return console.fail("locks", snapshot.status());
  const Moment now = Moment::now();
  if (!flags.json) {
    console.printText(locksTable(snapshot->all, now));
    return kFine;
  }
  const LeaseIndex leases = indexLeases(snapshot->all);
  nlohmann::json json = headOf(snapshot->all);
  json["locks"] = nlohmann::json::array();
  for (const auto& lock : snapshot->all.locks) json["locks"].push_back(toJson(*lock, leases, now));
  console.printJson(json);
  return kFine;
}

int runLeases(const Console& console, const ListFlags& flags) {
  const absl::StatusOr<Snapshot> snapshot = look(console, flags, false);
  if (!snapshot.ok()) return console.fail("leases", snapshot.status());
  if (!snapshot->leaseList.ok()) {
    console.warn("leases without keys are missing: " + std::string(snapshot->leaseList.message()));
  }
  const Moment now = Moment::now();
  if (!flags.json) {
    console.printText(leasesTable(snapshot->all, now));
    return kFine;
  }
  nlohmann::json json = headOf(snapshot->all);
  json["leases"] = nlohmann::json::array();
  for (const auto& lease : snapshot->all.leases) json["leases"].push_back(toJson(*lease, now));
  console.printJson(json);
  return kFine;
}

void addFlags(CLI::App& command, ListFlags& flags) {
  static const std::map<std::string, TtlPolicy> kPolicies = {
      {"all", TtlPolicy::All}, {"some", TtlPolicy::Some}, {"none", TtlPolicy::None}};
  command.add_flag("--json", flags.json, "one JSON object");
  command
      .add_option("--ttl", flags.ttls, "whose TTL to ask for: all, some (what fits one second), none (some)")
      ->transform(CLI::CheckedTransformer(kPolicies));
}

}  // namespace

void addListCommands(CLI::App& app, Console& console) {
  CLI::App* locks = app.add_subcommand("locks", "every lock, its holder and its queue");
  const auto lockFlags = std::make_shared<ListFlags>();
  addFlags(*locks, *lockFlags);
  locks->callback([&console, lockFlags] { console.exitCode = runLocks(console, *lockFlags); });

  CLI::App* leases = app.add_subcommand("leases", "every lease with its keys");
  const auto leaseFlags = std::make_shared<ListFlags>();
  addFlags(*leases, *leaseFlags);
  leases->callback([&console, leaseFlags] { console.exitCode = runLeases(console, *leaseFlags); });
}

}  // namespace leasescope
