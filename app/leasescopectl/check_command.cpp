#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "app/leasescopectl/console.h"
#include "app/leasescopectl/findings_output.h"
#include "app/leasescopectl/first_list.h"
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
      if (colon + 1 == muted.size()) {
        return absl::InvalidArgumentError(
            fmt::format("--mute '{}' names no subject; without the colon it mutes the whole kind", muted));
      }
      selection.muted_.emplace_back(*kind, colon == std::string::npos ? "" : muted.substr(colon + 1));
    }
    return selection;
  }

  bool contains(FindingKind kind) const {
    return kinds_.empty() || std::ranges::find(kinds_, kind) != kinds_.end();
  }

  bool contains(const Finding& finding) const {
    if (!contains(finding.kind)) return false;
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

/// `blind`: not all that was asked for could be looked at, so that nothing found means nothing.
int exitCodeOf(const Verdict& verdict, bool blind) {
  int code = blind ? kUnknown : kFine;
  for (const Finding& finding : verdict.findings) {
    if (finding.severity == FindingSeverity::Critical) return kCritical;
    if (finding.severity == FindingSeverity::Warning) code = kNo;
  }
  return code;
}

absl::Status notLive(const Health& health) {
  return absl::UnavailableError(health.reason.empty() ? "no answer" : health.reason);
}

/// Waits until it is live, then for `duration`; a signal ends both. `patience`: without a sign of life.
absl::Status observe(const VerdictWatcher& watcher, etcd::Client& client, absl::Duration patience,
                     absl::Duration duration) {
  absl::Time giveUp = absl::Now() + patience;
  while (watcher.health().state != Health::State::Live) {
    const Health health = watcher.health();
    if (health.state == Health::State::Denied) return notLive(health);
    if (absl::Now() > giveUp) {
      if (!isListing(client, health)) return notLive(health);
      giveUp = absl::Now() + patience;
    }
    if (waitForStopSignal(absl::Milliseconds(20))) return absl::CancelledError("stopped");
  }
  if (waitForStopSignal(duration)) return absl::CancelledError("stopped");
  const Health health = watcher.health();
  return health.state == Health::State::Live ? absl::OkStatus() : notLive(health);
}

/// What was not found may be there nevertheless.
void warnOfUnjudged(const Console& console, const Verdict& verdict, absl::Duration observed) {
  const Verdict::Unjudged& unjudged = verdict.unjudged;
  if (unjudged.unlisted) {
    console.warn("leases without keys were not judged: etcd did not list them (denied, or it took too long)");
  }
  if (unjudged.members > 0) {
    console.warn(fmt::format("{} did not answer: what they would say is not judged",
                             counted(unjudged.members, "member")));
  }
  const auto tooShort = [&](std::size_t number, std::string_view noun, std::string_view which) {
    if (number == 0 || verdict.judgedAfter <= observed) return;  // there are always some that are new
    const absl::Duration enough = absl::Ceil(verdict.judgedAfter, absl::Seconds(1));
    console.warn(fmt::format("{} {} could not be judged in {}: --for {}s would be enough",
                             counted(number, noun), which, roughly(observed),
                             absl::ToInt64Seconds(enough) + 1));
  };
  tooShort(unjudged.tooShort, "lease", "without keys");
  tooShort(unjudged.locks, "lock", "that many wait for");
  if (unjudged.unmoved > 0) {
    console.warn(
        fmt::format("{} that many wait for did not move: nobody came since the first look, so that "
                    "whether they are stuck or their waiters stand by could not be judged",
                    counted(unjudged.unmoved, "lock")));
  }
  if (unjudged.unsampled > 0) {
    console.warn(
        fmt::format("{} without keys could not be judged: their TTLs were not asked for often enough; a "
                    "higher --ttl-budget or a longer --for helps",
                    counted(unjudged.unsampled, "lease")));
  }
  if (unjudged.elsewhere > 0) {
    console.warn(
        fmt::format("{} without keys below these prefixes could not be judged: elsewhere they may have some; "
                    "without --prefix they would be",
                    counted(unjudged.elsewhere, "lease")));
  }
}

void print(const Console& console, const CheckFlags& flags, const Verdict& verdict, absl::Duration observed,
           bool live) {
  if (flags.metrics) {
    console.printText(metricsText(live ? &verdict : nullptr));
  } else if (flags.json) {
    nlohmann::json json = {{"findings", nlohmann::json::array()},
                           {"observed_ms", absl::ToInt64Milliseconds(observed)},
                           {"live", live},
                           {"unjudged_leases", verdict.unjudged.leases()},
                           {"unjudged_locks", verdict.unjudged.locks},
                           {"unmoved_locks", verdict.unjudged.unmoved},
                           {"unjudged_members", verdict.unjudged.members},
                           {"leases_listed", live && !verdict.unjudged.unlisted},
                           {"judged_after_ms", absl::ToInt64Milliseconds(verdict.judgedAfter)}};
    for (const Finding& finding : verdict.findings) json["findings"].push_back(toJson(finding));
    console.printJson(json);
  } else {
    console.printText(findingsText(verdict, live));
    warnOfUnjudged(console, verdict, observed);
  }
}

int runCheck(const Console& console, const CheckFlags& flags) {
  const auto duration = parseDuration("--for", flags.duration);
  if (!duration.ok()) return console.fail("check", duration.status());
  const auto selection = Selection::of(flags);
  if (!selection.ok()) return console.fail("check", selection.status());
  const auto options = console.connection();
  if (!options.ok()) return console.fail("check", options.status());
  const auto client = etcd::Client::create(*options);
  if (!client.ok()) return console.fail("check", client.status());
  VerdictWatcher watcher;
  MonitorOptions monitored = console.flags().monitor();
  monitored.thresholds = flags.thresholds;
  absl::Status observed;
  std::shared_ptr<const Verdict> seen;
  {
    const Monitor monitor(*client, monitored,
                          [&watcher](const MonitorUpdate& update) { watcher.onUpdate(update); });
    observed = observe(watcher, **client, options->commandTimeout, *duration);
    seen = watcher.verdict();  // before calls are cancelled, which is no news of the cluster
    (*client)->shutdown();
  }
  if (seen == nullptr) {
    console.fail("check",
                 observed.ok() ? absl::UnavailableError("nothing was judged in that time") : observed);
    return kUnknown;
  }
  Verdict verdict = *seen;
  std::erase_if(verdict.findings, [&](const Finding& finding) { return !selection->contains(finding); });
  if (observed.ok() || !verdict.findings.empty()) {
    print(console, flags, verdict, *duration, observed.ok());
  }
  const bool wantsLeaks =
      selection->contains(FindingKind::LeakedSession) || selection->contains(FindingKind::SessionGrowth);
  const bool blind = !observed.ok() || (verdict.unjudged.unlisted && wantsLeaks);
  if (!observed.ok()) console.fail("check", observed);
  const int code = exitCodeOf(verdict, blind);
  return observed.ok() || code == kCritical ? code : kUnknown;
}

std::string flagOf(const Threshold& one) { return fmt::format("--{}", one.name); }

template <class Number>
CLI::Option* addThreshold(CLI::App& check, const Threshold& one, Number& value) {
  const auto read = [&one, &value](const std::string& text) {
    double number = 0;
    const bool within = absl::SimpleAtod(text, &number) && number >= one.least && number <= one.most;
    if (!within || (std::is_integral_v<Number> && number != std::floor(number))) {
      throw CLI::ValidationError(fmt::format("{} {} is no {}number from {} to {}", flagOf(one), text,
                                             std::is_integral_v<Number> ? "whole " : "", one.least,
                                             one.most));
    }
    value = static_cast<Number>(number);
  };
  return check
      .add_option_function<std::string>(flagOf(one), read, fmt::format("{} N {}", one.words, one.unit))
      ->default_str(fmt::format("{}", value))
      ->type_name("N");
}

CLI::Option* addThreshold(CLI::App& check, const Threshold& one, absl::Duration& value) {
  const auto read = [&one, &value](const std::string& text) {
    const auto duration = parseDuration(flagOf(one), text);
    if (!duration.ok()) throw CLI::ValidationError(std::string(duration.status().message()));
    if (*duration < absl::Seconds(one.least) || *duration > absl::Seconds(one.most)) {
      throw CLI::ValidationError(fmt::format("{} {} is not within {} and {}", flagOf(one), text,
                                             roughly(absl::Seconds(one.least)),
                                             roughly(absl::Seconds(one.most))));
    }
    value = *duration;
  };
  return check.add_option_function<std::string>(flagOf(one), read, fmt::format("{} D", one.words))
      ->default_str(absl::FormatDuration(value))
      ->type_name("D");
}

void addThresholds(CLI::App& check, Thresholds& thresholds) {
  for (const Threshold& one : allThresholds()) {
    std::visit([&](auto member) { addThreshold(check, one, thresholds.*member)->group("Thresholds"); },
               one.member);
  }
}

}  // namespace

void addCheckCommand(CLI::App& app, Console& console) {
  CLI::App* check = app.add_subcommand(
      "check", "what is wrong; exit code 0 nothing, 1 warnings, 2 critical, 3 could not find out");
  const auto flags = std::make_shared<CheckFlags>();
  CLI::Option* json = check->add_flag("--json", flags->json, "one JSON object");
  check->add_flag("--metrics", flags->metrics, "Prometheus text instead of findings")->excludes(json);
  check->add_option("--for", flags->duration, "how long to observe")->capture_default_str();
  check->add_option("--kinds", flags->kinds, "only these kinds, separated by commas")->delimiter(',');
  check->add_option("--mute", flags->muted, "not this KIND, or KIND:SUBJECT as the findings name it");
  addThresholds(*check, flags->thresholds);
  check->callback([&console, flags] { console.exitCode = runCheck(console, *flags); });
}

}  // namespace leasescope
