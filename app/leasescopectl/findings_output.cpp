#include "app/leasescopectl/findings_output.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "app/leasescopectl/json_output.h"
#include "core/diagnosis/wording.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostListed = 5;

/// Puts one value into an object of evidence; durations get their unit into the name.
struct IntoJson {
  nlohmann::json& object;
  const std::string& name;

  void operator()(std::int64_t value) const { object[name] = value; }
  void operator()(double value) const {
    object[name] = std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
  }
  void operator()(absl::Duration value) const { object[name + "_ms"] = absl::ToInt64Milliseconds(value); }
  void operator()(absl::Time value) const { object[name] = timeText(value); }
  void operator()(const std::string& value) const { setBytes(object, name, value); }
  void operator()(const std::vector<std::string>& value) const { setBytes(object, name, value); }
};

struct AsText {
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return fmt::format("{:.1f}", value); }
  std::string operator()(absl::Duration value) const { return roughly(value); }
  std::string operator()(absl::Time value) const { return timeText(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const std::vector<std::string>& value) const {
    const std::size_t listed = std::min(value.size(), kMostListed);
    const std::string names = fmt::format(
        "{}", fmt::join(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(listed), " | "));
    return listed == value.size() ? names : fmt::format("{} and {} more", names, value.size() - listed);
  }
};

std::string evidenceText(const Finding& finding) {
  std::vector<std::string> facts;
  for (const Evidence& one : finding.evidence) {
    std::string name = one.name;
    std::ranges::replace(name, '_', ' ');
    facts.push_back(fmt::format("{}: {}{}", name, one.atLeast ? "≥ " : "", std::visit(AsText(), one.value)));
  }
  return fmt::format("{}", fmt::join(facts, "; "));
}

/// Beside the subject in words, so that nobody has to take that apart.
void addSubject(nlohmann::json& json, const Subject& subject) {
  json["subject"] = subjectText(subject);
  if (subject.lease != etcd::kNoLease) json["subject_lease"] = etcd::leaseHex(subject.lease);
  if (!subject.lock.empty()) setBytes(json, "subject_lock", subject.lock);
  if (!subject.key.empty()) setBytes(json, "subject_key", subject.key);
  if (!subject.member.empty()) json["subject_member"] = subject.member;
  if (!subject.alarm.empty()) json["subject_alarm"] = subject.alarm;
  if (!subject.version.empty()) json["subject_version"] = subject.version;
}

nlohmann::json toJson(const Curve& curve) {
  nlohmann::json points = nlohmann::json::array();
  for (const CountPoint& point : curve.points) {
    points.push_back({{"time", timeText(point.at.wall)}, {"count", point.count}});
  }
  return {{"of", curveName(curve.of)}, {"points", std::move(points)}};
}

/// One metric: what it is, then a line for each of its label sets.
class Metric {
 public:
  Metric(std::string& out, std::string name, std::string_view help) : out_(out), name_(std::move(name)) {
    out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name_, help);
  }
  void add(std::string_view labels, double value) {
    out_ += fmt::format("{}{}{}{} {}\n", name_, labels.empty() ? "" : "{", labels, labels.empty() ? "" : "}",
                        value);
  }

 private:
  std::string& out_;
  const std::string name_;
};

}  // namespace

nlohmann::json toJson(const Finding& finding) {
  nlohmann::json evidence = nlohmann::json::object();
  for (const Evidence& one : finding.evidence) {
    std::visit(IntoJson{evidence, one.name}, one.value);
    if (one.atLeast) evidence[one.name + "_at_least"] = true;
  }
  nlohmann::json json = {{"kind", findingKindName(finding.kind)},
                         {"severity", severityName(finding.severity)},
                         {"confidence", confidenceName(finding.confidence)},
                         {"summary", finding.summary},
                         {"evidence", std::move(evidence)},
                         {"advice", finding.advice}};
  addSubject(json, finding.subject);
  if (finding.curves) {
    for (const Curve& curve : *finding.curves) json["curves"].push_back(toJson(curve));
  }
  if (finding.firstFound) json["first_found"] = timeText(finding.firstFound->wall);
  return json;
}

std::string findingsText(const Verdict& verdict, bool live) {
  std::string out;
  for (const Finding& finding : verdict.findings) {
    out += fmt::format("{:<8}  {} ({}), {}\n  {}\n", severityName(finding.severity),
                       findingKindName(finding.kind), confidenceName(finding.confidence),
                       subjectText(finding.subject), finding.summary);
    if (!finding.evidence.empty()) out += fmt::format("  {}\n", evidenceText(finding));
    out += fmt::format("  {}\n", finding.advice);
  }
  const std::string findings = counted(verdict.findings.size(), "finding");
  if (!live) return out + findings + "; locks and leases could not be looked at\n";
  return out + fmt::format("{} in {} and {}\n", findings, counted(verdict.census.locks, "lock"),
                           counted(verdict.census.leases, "lease"));
}

std::string metricsText(const Verdict* verdict) {
  std::string out;
  Metric(out, "leasescope_live",
         "1 when what is told is true now; everything else is left out when it is not.")
      .add("", verdict == nullptr ? 0 : 1);
  if (verdict == nullptr) return out;
  const Census& census = verdict->census;
  Metric leases(out, "leasescope_leases", "Leases by state.");
  for (std::size_t state = 0; state < kLeaseStates; ++state) {
    leases.add(fmt::format("state=\"{}\"", stateName(static_cast<LeaseState>(state))),
               static_cast<double>(census.leasesByState.at(state)));
  }
  const auto one = [&out](const char* name, const char* help, double value) {
    Metric(out, name, help).add("", value);
  };
  one("leasescope_leases_without_keys", "Leases without a key.",
      static_cast<double>(census.leasesWithoutKeys));
  one("leasescope_locks", "Locks that somebody holds or wants.", static_cast<double>(census.locks));
  one("leasescope_contenders", "Keys in the queues of locks.", static_cast<double>(census.contenders));
  one("leasescope_longest_hold_seconds", "The longest time that a lock is held, at least.",
      absl::ToDoubleSeconds(census.longestHold));
  one("leasescope_longest_wait_seconds", "The longest time that somebody waits for a lock, at least.",
      absl::ToDoubleSeconds(census.longestWait));
  const Verdict::Unjudged& unjudged = verdict->unjudged;
  Metric notJudged(out, "leasescope_unjudged", "What may be wrong, but could not be judged.");
  notJudged.add("what=\"leases\"", static_cast<double>(unjudged.leases()));
  notJudged.add("what=\"locks\"", static_cast<double>(unjudged.locks));
  notJudged.add("what=\"members\"", static_cast<double>(unjudged.members));
  one("leasescope_leases_listed", "1 when leases without keys are seen; 0 when etcd does not list them.",
      unjudged.unlisted ? 0 : 1);
  Metric findings(out, "leasescope_findings", "Findings by kind and severity.");
  for (std::size_t kind = 0; kind < kFindingKinds; ++kind) {
    for (const FindingSeverity severity :
         {FindingSeverity::Info, FindingSeverity::Warning, FindingSeverity::Critical}) {
      const auto number = std::ranges::count_if(verdict->findings, [&](const Finding& finding) {
        return finding.kind == static_cast<FindingKind>(kind) && finding.severity == severity;
      });
      findings.add(fmt::format("kind=\"{}\",severity=\"{}\"", findingKindName(static_cast<FindingKind>(kind)),
                               severityName(severity)),
                   static_cast<double>(number));
    }
  }
  return out;
}

}  // namespace leasescope
