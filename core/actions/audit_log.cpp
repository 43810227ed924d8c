#include "core/actions/audit_log.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/picture/key_json.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::Status cantWrite(const std::string& path, std::string_view why) {
  return absl::FailedPreconditionError(fmt::format(
      "the audit file {} can't be written ({}); set LEASESCOPE_AUDIT to one that can", path, why));
}

std::string lineOf(const AuditEntry& entry) {
  nlohmann::json json = {{"time", absl::FormatTime(absl::RFC3339_full, entry.when, absl::UTCTimeZone())},
                         {"who", entry.who},
                         {"cluster_id", fmt::format("{:x}", entry.clusterId)},
                         {"endpoint", entry.endpoint},
                         {"action", entry.action},
                         {"lease", etcd::leaseHex(entry.lease)},
                         {"outcome", entry.outcome}};
  setBytes(json, "keys", entry.keys);
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string AuditLog::defaultPath() {
  if (std::string path = environment("LEASESCOPE_AUDIT"); !path.empty()) return path;
  std::string state = environment("XDG_STATE_HOME");
  if (state.empty()) state = environment("HOME") + "/.local/state";
  return state + "/leasescope/audit.jsonl";
}

absl::Status AuditLog::append(const AuditEntry& entry) const {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return cantWrite(path_, error.message());
  const int file = open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return cantWrite(path_, std::strerror(errno));
  const std::string line = lineOf(entry);
  const ssize_t written = write(file, line.data(), line.size());
  const int writeError = errno;
  close(file);
  if (written != static_cast<ssize_t>(line.size())) return cantWrite(path_, std::strerror(writeError));
  return absl::OkStatus();
}

std::string auditUser() {
  char host[256] = "unknown";
  gethostname(host, sizeof(host) - 1);
  const passwd* user = getpwuid(getuid());
  return fmt::format("{}@{}", user != nullptr ? user->pw_name : std::to_string(getuid()), host);
}

}  // namespace leasescope
