#pragma once

// Internal to core/etcd.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "core/etcd/connection_options.h"

namespace leasescope::etcd {

/// Finds out why no connection to this endpoint comes about, by a handshake of our own: gRPC does not tell an
/// expired certificate from an unknown authority. It only explains; whether a connection is trusted is
/// decided elsewhere, and nothing but the handshake is sent. Empty when TLS is not the reason. Blocks until
/// `until` at most, and not for long once `stop` says so: nullopt then.
std::optional<std::string> diagnoseTls(const Endpoint& endpoint, const TlsFiles& files,
                                       std::chrono::steady_clock::time_point until,
                                       const std::function<bool()>& stop);

}  // namespace leasescope::etcd
