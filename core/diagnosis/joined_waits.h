#pragma once

#include <vector>

#include "core/diagnosis/wait_graph.h"
#include "core/picture/lease.h"

namespace leasescope {

/// Circles that no lease closes, but a thread that has several: with one lease it holds what others wait for,
/// with another it waits. Threads are told apart by what their leases say of them; whose lease does not say
/// host, pid and thread is joined with nobody, nor is one that does several things at a time, as a name that
/// many share seems to. Circles of leases alone are left out. Suspected, not proven:
/// nobody sees from outside whether a thread does one thing after the other. Pure. Looks at every session's
/// identity, and at the waits only of threads that have several.
std::vector<WaitCycle> joinedCycles(const WaitGraph& waits, const FindLease& find);

}  // namespace leasescope
