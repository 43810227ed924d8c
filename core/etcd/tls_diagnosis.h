#pragma once

// Internal to core/etcd.

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "core/etcd/connection_options.h"

namespace leasescope::etcd {

/// Finds out why no connection to this endpoint comes about, by a handshake of our own: gRPC does not tell an
/// expired certificate from an unknown authority. It only explains; whether a connection is trusted is
/// decided elsewhere, and nothing but the handshake is sent. Empty when TLS is not the reason. Blocks for
/// `limit` at most, and not for long once `stop` says so.
std::string diagnoseTls(const Endpoint& endpoint, const TlsFiles& files, absl::Duration limit,
                        const std::function<bool()>& stop);

}  // namespace leasescope::etcd
