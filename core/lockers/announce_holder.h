#pragma once

#include <string>

#include "core/etcd/client.h"

namespace leasescope {

/// Writes beside a lease who has it: `service`, the calling thread, this process and this host
/// (HolderIdentity). Blocks. Good to know and no more: errors are passed over, as a user may have no right to
/// write there.
void announceHolder(etcd::Client& client, etcd::LeaseId lease, std::string service);

}  // namespace leasescope
