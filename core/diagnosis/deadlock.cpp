#include <algorithm>
#include <utility>

#include "core/diagnosis/cycle_break.h"
#include "core/diagnosis/rules.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostNamed = 6;

std::string inWords(const WaitEdge& edge, const std::string& waiter) {
  if (edge.waiter == edge.holder) {
    return fmt::format("{} waits for {} behind its own key {}", waiter, printableKey(edge.lock),
                       printableKey(edge.key));
  }
  return fmt::format("{} waits for {} behind {}", waiter, printableKey(edge.lock),
                     etcd::leaseHex(edge.holder));
}

/// Why it is only suspected: "1f and 2e are one thread, …", for each two sessions that only that joins.
std::string jointsInWords(const WaitCycle& cycle, const FindLease& find) {
  std::string text;
  for (const WaitJoint& joint : jointsOf(cycle)) {
    text += fmt::format(" {} and {} are one thread: {}.", etcd::leaseHex(joint.has),
                        etcd::leaseHex(joint.waits), identityText(identityOf(find(joint.waits))));
  }
  if (text.empty() && cycle.confidence == Confidence::Suspected) {
    text = " One of them does several things at a time, so what holds may not be what waits.";
  }
  return text;
}

std::string summary(const WaitCycle& cycle, bool proven, const FindLease& find) {
  const bool joined = !jointsOf(cycle).empty();  // who they are is said of each joint
  std::vector<std::string> parts;
  for (const WaitEdge& edge : cycle.edges) {
    if (parts.size() == kMostNamed) break;
    const HolderIdentity* who = joined ? nullptr : identityOf(find(edge.waiter));
    parts.push_back(inWords(edge, sessionText(edge.waiter, who)));
  }
  const std::size_t more = cycle.edges.size() - parts.size();
  return fmt::format("{}: {}{}.", proven ? "Deadlock" : "Perhaps a deadlock", fmt::join(parts, ", "),
                     more > 0 ? fmt::format(", and {} more in the same circle", more) : "");
}

}  // namespace

std::vector<Finding> deadlocks(const std::vector<WaitCycle>& cycles, const FindLease& find) {
  std::vector<Finding> findings;
  for (const WaitCycle& cycle : cycles) {
    const bool proven = cycle.confidence == Confidence::Proven;
    std::vector<std::string> sessions;
    std::vector<std::string> locks;
    std::vector<std::string> keys;
    std::vector<std::string> identities;
    for (const WaitEdge& edge : cycle.edges) {
      sessions.push_back(etcd::leaseHex(edge.waiter));
      locks.push_back(printableKey(edge.lock));
      keys.push_back(printableKey(edge.key));
      identities.push_back(identityText(identityOf(find(edge.waiter))));
    }
    const LeaseId victim = leastHarmfulRevoke(cycle, find);
    findings.push_back(
        {.kind = FindingKind::Deadlock,
         .severity = proven ? FindingSeverity::Critical : FindingSeverity::Warning,
         .confidence = cycle.confidence,
         .subject = {.lease = cycle.edges.front().waiter, .lock = cycle.edges.front().lock},
         .summary = summary(cycle, proven, find) + jointsInWords(cycle, find),
         .evidence = {{"leases", std::move(sessions)},
                      {"locks", std::move(locks)},
                      {"keys", std::move(keys)}},
         .advice = fmt::format(
             "{} {} takes the fewest keys away and lets the others go on; then let every "
             "service lock in the same order.",
             proven ? "None of them can go on by itself." : "If what waits is what holds, none can go on.",
             revokeCommand(victim)),
         .revoke = victim});
    const bool said = std::ranges::any_of(
        cycle.edges, [&](const WaitEdge& edge) { return saysWho(identityOf(find(edge.waiter))); });
    if (said) findings.back().evidence.push_back({"identities", std::move(identities)});
  }
  return findings;
}

}  // namespace leasescope
