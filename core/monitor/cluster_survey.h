#pragma once

#include "core/etcd/client.h"
#include "core/monitor/cluster_view.h"

namespace leasescope {

/// One round of questions to all members. Blocks.
ClusterView surveyCluster(etcd::Client& client);

}  // namespace leasescope
