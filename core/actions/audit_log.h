#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/etcd/types.h"

namespace leasescope {

/// What somebody did to a cluster.
struct AuditEntry {
  absl::Time when;
  std::string who;  // user@host, and the etcd user
  std::uint64_t clusterId = 0;
  std::string endpoint;
  std::string action;  // "revoke", "release"
  etcd::LeaseId lease = etcd::kNoLease;
  std::vector<std::string> keys;
  std::string outcome;  // "begun" before the call is sent, then how it ended
};

/// A file with one JSON object a line, only ever appended to. Thread-safe across processes: each entry is
/// one write.
class AuditLog {
 public:
  /// $LEASESCOPE_AUDIT, else leasescope/audit.jsonl below $XDG_STATE_HOME or ~/.local/state.
  static std::string defaultPath();
  explicit AuditLog(std::string path = defaultPath()) : path_(std::move(path)) {}

  /// Makes the folder when it is missing. Error: the file can't be written, with path and reason.
  absl::Status append(const AuditEntry& entry) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// "user@host" of this process.
std::string auditUser();

}  // namespace leasescope
