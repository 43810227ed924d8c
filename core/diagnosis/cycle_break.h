#pragma once

#include "core/diagnosis/wait_graph.h"
#include "core/picture/lease.h"

namespace leasescope {

/// Which session of a circle to end so that the others go on: the one whose revoke makes the fewest keys
/// vanish; of several the one that was seen last, and of those the one with the greatest lease id, as etcd's
/// ids grow with time (etcd: pkg/idutil). Who only stands in a queue between two others is not asked for: the
/// circle would close behind it. A lease that nothing is known of is chosen last. Pure.
LeaseId leastHarmfulRevoke(const WaitCycle& cycle, const FindLease& find);

}  // namespace leasescope
