#include "tests/diagnosis/scenario.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <sstream>
#include <thread>
#include <utility>

#include "core/lockers/lockers.h"
#include "core/monitor/monitor.h"
#include "core/playground/playground.h"
#include "fmt/format.h"
#include "tests/support/eventually.h"
#include "tests/support/program.h"

namespace leasescope {
namespace {

constexpr int kTtlSeconds = 2;
// Leaks are told after three TTLs without a key.
constexpr auto kObserved = std::chrono::milliseconds(8'500);
constexpr absl::Duration kPatience = absl::Seconds(30);

/// One service. It runs from its making to its end.
class Part {
 public:
  virtual ~Part() = default;
  /// Waits until what is wrong with it has happened; nullopt: it did not.
  virtual std::optional<Truth> truth() = 0;
};

class GoPart : public Part {
 public:
  GoPart(const std::string& interop, const std::string& kind, const std::string& endpoint,
         const std::string& prefix)
      : program_({interop, "scenario", "--endpoints", endpoint, "--kind", kind, "--prefix", prefix, "--ttl",
                  std::to_string(kTtlSeconds)}) {}
  ~GoPart() override { program_.process().terminate(absl::ZeroDuration()); }

  std::optional<Truth> truth() override {
    if (program_.lineThatBegins("ready").empty()) return std::nullopt;
    Truth truth;
    for (const std::string& line : program_.lines()) read(line, truth);
    return truth;
  }

 private:
  static void read(const std::string& line, Truth& truth) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    std::set<LeaseId> leases;
    for (std::string lease; words >> lease;) {
      if (const auto id = etcd::parseLeaseId(lease); id.ok()) leases.insert(*id);
    }
    if (what == "leaked") truth.leaked.merge(leases);
    if (what == "held") truth.held.merge(leases);
    if (what == "cycle") truth.cycles.insert(leases);
  }

  RunningProgram program_;
};

class LockersPart : public Part {
 public:
  LockersPart(Behaviour behaviour, const std::string& endpoint, const std::string& prefix)
      : client_(*etcd::Client::create({.endpoints = {endpoint}})), lockers_(client_), behaviour_(behaviour) {
    const absl::Status spawned = lockers_.spawn({.behaviour = behaviour,
                                                 .lock = prefix + "/lock",
                                                 .count = behaviour == Behaviour::Deadlock ? 1 : kCount,
                                                 .ttl = absl::Seconds(kTtlSeconds),
                                                 .work = absl::Milliseconds(50),
                                                 .lockTimeout = absl::Seconds(1)});
    if (!spawned.ok()) problem_ = true;
  }
  ~LockersPart() override { lockers_.stopAll(Leftovers::CleanUp); }

  std::optional<Truth> truth() override {
    if (problem_) return std::nullopt;
    switch (behaviour_) {
      case Behaviour::LeakSession:
        return leaked();
      case Behaviour::Deadlock:
        return deadlocked();
      default:
        return Truth();
    }
  }

 private:
  static constexpr int kCount = 3;

  std::set<LeaseId> leasesIn(LockerState state) const {
    std::set<LeaseId> leases;
    for (const LockerThread& thread : lockers_.threads()) {
      if (thread.role == LockerThread::Role::Locker && thread.state == state) leases.insert(thread.lease);
    }
    return leases;
  }
  std::optional<Truth> leaked() const {
    Truth truth;
    const bool all = eventually(
        [&] {
          truth.leaked = leasesIn(LockerState::Leaked);
          return truth.leaked.size() == kCount;
        },
        kPatience);
    if (!all) return std::nullopt;
    return truth;
  }
  std::optional<Truth> deadlocked() const {
    std::set<LeaseId> waiting;
    const bool both = eventually(
        [&] {
          waiting = leasesIn(LockerState::Waiting);
          return waiting.size() == 2;
        },
        kPatience);
    if (!both) return std::nullopt;
    return Truth{.cycles = {waiting}};
  }

  std::shared_ptr<etcd::Client> client_;
  Lockers lockers_;
  const Behaviour behaviour_;
  bool problem_ = false;
};

/// "go:leak", "locker:deadlock", …: every service there is.
const std::vector<std::string> kServices = {"go:leak",
                                            "go:fixed",
                                            "go:pool",
                                            "go:per-request",
                                            "go:shared",
                                            "go:opposite",
                                            "go:election",
                                            "go:shards",
                                            "go:objects",
                                            "locker:deadlock",
                                            "locker:leak-session",
                                            "locker:gives-up",
                                            "locker:well-behaved"};

std::unique_ptr<Part> makePart(const std::string& service, const std::string& interop,
                               const std::string& endpoint, const std::string& prefix) {
  const auto colon = service.find(':');
  const std::string name = service.substr(colon + 1);
  if (service.starts_with("go:")) return std::make_unique<GoPart>(interop, name, endpoint, prefix);
  return std::make_unique<LockersPart>(*behaviourNamed(name), endpoint, prefix);
}

/// Everything that a monitor finds while it watches, also what it takes back.
std::vector<Finding> judge(const std::string& endpoint) {
  const auto client = *etcd::Client::create({.endpoints = {endpoint}});
  std::mutex mutex;  // guards found
  std::map<std::pair<FindingKind, Subject>, Finding> found;
  {
    const Monitor monitor(client, {}, [&](const MonitorUpdate& update) {
      const std::lock_guard lock(mutex);
      if (!update.verdict) return;
      for (const Finding& one : update.verdict->findings) found.try_emplace({one.kind, one.subject}, one);
    });
    std::this_thread::sleep_for(kObserved);
    client->shutdown();
  }
  std::vector<Finding> findings;
  findings.reserve(found.size());
  for (auto& [name, finding] : found) findings.push_back(std::move(finding));
  return findings;
}

std::set<LeaseId> leasesOf(const Finding& finding) {
  std::set<LeaseId> leases;
  for (const Evidence& one : finding.evidence) {
    if (one.name != "leases") continue;
    for (const std::string& hex : std::get<std::vector<std::string>>(one.value)) {
      leases.insert(*etcd::parseLeaseId(hex));
    }
  }
  return leases;
}

std::string inWords(const std::set<LeaseId>& leases) {
  std::string words;
  for (const LeaseId lease : leases) words += " " + etcd::leaseHex(lease);
  return words;
}

/// Takes out of `truth` what was found.
Score compare(const std::vector<Finding>& findings, Truth truth) {
  Score score;
  for (const Finding& finding : findings) {
    const bool leak =
        finding.kind == FindingKind::LeakedSession && truth.leaked.erase(finding.subject.lease) > 0;
    const bool cycle = finding.kind == FindingKind::Deadlock && truth.cycles.erase(leasesOf(finding)) > 0;
    const bool held = (finding.kind == FindingKind::StuckQueue || finding.kind == FindingKind::LeakedLock) &&
                      truth.held.contains(finding.subject.lease);
    if (leak || cycle || held) {
      ++score.right;
    } else {
      score.wrong.push_back(fmt::format("{} of {}: {}", findingKindName(finding.kind),
                                        subjectText(finding.subject), finding.summary));
    }
  }
  for (const LeaseId lease : truth.leaked) score.missed.push_back("leaked session" + inWords({lease}));
  for (const auto& cycle : truth.cycles) score.missed.push_back("deadlock" + inWords(cycle));
  return score;
}

}  // namespace

void Truth::add(const Truth& other) {
  leaked.insert(other.leaked.begin(), other.leaked.end());
  held.insert(other.held.begin(), other.held.end());
  cycles.insert(other.cycles.begin(), other.cycles.end());
}

void Score::add(const Score& other) {
  right += other.right;
  std::ranges::copy(other.wrong, std::back_inserter(wrong));
  std::ranges::copy(other.missed, std::back_inserter(missed));
}

ScenarioResult runScenario(std::uint64_t seed, const std::string& interop) {
  ScenarioResult result;
  std::mt19937_64 random(seed);
  result.parts = kServices;
  std::ranges::shuffle(result.parts, random);
  result.parts.resize(2 + random() % 3);
  const auto playground = Playground::start();
  if (!playground.ok()) {
    result.problem = std::string(playground.status().message());
    return result;
  }
  std::vector<std::unique_ptr<Part>> parts;
  for (std::size_t i = 0; i < result.parts.size(); ++i) {
    parts.push_back(
        makePart(result.parts[i], interop, (*playground)->endpoint(), fmt::format("/service-{}", i)));
  }
  Truth truth;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::optional<Truth> one = parts[i]->truth();
    if (!one) {
      result.problem = result.parts[i] + " did not get going";
      return result;
    }
    truth.add(*one);
  }
  result.score = compare(judge((*playground)->endpoint()), std::move(truth));
  return result;
}

}  // namespace leasescope
