#include "core/diagnosis/finding.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "core/picture/key_text.h"

namespace leasescope {
namespace {

constexpr std::array<std::string_view, kFindingKinds> kKindNames = {
    "cluster",       "deadlock",       "expiry-storm",   "false-owner-risk", "ghost-lease",
    "leaked-lock",   "leaked-session", "lease-mismatch", "missed-renewals",  "orphaned-contender",
    "overdue-lease", "session-growth", "shared-lease",   "stuck-queue"};

static_assert(!kKindNames.back().empty());

constexpr std::array<std::string_view, kCurves> kCurveNames = {
    "keyless_sessions", "contenders", "waiters", "endings", "ghosts", "members_with_leader", "database_mib"};

}  // namespace

std::string_view curveName(Curve::Of of) { return kCurveNames.at(static_cast<std::size_t>(of)); }

Curves curvesOf(Curve::Of of, std::vector<CountPoint> points) {
  if (points.size() < 2) return nullptr;
  return std::make_shared<const std::vector<Curve>>(
      1, Curve{.of = of, .points = std::move(points), .slope = {}});
}

std::string_view findingKindName(FindingKind kind) { return kKindNames.at(static_cast<std::size_t>(kind)); }

std::optional<FindingKind> findingKindNamed(std::string_view name) {
  const auto found = std::ranges::find(kKindNames, name);
  if (found == kKindNames.end()) return std::nullopt;
  return static_cast<FindingKind>(found - kKindNames.begin());
}

std::string_view severityName(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::Info:
      return "info";
    case FindingSeverity::Warning:
      return "warning";
    case FindingSeverity::Critical:
      return "critical";
  }
  return "";
}

std::string subjectText(const Subject& subject) {
  if (!subject.key.empty()) return "key " + printableKey(subject.key);
  if (!subject.lock.empty()) return "lock " + printableKey(subject.lock);
  if (subject.lease != etcd::kNoLease) return "lease " + etcd::leaseHex(subject.lease);
  if (!subject.member.empty()) return "member " + subject.member;
  if (!subject.alarm.empty()) return "alarm " + subject.alarm;
  if (!subject.version.empty()) return "version " + subject.version;
  return "cluster";
}

bool moreUrgent(const Finding& a, const Finding& b) {
  return std::tie(b.severity, a.kind, a.subject) < std::tie(a.severity, b.kind, b.subject);
}

std::vector<FindingGroup> groupsOf(const std::vector<const Finding*>& findings) {
  std::vector<const Finding*> sorted = findings;
  std::ranges::sort(sorted, [](const Finding* a, const Finding* b) { return moreUrgent(*a, *b); });
  std::vector<FindingGroup> groups;
  for (const Finding* one : sorted) {
    const bool same = !groups.empty() && groups.back().first->kind == one->kind &&
                      groups.back().first->severity == one->severity;
    if (!same) groups.push_back({.first = one});
    ++groups.back().count;
  }
  return groups;
}

}  // namespace leasescope
