#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/etcd/client.h"
#include "core/picture/picture.h"

namespace leasescope {

/// What the prefixes stand for, without those that another one contains. No prefix: everything.
std::vector<etcd::KeyRange> watchedRanges(std::vector<std::string> prefixes);

/// All keys of these ranges at one revision, page by page, without their values; only of keys that look like
/// contenders it is also found out whether they hold one. Begins again when etcd compacts in between.
/// Blocks. Errors: those of Client; PermissionDenied names the range.
absl::StatusOr<Listing> listKeys(etcd::Client& client, const std::vector<etcd::KeyRange>& ranges);

}  // namespace leasescope
