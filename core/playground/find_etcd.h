#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace leasescope {

/// The path of an etcd binary: $LEASESCOPE_ETCD, else the `etcd` on PATH, else the one the build unpacked
/// (../../etcd/usr/bin/etcd from the folder of the running program). NotFound says how to get one.
absl::StatusOr<std::string> findEtcd();

}  // namespace leasescope
