#pragma once

#include <QString>

#include "core/diagnosis/wait_graph.h"
#include "ui/models/lease_book.h"
#include "ui/models/locks_model.h"

namespace leasescope::ui {

/// "Deadlock: lease …a1 (orders@web-3) holds /a and waits for /b, held by …b2, which waits for /a." The
/// middle of a long circle is left out. A suspected one begins with "Perhaps a deadlock".
QString cycleText(const WaitCycle& cycle, const LocksModel& locks, const LeaseBook& book);

/// What is waited for is the lock's holder, and not another waiter or a key in the way.
bool waitsForHolder(const WaitEdge& edge, const LocksModel& locks);

}  // namespace leasescope::ui
