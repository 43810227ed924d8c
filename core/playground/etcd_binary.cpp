#include "core/playground/etcd_binary.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
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

bool atLeast34(const std::string& version) {
  int major = 0;
  int minor = 0;
  return std::sscanf(version.c_str(), "%d.%d", &major, &minor) == 2 &&
         (major > 3 || (major == 3 && minor >= 4));
}

}  // namespace

absl::StatusOr<EtcdBinary> inspectEtcd(const std::string& path, const std::string& scratchFolder) {
  const std::string file = scratchFolder + "/about.txt";
  EtcdBinary binary;
  binary.path = path;
  absl::StatusOr<std::string> about = outputOf(path, "--version", file);
  if (!about.ok()) return about.status();
  binary.version = versionIn(*about);
  if (binary.version.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not etcd: its --version names no etcd version"));
  }
  if (!atLeast34(binary.version)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is etcd ", binary.version, ": a playground needs 3.4 or newer"));
  }
  absl::StatusOr<std::string> help = outputOf(path, "--help", file);
  if (!help.ok()) return help.status();
  binary.help = *std::move(help);
  return binary;
}

}  // namespace leasescope
