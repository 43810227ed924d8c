#include "core/probe/process_stats.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace leasescope {
namespace {

namespace fs = std::filesystem;

absl::Status noSuchProcess(pid_t pid) {
  return absl::NotFoundError(absl::StrCat("there is no process ", pid));
}

std::optional<std::int64_t> numberAfter(const std::string& line, std::string_view label) {
  if (!line.starts_with(label)) return std::nullopt;
  return std::strtoll(line.c_str() + label.size(), nullptr, 10);
}

}  // namespace

absl::StatusOr<ProcessStats> readProcessStats(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/status"));
  ProcessStats stats;
  for (std::string line; std::getline(file, line);) {
    if (const auto threads = numberAfter(line, "Threads:")) stats.threads = static_cast<int>(*threads);
    if (const auto resident = numberAfter(line, "VmRSS:")) stats.residentKb = *resident;
  }
  if (stats.threads == 0) return noSuchProcess(pid);
  return stats;
}

absl::StatusOr<int> countThreadsNamed(pid_t pid, std::string_view prefix) {
  std::error_code error;
  fs::directory_iterator thread(absl::StrCat("/proc/", pid, "/task"), error);
  if (error) return noSuchProcess(pid);
  int count = 0;
  for (const fs::directory_iterator end; !error && thread != end; thread.increment(error)) {
    std::ifstream file(thread->path() / "comm");
    std::string name;
    if (std::getline(file, name) && name.starts_with(prefix)) ++count;
  }
  return count;
}

}  // namespace leasescope
