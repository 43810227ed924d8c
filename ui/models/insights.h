#pragma once

#include <QString>

#include "core/picture/lock.h"
#include "ui/models/lease_book.h"
#include "ui/theme/theme.h"

/// The sentences of the details: what is the matter, and what an action would do.
namespace leasescope::ui {

/// The most important sentence about something.
struct Insight {
  Tone tone = Tone::Neutral;
  QString text;
};

Insight lockInsight(const Lock& lock, const LeaseBook& book, const Moment& now);
Insight leaseInsight(const Lease& lease, const Moment& now);
/// Go's client renews at a third of the TTL: with less than half of it left, at least one renewal is missing.
bool missesRenewals(const Lease& lease, const Moment& now);

/// "held for 42 m 10 s · 7 wait, longest 31 m"
QString lockSummary(const Lock& lock, const Moment& now);
/// What would happen to this lock if the lease of the contender at `position` were revoked, and to the
/// lease's other keys; one sentence a line.
QString ifRevoked(const Lock& lock, std::size_t position, const LeaseBook& book);

}  // namespace leasescope::ui
