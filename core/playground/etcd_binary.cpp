#include "core/playground/etcd_binary.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/etcd/server_version.h"
#include "core/playground/subprocess.h"

namespace leasescope {
namespace {

constexpr absl::Duration kAnswerTimeout = absl::Seconds(10);

/// stdout and stderr together: 3.4 prints its help to stderr.
absl::StatusOr<std::string> outputOf(const std::string& path, const std::string& flag,
                                     const std::string& file) {
  SubprocessOptions options;
  options.command = {path, flag};
  options.outputFile = file;
  auto process = Subprocess::start(std::move(options));
  if (!process.ok()) return process.status();
  if (!(*process)->wait(kAnswerTimeout)) {
    return absl::DeadlineExceededError(absl::StrCat(path, " ", flag, " does not end: is it etcd?"));
  }
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  std::remove(file.c_str());
  return text.str();
}

std::string versionIn(const std::string& output) {
  constexpr std::string_view kLabel = "etcd Version: ";
  const std::size_t begin = output.find(kLabel);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + kLabel.size();
  return output.substr(from, output.find_first_of(" \r\n", from) - from);
}

}  // namespace

std::vector<std::string> EtcdBinary::quietFlags() const {
  // 3.3 has a logger of its own, whose levels are set for each package.
  if (!knowsFlag("--log-level")) return {"--log-package-levels", "*=ERROR"};
  return {"--logger", "zap", "--log-outputs", "stderr", "--log-level", "error"};
}

std::string EtcdBinary::gateway() const {
  const bool beta = etcd::parseServerVersion(version) < etcd::ServerVersion{3, 4, 0};
  return beta ? "/v3beta" : "/v3";
}

absl::StatusOr<EtcdBinary> inspectEtcd(const std::string& path, const std::string& scratchFolder) {
  const std::string file = scratchFolder + "/about.txt";
  EtcdBinary binary;
  binary.path = path;
  absl::StatusOr<std::string> about = outputOf(path, "--version", file);
  if (!about.ok()) return about.status();
  binary.version = versionIn(*about);
  const std::optional<etcd::ServerVersion> version = etcd::parseServerVersion(binary.version);
  if (!version) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not etcd: its --version names no etcd version"));
  }
  if (*version < etcd::kOldestServer) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is etcd ", binary.version, ": a playground needs 3.3 or newer"));
  }
  absl::StatusOr<std::string> help = outputOf(path, "--help", file);
  if (!help.ok()) return help.status();
  binary.help = *std::move(help);
  return binary;
}

}  // namespace leasescope
