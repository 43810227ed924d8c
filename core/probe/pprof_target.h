#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/etcd/connection_options.h"

namespace leasescope {

/// Where a Go service tells of its goroutines.
struct PprofTarget {
  etcd::Endpoint service;
  std::string path = "/debug/pprof/goroutine";

  std::string url() const;
  bool operator==(const PprofTarget&) const = default;
};

/// "host:port", or a URL with http or https that has no path or one that ends in /pprof or /goroutine, as
/// services put pprof elsewhere; what a copied URL asks for, "?debug=1", is passed over. InvalidArgument in
/// one line that says what to type.
absl::StatusOr<PprofTarget> parsePprofTarget(std::string_view text);

}  // namespace leasescope
