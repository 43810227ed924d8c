#pragma once

#include <vector>

#include "core/diagnosis/observations.h"

namespace leasescope {

/// Circles that no lease closes, but a thread that has several: with one lease it holds what others wait for,
/// with another it waits. Threads are told apart by what their leases say of them; whose lease does not say
/// host, pid and thread is joined with nobody. In each circle an edge's holder and the next one's waiter are
/// one session or one thread. Circles of leases alone are left out. Pure. Looks at every lease, and at the
/// queues only when a thread has several leases.
std::vector<WaitCycle> joinedCycles(const Observations& seen);

}  // namespace leasescope
