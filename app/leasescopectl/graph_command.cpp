#include <algorithm>
#include <set>

#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/json_output.h"
#include "app/leasescopectl/table.h"
#include "core/diagnosis/cycle_break.h"
#include "core/diagnosis/joined_waits.h"
#include "core/diagnosis/wait_graph_dot.h"
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
  explicit Waits(const ChangeSet& all) : all_(all), leases_(indexLeases(all)) {
    WaitGraph graph;
    graph.apply(all);
    edges_ = graph.edges();
    cycles_ = graph.cycles();
    suspected_ = joinedCycles(graph, [this](LeaseId id) { return find(id); });
    for (const auto& lock : all.locks) locks_[lock->name] = lock.get();
  }

  bool deadlocked() const { return !cycles_.empty() || !suspected_.empty(); }

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
    for (const LeaseId session : sessions) {
      json["nodes"].push_back(
          {{"lease", etcd::leaseHex(session)}, {"identity", toJson(identityOf(find(session)))}});
    }
    for (const WaitCycle& cycle : cycles_) json["cycles"].push_back(toJson(cycle));
    for (const WaitCycle& cycle : suspected_) json["suspected_cycles"].push_back(toJson(cycle));
    return json;
  }

  std::string dot() const {
    std::vector<WaitCycle> all = cycles_;
    all.insert(all.end(), suspected_.begin(), suspected_.end());
    const WaitGraphPart part = partWorthDrawing(edges_, all, kDotLimits);
    return toDot(part, identitiesIn(part, [this](LeaseId id) { return find(id); }));
  }

  std::string text() const {
    if (edges_.empty()) return fmt::format("nobody waits for anybody at revision {}\n", all_.revision);
    std::string text;
    for (const auto* cycles : {&cycles_, &suspected_}) {
      for (const WaitCycle& cycle : *cycles) text += inWords(cycle);
    }
    const bool said =
        std::ranges::any_of(all_.leases, [](const auto& lease) { return saysWho(identityOf(lease.get())); });
    std::vector<Table::Column> columns = {{"WAITER"}, {"LOCK"}, {"WAITS FOR"}, {"WHICH"}};
    if (said) columns.insert(columns.end(), {{"WHO WAITS"}, {"FOR WHOM"}});
    Table table(std::move(columns));
    for (const WaitEdge& edge : edges_) {
      std::vector<std::string> row = {etcd::leaseHex(edge.waiter), printableKey(edge.lock),
                                      etcd::leaseHex(edge.holder), holds(edge) ? "holds it" : "is before it"};
      for (const LeaseId session : {edge.waiter, edge.holder}) {
        if (said) row.push_back(identityText(identityOf(find(session))));
      }
      table.add(std::move(row));
    }
    return text + table.text() +
           fmt::format("{} waits, {} deadlocks{} at revision {}\n", edges_.size(), cycles_.size(),
                       suspected_.empty() ? "" : fmt::format(" and perhaps {} more", suspected_.size()),
                       all_.revision);
  }

 private:
  /// What is waited for is the lock's holder, and not another waiter or something in the way.
  bool holds(const WaitEdge& edge) const {
    const Contender* holder = locks_.at(edge.lock)->holder();
    return holder != nullptr && holder->key == edge.key;
  }

  std::string inWords(const WaitCycle& cycle) const {
    const bool proven = cycle.confidence == Confidence::Proven;
    std::string text =
        (proven ? "DEADLOCK: lease " : "PERHAPS A DEADLOCK: lease ") + named(cycle.edges.front().waiter);
    LeaseId before = cycle.edges.front().waiter;
    for (const WaitEdge& edge : cycle.edges) {
      if (&edge != &cycle.edges.front()) text += ", which";
      if (before != edge.waiter) text += " is one thread with " + etcd::leaseHex(edge.waiter) + ", which";
      before = edge.holder;
      const bool closes = proven && &edge == &cycle.edges.back();
      text += fmt::format(" waits for {}, {} {}", printableKey(edge.lock), holds(edge) ? "held by" : "behind",
                          closes ? etcd::leaseHex(edge.holder) : named(edge.holder));
    }
    if (before != cycle.edges.front().waiter) {
      text += ", which is one thread with " + etcd::leaseHex(cycle.edges.front().waiter);
    }
    const LeaseId least = leastHarmfulRevoke(cycle, [this](LeaseId id) { return find(id); });
    const Lease* lease = find(least);
    text += fmt::format(".\n  Least harmful way out: leasescopectl revoke {}", etcd::leaseHex(least));
    if (lease != nullptr) text += fmt::format("  ({} keys vanish)", lease->keys->size());
    return text + "\n\n";
  }

  /// The lease, and who has it if that is said.
  std::string named(LeaseId session) const {
    const HolderIdentity* who = identityOf(find(session));
    return etcd::leaseHex(session) + (saysWho(who) ? fmt::format(" ({})", identityText(who)) : "");
  }

  const Lease* find(LeaseId id) const { return findLease(leases_, id); }

  const ChangeSet& all_;
  const LeaseIndex leases_;
  absl::flat_hash_map<std::string, const Lock*> locks_;
  std::vector<WaitEdge> edges_;
  std::vector<WaitCycle> cycles_;
  std::vector<WaitCycle> suspected_;
};

int runGraph(const Console& console, const GraphFlags& flags) {
  const auto client = console.client();
  if (!client.ok()) return console.fail("graph", client.status());
  const absl::StatusOr<Snapshot> snapshot = takeSnapshot(
      **client, {.prefixes = console.flags().monitor().prefixes, .ttls = TtlPolicy::None, .onlyLocks = true});
  if (!snapshot.ok()) return console.fail("graph", snapshot.status());
  const Waits waits(snapshot->all);
  if (flags.json) {
    console.printJson(waits.json());
  } else {
    console.printText(flags.dot ? waits.dot() : waits.text());
  }
  return waits.deadlocked() ? kNo : kFine;
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
