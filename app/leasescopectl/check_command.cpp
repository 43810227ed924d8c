#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/findings_output.h"
#include "app/leasescopectl/verdict_watcher.h"
#include "core/diagnosis/wording.h"
#include "core/monitor/monitor.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

struct CheckFlags {
  bool json = false;
  bool metrics = false;
  std::string duration = "15s";
  std::vector<std::string> kinds;
  std::vector<std::string> muted;
  Thresholds thresholds;
  std::string growthTime = "10s";
  std::string overdue = "3s";
};

/// What is reported: these kinds, without what is muted.
class Selection {
 public:
  static absl::StatusOr<Selection> of(const CheckFlags& flags) {
    Selection selection;
    for (const std::string& name : flags.kinds) {
      const auto kind = findingKindNamed(name);
      if (!kind) return unknownKind("--kinds", name);
      selection.kinds_.push_back(*kind);
    }
    for (const std::string& muted : flags.muted) {
      const auto colon = muted.find(':');
      const auto kind = findingKindNamed(muted.substr(0, colon));
      if (!kind) return unknownKind("--mute", muted.substr(0, colon));
      selection.muted_.emplace_back(*kind, colon == std::string::npos ? "" : muted.substr(colon + 1));
    }
    return selection;
  }

  bool contains(const Finding& finding) const {
    if (!kinds_.empty() && std::ranges::find(kinds_, finding.kind) == kinds_.end()) return false;
    return std::ranges::none_of(muted_, [&](const auto& muted) {
      return muted.first == finding.kind &&
             (muted.second.empty() || muted.second == subjectText(finding.subject));
    });
  }

 private:
  static absl::Status unknownKind(std::string_view flag, std::string_view name) {
    std::string all;
    for (std::size_t i = 0; i < kFindingKinds; ++i) {
      all += fmt::format("{}{}", i == 0 ? "" : ", ", findingKindName(static_cast<FindingKind>(i)));
    }
    return absl::InvalidArgumentError(fmt::format("{} '{}' is no kind; there are {}", flag, name, all));
  }

  std::vector<FindingKind> kinds_;  // empty: all
  std::vector<std::pair<FindingKind, std::string>> muted_;
};

int exitCodeOf(const Verdict& verdict) {
  int code = kFine;
  for (const Finding& finding : verdict.findings) {
    if (finding.severity == FindingSeverity::Critical) return kCritical;
    if (finding.severity == FindingSeverity::Warning) code = kNo;
  }
  return code;
}

absl::Status notLive(const Health& health) {
  return absl::UnavailableError(health.reason.empty() ? "no answer" : health.reason);
}

/// Waits until it is live, then for `duration`; a signal ends both.
absl::Status observe(const VerdictWatcher& watcher, absl::Duration patience, absl::Duration duration) {
  const absl::Time giveUp = absl::Now() + patience;
  while (watcher.health().state != Health::State::Live) {
    const Health health = watcher.health();
    if (health.state == Health::State::Denied || absl::Now() > giveUp) return notLive(health);
    if (waitForStopSignal(absl::Milliseconds(20))) return absl::CancelledError("stopped");
  }
  if (waitForStopSignal(duration)) return absl::CancelledError("stopped");
  const Health health = watcher.health();
  return health.state == Health::State::Live ? absl::OkStatus() : notLive(health);
}

void print(const Console& console, const CheckFlags& flags, const Verdict& verdict, absl::Duration observed) {
  if (flags.metrics) {
    console.printText(metricsText(&verdict));
  } else if (flags.json) {
    nlohmann::json json = {{"findings", nlohmann::json::array()},
                           {"observed_ms", absl::ToInt64Milliseconds(observed)},
                           {"unjudged_leases", verdict.unjudged}};
    for (const Finding& finding : verdict.findings) json["findings"].push_back(toJson(finding));
    console.printJson(json);
  } else {
    console.printText(findingsText(verdict));
    if (verdict.unjudged > 0 && verdict.judgedAfter > observed) {
      console.warn(fmt::format("{} without keys could not be judged in {}: --for {}s would be enough",
                               counted(verdict.unjudged, "lease"), roughly(observed),
                               absl::ToInt64Seconds(absl::Ceil(verdict.judgedAfter, absl::Seconds(1))) + 1));
    }
  }
}

absl::StatusOr<Thresholds> thresholdsOf(const CheckFlags& flags) {
  Thresholds thresholds = flags.thresholds;
  const auto growthTime = parseDuration("--growth-time", flags.growthTime);
  if (!growthTime.ok()) return growthTime.status();
  const auto overdue = parseDuration("--overdue", flags.overdue);
  if (!overdue.ok()) return overdue.status();
  thresholds.growthTime = *growthTime;
  thresholds.overdue = *overdue;
  return thresholds;
}

int runCheck(const Console& console, const CheckFlags& flags) {
  const auto duration = parseDuration("--for", flags.duration);
  if (!duration.ok()) return console.fail("check", duration.status());
  const auto thresholds = thresholdsOf(flags);
  if (!thresholds.ok()) return console.fail("check", thresholds.status());
  const auto selection = Selection::of(flags);
  if (!selection.ok()) return console.fail("check", selection.status());
  const auto options = console.connection();
  if (!options.ok()) return console.fail("check", options.status());
  const auto client = etcd::Client::create(*options);
  if (!client.ok()) return console.fail("check", client.status());
  VerdictWatcher watcher;
  MonitorOptions monitored = console.flags().monitor();
  monitored.thresholds = *thresholds;
  absl::Status observed;
  {
    const Monitor monitor(*client, monitored,
                          [&watcher](const MonitorUpdate& update) { watcher.onUpdate(update); });
    observed = observe(watcher, options->commandTimeout, *duration);
    (*client)->shutdown();
  }
  const auto seen = watcher.verdict();
  if (seen == nullptr) {
    console.fail("check",
                 observed.ok() ? absl::UnavailableError("nothing was judged in that time") : observed);
    return kUnknown;
  }
  Verdict verdict = *seen;
  std::erase_if(verdict.findings, [&](const Finding& finding) { return !selection->contains(finding); });
  print(console, flags, verdict, *duration);
  if (observed.ok()) return exitCodeOf(verdict);
  console.fail("check", observed);
  return kUnknown;
}

void addThresholds(CLI::App& check, CheckFlags& flags) {
  Thresholds& t = flags.thresholds;
  const auto add = [&check](const char* name, auto& value, const char* help) {
    check.add_option(name, value, help)
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber)
        ->group("Thresholds");
  };
  add("--leaked-session-ttls", t.leakedSessionTtls, "TTLs without a key until a renewed session is leaked");
  add("--leaked-session-renewals", t.leakedSessionRenewals, "renewals that must be seen meanwhile");
  add("--growth-sessions", t.growthSessions, "so many more sessions without keys are growth");
  add("--leaked-lock-habits", t.leakedLockHabits, "times the usual hold (p99) until a lock is leaked");
  add("--leaked-lock-holds", t.leakedLockHolds, "holds that must be seen to know what is usual");
  add("--leaked-lock-ttls", t.leakedLockTtls, "TTLs that it must be held for as well");
  add("--stuck-queue-ttls", t.stuckQueueTtls, "TTLs without a hand-over until a queue is stuck");
  add("--stuck-queue-waiters", t.stuckQueueWaiters, "waiters that must join after that");
  add("--missed-renewals-left", t.missedRenewalsLeft, "part of the TTL below which a renewal was missed");
  add("--shared-lease-locks", t.sharedLeaseLocks, "locks on one lease that are too many");
  add("--expiry-storm-leases", t.expiryStormLeases, "leases that end in one second that are a storm");
  check.add_option("--growth-time", flags.growthTime, "time over which growth must be seen")
      ->capture_default_str()
      ->group("Thresholds");
  check.add_option("--overdue", flags.overdue, "time after its end until a lease is overdue")
      ->capture_default_str()
      ->group("Thresholds");
}

}  // namespace

void addCheckCommand(CLI::App& app, Console& console) {
  CLI::App* check = app.add_subcommand(
      "check", "what is wrong; exit code 0 nothing, 1 warnings, 2 critical, 3 could not find out");
  const auto flags = std::make_shared<CheckFlags>();
  check->add_flag("--json", flags->json, "one JSON object");
  check->add_flag("--metrics", flags->metrics, "Prometheus text instead of findings");
  check->add_option("--for", flags->duration, "how long to observe")->capture_default_str();
  check->add_option("--kinds", flags->kinds, "only these kinds, separated by commas")->delimiter(',');
  check->add_option("--mute", flags->muted, "not this KIND, or KIND:SUBJECT as the findings name it");
  addThresholds(*check, *flags);
  check->callback([&console, flags] { console.exitCode = runCheck(console, *flags); });
}

}  // namespace leasescope
