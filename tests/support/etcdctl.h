#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace leasescope {

/// The real `etcdctl` (the one beside findEtcd()'s etcd, else on PATH), to check against what etcd's own tool
/// does.
class Etcdctl {
 public:
  explicit Etcdctl(std::string endpoint) : endpoint_(std::move(endpoint)) {}

  /// What the command prints to stdout, as it is. Fails with what it printed to stderr, or if it does not end
  /// in 30 s.
  absl::StatusOr<std::string> run(std::vector<std::string> arguments) const;

  /// The complete command line, for a Subprocess that goes on running (`lock`, `watch`, `lease keep-alive`);
  /// to be run with ETCDCTL_API=3.
  absl::StatusOr<std::vector<std::string>> command(std::vector<std::string> arguments) const;

 private:
  std::string endpoint_;
};

}  // namespace leasescope
