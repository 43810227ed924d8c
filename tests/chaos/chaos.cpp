#include "tests/chaos/chaos.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <thread>

#include "core/etcd/client.h"
#include "core/picture/key_text.h"
#include "core/probe/process_stats.h"
#include "fmt/format.h"
#include "tests/chaos/etcd_history.h"
#include "tests/chaos/traffic.h"
#include "tests/support/cluster_witness.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

constexpr auto kBeforeAFault = std::chrono::milliseconds(500);
constexpr auto kWhileBroken = std::chrono::milliseconds(1'200);
constexpr absl::Duration kToRecover = absl::Seconds(45);
constexpr absl::Duration kToAgree = absl::Seconds(20);
constexpr int kMoreThreads = 8;  // gRPC's own pools breathe
#ifdef __SANITIZE_ADDRESS__
constexpr std::int64_t kMoreKb = 1024 * 1024;  // what was freed is kept to catch its use
#else
constexpr std::int64_t kMoreKb = 32 * 1024;  // what the test itself remembers grows, too
#endif

std::string inWords(const Happening& one) {
  return fmt::format("{} {} at {}", happeningName(one.type), printableKey(one.key), one.revision);
}

/// Whether a holder that is gone had let go or run out depends on how often its TTL was sampled.
Happening::Type comparable(Happening::Type type) {
  return type == Happening::Type::Expired ? Happening::Type::Released : type;
}

bool same(const Happening& a, const Happening& b) {
  return comparable(a.type) == comparable(b.type) && a.key == b.key && a.lock == b.lock &&
         a.revision == b.revision;
}

/// "2 grpc_global_tim, 1 monitor, …" of this process.
std::string threadNames() {
  std::map<std::string, int> counts;
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::string name;
    std::getline(std::ifstream(thread.path() / "comm"), name);
    ++counts[name];
  }
  std::string text;
  for (const auto& [name, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
  return text;
}

class Run {
 public:
  explicit Run(const ChaosOptions& options)
      : options_(options), random_(options.seed), history_([this] { return cluster_.etcdctl(serving()); }) {
    for (const std::string& endpoint : cluster_.endpoints()) {
      proxies_.push_back(std::make_unique<TcpProxy>(endpoint));
      proxied_.push_back(proxies_.back()->endpoint());
    }
    direct_ = *etcd::Client::create({.endpoints = cluster_.endpoints()});
    witness_ = std::make_unique<ClusterWitness>(
        etcd::ConnectionOptions{.endpoints = proxied_,
                                .dialTimeout = absl::Milliseconds(500),
                                .commandTimeout = absl::Seconds(1)},
        MonitorOptions{.reconcileEvery = absl::Seconds(3), .deniedRetry = absl::Milliseconds(300)});
    traffic_ = std::make_unique<Traffic>(cluster_.endpoints(), proxied_, options.seed);
    faults_ = std::make_unique<Faults>(cluster_, proxies_, random_);
  }

  ChaosReport go() {
    traffic_->pause();
    beginAnew();
    for (int round = 1; round <= options_.rounds && report_.difference.empty(); ++round) {
      const Fault fault = nextFault();
      ++report_.faults[static_cast<std::size_t>(fault)];
      runRound(fault);
      report_.rounds = round;
      noteResources(round == 1);
      fmt::print("round {:>3}  {:<28}  revision {:>7}  {:>3} threads  {:>6} KiB  {}\n", round,
                 faultName(fault), history_.revision(), report_.threadsAfter, report_.residentKbAfter,
                 report_.difference.empty() ? "equal" : report_.difference);
      std::fflush(stdout);
    }
    checkResources();
    report_.events = history_.events();
    return report_;
  }

 private:
  int serving() const {
    for (int i = 0; i < cluster_.size(); ++i) {
      if (cluster_.running(i) && !cluster_.paused(i)) return i;
    }
    return 0;
  }

  /// Every kind once, in an order of the seed, before any comes again.
  Fault nextFault() {
    if (deck_.empty()) {
      for (std::size_t i = 0; i < kFaultCount; ++i) deck_.push_back(static_cast<Fault>(i));
      std::ranges::shuffle(deck_, random_);
    }
    const Fault fault = deck_.back();
    deck_.pop_back();
    return fault;
  }

  void runRound(Fault fault) {
    traffic_->resume();
    std::this_thread::sleep_for(kBeforeAFault);
    if (fault == Fault::RestoreOlder) {
      restoreOlder();
      return;
    }
    faults_->inflict(fault);
    if (fault == Fault::CompactAway) compactWhatIsUnseen();
    std::this_thread::sleep_for(kWhileBroken);
    faults_->heal();
    traffic_->pause();
    if (!recovered()) return;
    compareHistory();
    compareState();
  }

  void compactWhatIsUnseen() {
    std::this_thread::sleep_for(kBeforeAFault);
    if (!history_.readOn()) return fail("etcd's history can't be read");
    if (const absl::Status done = direct_->compact(history_.revision()); !done.ok()) {
      fail("cannot compact: " + std::string(done.message()));
    }
  }

  /// All members go back to where they were; what happened since never happened.
  void restoreOlder() {
    const auto forAll = [this](const auto& act) {
      for (int i = 0; i < cluster_.size(); ++i)
        act(i, cluster_.dataFolder(i), cluster_.dataFolder(i) + "-older");
    };
    forAll([this](int member, const std::string&, const std::string&) { cluster_.kill(member); });
    forAll([](int, const std::string& now, const std::string& older) {
      std::filesystem::copy(now, older, std::filesystem::copy_options::recursive);
    });
    const Revision kept = witness_->revision();
    faults_->heal();
    std::this_thread::sleep_for(kWhileBroken);
    if (!eventually([&] { return witness_->revision() > kept; }, kToRecover)) {
      return fail("nothing was written that could be lost");
    }
    forAll([this](int member, const std::string&, const std::string&) { cluster_.kill(member); });
    forAll([](int, const std::string& now, const std::string& older) {
      std::filesystem::remove_all(now);
      std::filesystem::rename(older, now);
    });
    faults_->heal();
    traffic_->pause();
    if (!witness_->noticed("restored from an older state") &&
        !eventually([this] { return witness_->noticed("restored from an older state"); }, kToRecover)) {
      return fail("nobody said that the cluster was restored");
    }
    if (recovered()) beginAnew();
    compareState();
  }

  bool recovered() {
    if (witness_->waitUntilLive(kToRecover)) return true;
    fail("not live again: " + witness_->health().reason);
    return false;
  }

  /// What the monitor has told up to now lies before what is compared from now on.
  void beginAnew() {
    if (!recovered()) return;
    if (!eventually([this] { return history_.begin(); }, kToRecover)) return fail("nobody answers");
    if (!caughtUp()) return;
    hear();
    const auto last = std::ranges::find_if(told_.rbegin(), told_.rend(), [this](const Happening& one) {
      return one.revision <= history_.revision();
    });
    told_.erase(told_.begin(), last.base());
  }

  bool caughtUp() {
    if (eventually([this] { return witness_->revision() >= history_.revision(); }, kToAgree)) return true;
    fail(fmt::format("the picture stays at revision {} of {}", witness_->revision(), history_.revision()));
    return false;
  }

  void hear() { std::ranges::move(witness_->takeHappenings(), std::back_inserter(told_)); }

  void compareHistory() {
    if (!eventually([this] { return history_.readOn(); }, kToRecover))
      return fail("etcd's history can't be read");
    if (!caughtUp()) return;
    const std::vector<Happening> expected = history_.takeHappenings();
    hear();
    auto next = expected.begin();
    for (; !told_.empty() && told_.front().revision <= history_.revision(); told_.pop_front()) {
      const Happening& one = told_.front();
      if (one.type == Happening::Type::Resynced) {
        ++report_.gaps;
        for (; next != expected.end() && next->revision <= one.revision; ++next) ++report_.inGaps;
      } else if (next == expected.end() || !same(*next, one)) {
        return fail(fmt::format("told {}, but etcd's history says {}", inWords(one),
                                next == expected.end() ? "nothing more" : inWords(*next)));
      } else {
        ++report_.happenings;
        ++next;
      }
    }
    // Told already, but of a revision that was reached only after the history was read: it covers the rest.
    const bool coveredByGap = !told_.empty() && told_.front().type == Happening::Type::Resynced;
    if (coveredByGap) {
      report_.inGaps += static_cast<std::size_t>(std::distance(next, expected.end()));
    } else if (next != expected.end()) {
      fail("never told: " + inWords(*next));
    }
  }

  /// Leases expire all the while, so both are asked until they agree.
  void compareState() {
    std::string difference;
    const bool equal = eventually(
        [&] {
          difference = witness_->differenceTo(cluster_.etcdctl());
          if (difference.empty()) difference = leaseDifference();
          return difference.empty();
        },
        kToAgree);
    if (!equal) fail(difference);
    if (witness_->noticed("events were lost")) fail("the monitor believes that events were lost");
  }

  std::string leaseDifference() const {
    const auto listed = direct_->leases();
    if (!listed.ok()) return "the leases can't be listed";
    const std::set<LeaseId> expected(listed->begin(), listed->end());
    for (const LeaseId id : expected) {
      if (witness_->lease(id) == nullptr) return "missing: lease " + etcd::leaseHex(id);
    }
    if (witness_->leaseCount() == expected.size()) return {};
    return fmt::format("{} leases in the picture, {} in etcd", witness_->leaseCount(), expected.size());
  }

  void noteResources(bool first) {
    malloc_trim(0);  // what is free but kept for later is not what is looked for
    const auto stats = readProcessStats(getpid());
    if (!stats.ok()) return fail(std::string(stats.status().message()));
    (first ? report_.threadsBefore : report_.threadsAfter) = stats->threads;
    (first ? report_.residentKbBefore : report_.residentKbAfter) = stats->residentKb;
    if (first) report_.threadsAfter = stats->threads;
    if (first) threadsAtFirst_ = threadNames();
    if (first) report_.residentKbAfter = stats->residentKb;
  }

  void checkResources() {
    if (report_.threadsAfter > report_.threadsBefore + kMoreThreads) {
      fail(fmt::format("threads were left behind: there are {}; at first there were {}", threadNames(),
                       threadsAtFirst_));
    }
    if (report_.residentKbAfter > report_.residentKbBefore + kMoreKb) fail("memory was left behind");
  }

  void fail(const std::string& difference) {
    if (report_.difference.empty()) report_.difference = difference;
  }

  const ChaosOptions options_;
  std::mt19937_64 random_;
  ChaosReport report_;
  std::string threadsAtFirst_;
  EtcdCluster cluster_{{.partable = true}};
  std::vector<std::unique_ptr<TcpProxy>> proxies_;
  std::vector<std::string> proxied_;
  std::shared_ptr<etcd::Client> direct_;
  EtcdHistory history_;
  std::unique_ptr<ClusterWitness> witness_;
  std::deque<Happening> told_;  // by the monitor, not compared yet
  std::vector<Fault> deck_;
  std::unique_ptr<Faults> faults_;
  std::unique_ptr<Traffic> traffic_;
};

}  // namespace

ChaosReport runChaos(const ChaosOptions& options) { return Run(options).go(); }

}  // namespace leasescope
