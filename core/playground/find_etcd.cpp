#include "core/playground/find_etcd.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/playground/find_executable.h"

namespace leasescope {
namespace {

std::optional<std::string> unpackedByTheBuild() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  const std::filesystem::path build = program.parent_path().parent_path().parent_path();
  return findExecutable((build / "etcd/usr/bin/etcd").string());
}

}  // namespace

absl::StatusOr<std::string> findEtcd() {
  const char* chosen = std::getenv("LEASESCOPE_ETCD");
  if (chosen != nullptr && *chosen != '\0') {
    if (std::optional<std::string> found = findExecutable(chosen)) return *found;
    return absl::NotFoundError(absl::StrCat("LEASESCOPE_ETCD is ", chosen,
                                            ", which is not an executable file: correct or unset it"));
  }
  if (std::optional<std::string> found = findExecutable("etcd")) return *found;
  if (std::optional<std::string> found = unpackedByTheBuild()) return *found;
  return absl::NotFoundError(
      "cannot find etcd: put it on PATH (Debian and Ubuntu: package etcd-server), "
      "set LEASESCOPE_ETCD to an etcd binary, or run ./dev build");
}

}  // namespace leasescope
