#include "ui/models/lock_trouble.h"

#include <algorithm>

#include "ui/models/cycle_words.h"
#include "ui/models/finding_words.h"
#include "ui/models/shown_picture.h"

namespace leasescope::ui {

std::map<std::string, LockState> lockTroubles(ShownPicture& picture) {
  std::map<std::string, LockState> states;
  const FindingsModel& findings = *picture.findings();
  for (int row = 0; row < findings.rowCount(); ++row) {
    const Finding& finding = findings.row(row);
    if (finding.kind == FindingKind::StuckQueue || finding.kind == FindingKind::LeakedLock) {
      states[finding.subject.lock] = LockState::Stuck;
    }
  }
  for (const WaitCycle& cycle : picture.cycles()) {
    if (cycle.confidence == Confidence::Suspected) continue;
    for (const WaitEdge& edge : cycle.edges) states[edge.lock] = LockState::Deadlocked;
  }
  return states;
}

std::optional<Insight> lockTrouble(const Lock& lock, ShownPicture& picture) {
  for (const WaitCycle& cycle : picture.cycles()) {
    if (std::ranges::find(cycle.edges, lock.name, &WaitEdge::lock) == cycle.edges.end()) continue;
    return Insight{cycle.confidence == Confidence::Proven ? Tone::Bad : Tone::Warning,
                   cycleText(cycle, *picture.locks(), picture.book())};
  }
  const FindingsModel& findings = *picture.findings();
  const Finding* worst = nullptr;
  for (int row = 0; row < findings.rowCount(); ++row) {
    const Finding& finding = findings.row(row);
    if (finding.subject.lock == lock.name && (worst == nullptr || moreUrgent(finding, *worst))) {
      worst = &finding;
    }
  }
  if (worst == nullptr || worst->severity == FindingSeverity::Info) return std::nullopt;
  return Insight{severityTone(worst->severity), QString::fromStdString(worst->summary)};
}

}  // namespace leasescope::ui
