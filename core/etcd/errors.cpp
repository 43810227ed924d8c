#include "core/etcd/errors.h"

#include <string>

#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

constexpr std::string_view kConnectFailure = "failed to connect to all addresses";
// etcd: lease/lessor.go ErrNotPrimary, which no gRPC code stands for.
constexpr std::string_view kNoPrimaryLessor = "not a primary lessor";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// etcd: api/v3rpc/rpctypes/error.go ErrGRPCNotSupportedForLearner; 3.4 calls it Unavailable.
bool isLearner(const grpc::Status& status) {
  return contains(status.error_message(), "rpc not supported for learner");
}

/// gRPC nests its reasons ("... last error: UNKNOWN: ipv4:1.2.3.4:2379: Failed to connect to remote host:
/// Connection refused"); an operator needs the innermost.
std::string connectReason(std::string_view message) {
  constexpr std::string_view kRemote = "Failed to connect to remote host: ";
  if (const auto at = message.rfind(kRemote); at != std::string_view::npos) {
    message.remove_prefix(at + kRemote.size());
  } else if (const auto last = message.find("last error: "); last != std::string_view::npos) {
    message.remove_prefix(last + std::string_view("last error: ").size());
  }
  if (contains(message, "wrong version number") || contains(message, "WRONG_VERSION_NUMBER")) {
    return std::string(kSpeaksNoTls);
  }
  if (contains(message, "Socket closed") || contains(message, "Connection reset")) {
    return "connection closed by the other side; it went away, wants TLS (https://) or is not etcd";
  }
  return std::string(message);
}

}  // namespace

absl::Status fromGrpc(const grpc::Status& status, std::string_view endpoint) {
  if (status.ok()) return absl::OkStatus();
  const std::string& message = status.error_message();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      if (!message.starts_with("etcdserver:")) {
        return {code, fmt::format("no answer from {}: {}", endpoint, connectReason(message))};
      }
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {code, fmt::format("no answer from {} within the time limit", endpoint)};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {code, fmt::format("{} does not answer as an etcd v3 server: {}", endpoint, message)};
    case grpc::StatusCode::CANCELLED:
      return absl::CancelledError("cancelled");
    case grpc::StatusCode::INVALID_ARGUMENT:
      // etcd calls both the caller's mistake; it is the server that refuses.
      if (contains(message, "authentication failed")) {
        return absl::UnauthenticatedError(fmt::format("{} ({})", message, endpoint));
      }
      if (contains(message, "user name is empty")) {
        return absl::UnauthenticatedError(
            fmt::format("{} wants a user and its password: {}", endpoint, message));
      }
      break;
    default:
      break;
  }
  return {code, fmt::format("{} ({})", message.empty() ? "error without a message" : message, endpoint)};
}

bool shouldMoveOn(const grpc::Status& status) {
  if (contains(status.error_message(), "leader changed")) return false;  // as all others would say
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED || isLearner(status) ||
         contains(status.error_message(), kNoPrimaryLessor);
}

bool mayRepeat(const grpc::Status& status, Effect effect) {
  if (isLearner(status)) return true;  // it refuses before it does anything
  if (effect == Effect::Reads) {
    return status.error_code() == grpc::StatusCode::UNAVAILABLE || shouldMoveOn(status);
  }
  if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return false;
  // gRPC gives this message when no connection could be had, so nothing left this program.
  return status.error_message().starts_with(kConnectFailure);
}

bool needsNewToken(const grpc::Status& status) {
  const std::string& message = status.error_message();
  return (status.error_code() == grpc::StatusCode::UNAUTHENTICATED &&
          contains(message, "invalid auth token")) ||
         contains(message, "revision of auth store is old") || contains(message, "user name is empty");
}

bool connectionFailed(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE &&
         !status.error_message().starts_with("etcdserver:");
}

bool authIsOff(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::FAILED_PRECONDITION &&
         contains(status.error_message(), "authentication is not enabled");
}

}  // namespace leasescope::etcd
