#pragma once

#include <string>
#include <vector>

#include "core/etcd/types.h"
#include "core/picture/lease_table.h"

namespace leasescope {

/// What the prefixes stand for, without those that another one contains. No prefix: everything.
std::vector<etcd::KeyRange> watchedRanges(std::vector<std::string> prefixes);
Watched watchedBy(const std::vector<std::string>& prefixes);

}  // namespace leasescope
