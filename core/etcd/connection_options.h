#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/etcd/secret.h"

namespace leasescope::etcd {

/// One client address of the cluster.
struct Endpoint {
  std::string address;  // "host:port", "[::1]:2379" for IPv6
  bool tls = false;

  bool operator==(const Endpoint&) const = default;
};

struct TlsFiles {
  std::string caFile;    // empty: the system's roots
  std::string certFile;  // both or none
  std::string keyFile;
  bool skipVerify = false;

  bool any() const { return skipVerify || !caFile.empty() || !certFile.empty() || !keyFile.empty(); }
};

/// Everything that is needed to talk to one cluster; the flags of etcdctl.
struct ConnectionOptions {
  std::vector<std::string> endpoints;
  TlsFiles tls;
  std::string user;  // empty: no authentication
  Secret password;
  absl::Duration dialTimeout = absl::Seconds(2);
  absl::Duration commandTimeout = absl::Seconds(5);
  int maxAnswerBytes = 512 << 20;  // etcd limits requests to 1.5 MiB, but not its answers
};

/// Reads "host:port", "http://host:port", "https://host:port" as etcdctl does; a missing port is refused.
/// `tlsByDefault` decides for addresses without a scheme. Error: InvalidArgument with the reason.
absl::StatusOr<Endpoint> parseEndpoint(std::string_view text, bool tlsByDefault);

/// All of `options.endpoints`, or the first error. An empty list is an error.
absl::StatusOr<std::vector<Endpoint>> parseEndpoints(const ConnectionOptions& options);

}  // namespace leasescope::etcd
