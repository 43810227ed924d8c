#include "ui/models/go_service.h"

namespace leasescope::ui {

void GoService::take(const ServiceAnswer& answer) {
  if (!answer.seen.ok()) {
    problem = QString::fromStdString(std::string(answer.seen.status().message()));
    return;
  }
  problem.clear();
  seen = *answer.seen;
  seenAt = answer.at;
}

GoService::State GoService::state(const Moment& now) const {
  if (kind == Kind::Saved) return State::Saved;
  if (!seen) return problem.isEmpty() ? State::Pending : State::Silent;
  return problem.isEmpty() && now - seenAt < kFreshFor ? State::Fresh : State::Stale;
}

}  // namespace leasescope::ui
