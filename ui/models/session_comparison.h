#pragma once

#include <optional>

#include "ui/models/insights.h"

namespace leasescope::ui {

class LeasesModel;

/// Leases of the cluster by what a session is recognized by.
struct LeaseCounts {
  qint64 all = 0;
  qint64 renewed = 0;  // at least one renewal was seen, as of a session; of others it may be too early
  qint64 keyless = 0;
  qint64 keylessRenewed = 0;  // both: what a leaked session looks like
  qint64 keyed = 0;           // what a session in use looks like
  bool complete = true;       // false: those without keys may have some that are not watched

  bool operator==(const LeaseCounts&) const = default;
};

/// Looks at each lease.
LeaseCounts countLeases(const LeasesModel& leases);

/// Sessions of Go services by their goroutines.
struct SessionCount {
  qint64 sessions = 0;
  bool complete = true;  // false: there are at least so many
};

/// Two lines: the numbers with their difference, and what it means. nullopt: the leases are not known now.
Insight compareSessions(const SessionCount& goroutines, const std::optional<LeaseCounts>& leases);

}  // namespace leasescope::ui
