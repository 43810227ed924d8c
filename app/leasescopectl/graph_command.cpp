#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/json_output.h"
#include "app/leasescopectl/table.h"
#include "core/diagnosis/cycle_break.h"
#include "core/diagnosis/joined_waits.h"
#include "core/diagnosis/standing_cycles.h"
#include "core/diagnosis/wait_graph_dot.h"
#include "core/diagnosis/wording.h"
#include "core/monitor/snapshot.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

/// More than a window can show: whoever asks for the text has tools for it.
constexpr DrawingLimits kDotLimits{.edges = 2'000, .edgesOfQueue = 100};

struct GraphFlags {
  bool json = false;
  bool dot = false;
};

/// Who waits for whom at one moment.
class Waits {
 public:
  explicit Waits(ChangeSet all) : all_(std::move(all)), leases_(indexLeases(all_)) {
    WaitGraph graph;
    graph.apply(all_);
    edges_ = graph.edges();
    cycles_ = graph.cycles();
    std::ranges::move(joinedCycles(graph, [this](LeaseId id) { return find(id); }),
                      std::back_inserter(cycles_));
    for (const auto& lock : all_.locks) locks_[lock->name] = lock.get();
  }

  const std::vector<WaitCycle>& cycles() const { return cycles_; }
  /// All others are none.
  void useCycles(std::vector<WaitCycle> standing) { cycles_ = std::move(standing); }

  nlohmann::json json() const {
    std::set<LeaseId> sessions;
    nlohmann::json json = {
        {"cluster_id", clusterHex(all_.clusterId)}, {"revision", all_.revision},
        {"nodes", nlohmann::json::array()},         {"edges", nlohmann::json::array()},
        {"cycles", nlohmann::json::array()},        {"suspected_cycles", nlohmann::json::array()}};
    for (const WaitEdge& edge : edges_) {
      json["edges"].push_back(toJson(edge));
      sessions.insert({edge.waiter, edge.holder});
    }
    sessions.erase(etcd::kNoLease);
    for (const LeaseId session : sessions) {
      json["nodes"].push_back(
          {{"lease", etcd::leaseHex(session)}, {"identity", toJson(identityOf(find(session)))}});
    }
    for (const WaitCycle& cycle : cycles_) {
      json[cycle.confidence == Confidence::Proven ? "cycles" : "suspected_cycles"].push_back(toJson(cycle));
    }
    return json;
  }

  std::string dot() const {
    const WaitGraphPart part = partWorthDrawing(edges_, cycles_, kDotLimits);
    return toDot(part, identitiesIn(part, [this](LeaseId id) { return find(id); }));
  }

  std::string text() const {
    if (edges_.empty()) return fmt::format("nobody waits for anybody at revision {}\n", all_.revision);
    std::string text;
    for (const WaitCycle& cycle : cycles_) text += inWords(cycle);
    const bool said =
        std::ranges::any_of(all_.leases, [](const auto& lease) { return saysWho(identityOf(lease.get())); });
    std::vector<Table::Column> columns = {{"WAITER"}, {"LOCK"}, {"WAITS FOR"}, {"WHICH"}};
    if (said) columns.insert(columns.end(), {{"WHO WAITS"}, {"FOR WHOM"}});
    Table table(std::move(columns));
    for (const WaitEdge& edge : edges_) {
      std::vector<std::string> row = {
          etcd::leaseHex(edge.waiter), printableKey(edge.lock),
          edge.holder != etcd::kNoLease ? etcd::leaseHex(edge.holder) : "key " + printableKey(edge.key),
          std::string(which(edge))};
      for (const LeaseId session : {edge.waiter, edge.holder}) {
        if (said) row.push_back(identityText(identityOf(find(session))));
      }
      table.add(std::move(row));
    }
    return text + table.text() +
           fmt::format("{}, {} at revision {}\n", counted(edges_.size(), "wait"), deadlocks(), all_.revision);
  }

 private:
  std::string deadlocks() const {
    const auto suspected =
        static_cast<std::size_t>(std::ranges::count(cycles_, Confidence::Suspected, &WaitCycle::confidence));
    const std::string proven = counted(cycles_.size() - suspected, "deadlock");
    return suspected == 0 ? proven : fmt::format("{} and {} suspected", proven, suspected);
  }

  /// What is waited for is the lock's holder, and not another waiter or something in the way.
  bool holds(const WaitEdge& edge) const {
    const Contender* holder = locks_.at(edge.lock)->holder();
    return holder != nullptr && holder->key == edge.key;
  }

  std::string_view which(const WaitEdge& edge) const {
    if (edge.holder == etcd::kNoLease) return "has no lease";
    return holds(edge) ? "holds it" : "is before it";
  }

  std::string inWords(const WaitCycle& cycle) const {
    const LeaseId first = cycle.edges.front().waiter;
    std::string text =
        (cycle.confidence == Confidence::Proven ? "DEADLOCK: lease " : "PERHAPS A DEADLOCK: lease ") +
        named(first);
    LeaseId before = first;
    for (const WaitEdge& edge : cycle.edges) {
      if (&edge != &cycle.edges.front()) text += ", which";
      if (before != edge.waiter) text += " is one thread with " + etcd::leaseHex(edge.waiter) + ", which";
      before = edge.holder;
      text += fmt::format(" waits for {}, {} {}", printableKey(edge.lock), holds(edge) ? "held by" : "behind",
                          before == first ? etcd::leaseHex(before) : named(before));
    }
    if (before != first) text += ", which is one thread with " + etcd::leaseHex(first);
    const LeaseId least = leastHarmfulRevoke(cycle, [this](LeaseId id) { return find(id); });
    const Lease* lease = find(least);
    text += fmt::format(".\n  Least harmful way out: {}", revokeCommand(least));
    if (lease != nullptr) text += fmt::format("  (takes {} away)", counted(lease->keysRevoked(), "key"));
    return text + "\n\n";
  }

  std::string named(LeaseId session) const { return sessionText(session, identityOf(find(session))); }

  const Lease* find(LeaseId id) const { return findLease(leases_, id); }

  ChangeSet all_;
  LeaseIndex leases_;
  absl::flat_hash_map<std::string, const Lock*> locks_;
  std::vector<WaitEdge> edges_;
  std::vector<WaitCycle> cycles_;
};

/// A circle counts when it stands: if there is one it is looked at twice.
absl::StatusOr<Waits> lookAtWaits(etcd::Client& client, const std::vector<std::string>& prefixes) {
  const SnapshotOptions options{.prefixes = prefixes, .ttls = TtlPolicy::None, .onlyLocks = true};
  StandingCycles standing;
  for (bool again = false;; again = true) {
    absl::StatusOr<Snapshot> snapshot = takeSnapshot(client, options);
    if (!snapshot.ok()) return snapshot.status();
    Waits waits(std::move(snapshot->all));
    waits.useCycles(standing.look(waits.cycles(), Moment::now()));
    if (again || !standing.next()) return waits;
    absl::SleepFor(StandingCycles::kStands);
  }
}

int runGraph(const Console& console, const GraphFlags& flags) {
  const auto client = console.client();
  if (!client.ok()) return console.fail("graph", client.status());
  const auto waits = lookAtWaits(**client, console.flags().monitor().prefixes);
  if (!waits.ok()) return console.fail("graph", waits.status());
  if (flags.json) {
    console.printJson(waits->json());
  } else {
    console.printText(flags.dot ? waits->dot() : waits->text());
  }
  return waits->cycles().empty() ? kFine : kNo;
}

}  // namespace

void addGraphCommand(CLI::App& app, Console& console) {
  CLI::App* graph =
      app.add_subcommand("graph", "who waits for whom; 1 when there is a deadlock, or perhaps one");
  const auto flags = std::make_shared<GraphFlags>();
  CLI::Option* json = graph->add_flag("--json", flags->json, "one JSON object");
  graph->add_flag("--dot", flags->dot, "text for Graphviz, of a large graph a part")->excludes(json);
  graph->callback([&console, flags] { console.exitCode = runGraph(console, *flags); });
}

}  // namespace leasescope
