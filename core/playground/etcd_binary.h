#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace leasescope {

/// What an etcd binary says of itself.
struct EtcdBinary {
  std::string path;
  std::string version;  ///< "3.4.23"
  std::string help;     ///< what `etcd --help` prints

  bool knowsFlag(std::string_view flag) const { return help.find(flag) != std::string::npos; }
  /// The flags with which it logs only errors, to stderr.
  std::vector<std::string> quietFlags() const;
  /// Where its JSON gateway begins.
  std::string gateway() const;
};

/// Runs the binary with --version and --help, writing to `scratchFolder`. Fails for what is not etcd 3.3 or
/// newer.
absl::StatusOr<EtcdBinary> inspectEtcd(const std::string& path, const std::string& scratchFolder);

}  // namespace leasescope
