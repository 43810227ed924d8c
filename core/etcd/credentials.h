#pragma once

// Internal to core/etcd.

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/etcd/connection_options.h"
#include "grpcpp/security/credentials.h"

namespace leasescope::etcd {

/// The named files can be read, are what they should be, fit each other and are valid today.
/// Error: InvalidArgument that names the file and the reason.
absl::Status checkFiles(const TlsFiles& files);

/// Never falls back to plain text or to the system's roots when a named file can't be read.
/// Error: InvalidArgument that names the file and the reason.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> makeCredentials(const Endpoint& endpoint,
                                                                          const TlsFiles& files);

}  // namespace leasescope::etcd
