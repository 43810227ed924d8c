#pragma once

// Internal to core/etcd: what a failed call means, and whether it may be sent again.

#include <string_view>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace leasescope::etcd {

/// Of an endpoint that was to speak TLS.
inline constexpr std::string_view kSpeaksNoTls = "the other side does not speak TLS: use http://";

/// What a call does to the cluster, which decides whether it may be repeated.
enum class Effect {
  Reads,   // or is harmless twice: may be repeated whenever the server was unavailable
  Writes,  // may be repeated only when it certainly was not sent
};

/// One readable line, with the endpoint that failed; the code stays gRPC's.
absl::Status fromGrpc(const grpc::Status& status, std::string_view endpoint);

/// The one place that decides what is sent again, to the next endpoint.
bool mayRepeat(const grpc::Status& status, Effect effect);

/// This endpoint does not answer, or can't: learners serve nothing, a member cut off from its quorum has no
/// leader, a leader that lost its quorum renews no lease.
bool shouldMoveOn(const grpc::Status& status);

/// Nothing was sent: there is no connection, or it ended before it was of use.
bool connectionFailed(const grpc::Status& status);

/// A user was given, but the cluster asks nobody who he is.
bool authIsOff(const grpc::Status& status);

/// The token is unknown to the server, belongs to an older set of users, or was not sent because there was no
/// need for one until now: authenticate and try once more.
bool needsNewToken(const grpc::Status& status);

}  // namespace leasescope::etcd
