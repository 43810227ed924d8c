#include "core/diagnosis/finding.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/picture/key_text.h"

namespace leasescope {
namespace {

constexpr std::array<std::string_view, kFindingKinds> kKindNames = {
    "cluster",       "deadlock",       "expiry-storm",   "false-owner-risk", "ghost-lease",
    "leaked-lock",   "leaked-session", "lease-mismatch", "missed-renewals",  "orphaned-contender",
    "overdue-lease", "session-growth", "shared-lease",   "stuck-queue"};

constexpr std::array<std::string_view, kCurves> kCurveNames = {"keyless_sessions", "contenders", "waiters",
                                                               "endings"};

}  // namespace

std::string_view curveName(Curve::Of of) { return kCurveNames.at(static_cast<std::size_t>(of)); }

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
  return "cluster";
}

bool moreUrgent(const Finding& a, const Finding& b) {
  return std::tie(b.severity, a.kind, a.subject) < std::tie(a.severity, b.kind, b.subject);
}

}  // namespace leasescope
