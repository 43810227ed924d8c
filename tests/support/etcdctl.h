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

  using Commands = std::vector<std::vector<std::string>>;
  /// Makes the user root, password "secret", does what else is to be done before, and switches authentication
  /// on.
  absl::Status enableAuth(const Commands& before = {}) const;
  /// As root.
  absl::Status disableAuth() const;
  /// What makes the user ann, password "pw", who may read the keys below this prefix.
  static Commands annMayRead(const std::string& prefix);

  /// The complete command line, for a Subprocess that goes on running (`lock`, `watch`, `lease keep-alive`);
  /// to be run with ETCDCTL_API=3.
  absl::StatusOr<std::vector<std::string>> command(std::vector<std::string> arguments) const;

 private:
  std::string endpoint_;
};

}  // namespace leasescope
