#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/playground/unique_fd.h"

namespace leasescope {

/// A private folder `$TMPDIR/leasescope-playground-XXXXXX` (mode 0700) that can be told from one whose
/// program died: its owner keeps `owner.lock` in it locked (flock(2), which ends with the process) for as
/// long as it lives.
class PlaygroundFolder {
 public:
  static absl::StatusOr<PlaygroundFolder> create();

  PlaygroundFolder(PlaygroundFolder&&) noexcept = default;
  PlaygroundFolder& operator=(PlaygroundFolder&&) = delete;

  /// Removes the folder and everything in it.
  ~PlaygroundFolder() { remove(); }
  void remove();

  const std::string& path() const { return path_; }
  std::string dataFolder() const { return path_ + "/data"; }
  std::string logFile() const { return path_ + "/etcd.log"; }

  /// Notes which process works on dataFolder(), for sweep().
  absl::Status writePid(pid_t pid) const;

  /// Removes this user's folders whose owners are dead, after ending an etcd that still works on one. A
  /// process is ended only if it has the folder's data folder among its arguments. Returns how many folders
  /// were removed.
  static int sweep();

 private:
  PlaygroundFolder(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  UniqueFd lock_;
};

}  // namespace leasescope
