#pragma once

#include "core/lockers/lockers.h"
#include "ui/models/insights.h"

namespace leasescope::ui {

/// What a test locker's thread does just now and whether its lease is still renewed. `lease` is the thread's
/// as etcd tells it; null while that isn't known.
Insight lockerInsight(const LockerThread& thread, const Lease* lease, const Moment& now);

/// "well-behaved · holding for 0.4 s"
QString lockerSummary(const LockerThread& thread, const Moment& now);

}  // namespace leasescope::ui
