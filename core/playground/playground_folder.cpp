#include "core/playground/playground_folder.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"

namespace leasescope {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "leasescope-playground-";
constexpr char kLockName[] = "/owner.lock";
constexpr char kPidName[] = "/etcd.pid";
constexpr int kCreateAttempts = 5;
constexpr int kEndTimeoutMs = 5000;
constexpr std::time_t kUnlockedIsLeftAfterSeconds = 60;

fs::path temporaryRoot() {
  const char* chosen = std::getenv("TMPDIR");
  std::error_code error;
  const fs::path root = fs::absolute(chosen != nullptr && *chosen != '\0' ? chosen : "/tmp", error);
  return error ? fs::path("/tmp") : root;
}

void removeAll(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

/// Whether `lock` still is the file in the folder: a sweep may have removed it between open and flock.
bool stillThere(const UniqueFd& lock, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(lock.get(), &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

UniqueFd tryLock(const std::string& folder, int extraFlags) {
  const std::string path = folder + kLockName;
  UniqueFd lock =
      UniqueFd::aboveStandard(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | extraFlags, 0600));
  if (!lock.valid() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 || !stillThere(lock, path))
    return UniqueFd();
  return lock;
}

/// A folder of this user, not a link to one.
bool isOurs(const std::string& path, struct stat& info) {
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

bool hasArgument(pid_t pid, std::string_view argument) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/cmdline"), std::ios::binary);
  for (std::string one; std::getline(file, one, '\0');) {
    if (one == argument) return true;
  }
  return false;
}

/// Kills the process if it works on the folder; true once nobody does.
bool endLeftOver(const std::string& folder) {
  pid_t pid = 0;
  std::ifstream(folder + kPidName) >> pid;
  if (pid <= 1) return true;
  // Opened before the look at its arguments: the signal goes to the process looked at, even if the pid is
  // reused.
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!hasArgument(pid, folder + "/data")) return true;
  if (!process.valid() || ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) != 0)
    return false;
  pollfd gone{process.get(), POLLIN, 0};
  return ::poll(&gone, 1, kEndTimeoutMs) == 1;
}

bool sweepOne(const std::string& folder) {
  struct stat info {};
  if (!isOurs(folder, info)) return false;
  struct stat lockInfo {};
  UniqueFd lock;
  if (::lstat((folder + kLockName).c_str(), &lockInfo) == 0) {
    lock = tryLock(folder, 0);
    if (!lock.valid()) return false;
  } else if (std::time(nullptr) - info.st_mtime < kUnlockedIsLeftAfterSeconds) {
    return false;  // being made, or being removed
  }
  if (!endLeftOver(folder)) return false;
  removeAll(folder);
  return ::access(folder.c_str(), F_OK) != 0;
}

std::vector<std::string> candidates() {
  std::vector<std::string> result;
  std::error_code error;
  for (fs::directory_iterator entry(temporaryRoot(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with(kPrefix)) result.push_back(entry->path().string());
  }
  return result;
}

}  // namespace

absl::StatusOr<PlaygroundFolder> PlaygroundFolder::create() {
  const std::string root = temporaryRoot().string();
  for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
    std::string path = absl::StrCat(root, "/", std::string(kPrefix), "XXXXXX");
    if (::mkdtemp(path.data()) == nullptr) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot make a folder in ", root, " (see TMPDIR)"));
    }
    UniqueFd lock = tryLock(path, O_CREAT);
    if (lock.valid()) return PlaygroundFolder(std::move(path), std::move(lock));
    removeAll(path);
  }
  return absl::UnavailableError(
      absl::StrCat("cannot lock a new folder in ", root, ": is it a network drive?"));
}

void PlaygroundFolder::remove() {
  if (!lock_.valid()) return;
  removeAll(path_);
  lock_.reset();
}

absl::Status PlaygroundFolder::writePid(pid_t pid) const {
  std::ofstream file(path_ + kPidName);
  file << pid << '\n';
  file.close();
  return file ? absl::OkStatus()
              : absl::UnavailableError(absl::StrCat("cannot write to ", path_, ": disk full?"));
}

int PlaygroundFolder::sweep() {
  int removed = 0;
  for (const std::string& folder : candidates()) removed += sweepOne(folder) ? 1 : 0;
  return removed;
}

}  // namespace leasescope
