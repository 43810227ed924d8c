#include "tests/support/etcdctl.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/playground/find_etcd.h"
#include "core/playground/find_executable.h"
#include "core/playground/subprocess.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(30);

absl::StatusOr<std::string> findEtcdctl() {
  if (absl::StatusOr<std::string> etcd = findEtcd(); etcd.ok()) {
    const std::string beside = (std::filesystem::path(*etcd).parent_path() / "etcdctl").string();
    if (isExecutable(beside)) return beside;
  }
  if (std::optional<std::string> found = findExecutable("etcdctl")) return *found;
  return absl::NotFoundError(
      "cannot find etcdctl beside etcd or on PATH (Debian and Ubuntu: package etcd-client)");
}

std::string contentOf(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> Etcdctl::command(std::vector<std::string> arguments) const {
  absl::StatusOr<std::string> program = findEtcdctl();
  if (!program.ok()) return program.status();
  std::vector<std::string> result = {*program, "--endpoints", endpoint_};
  result.insert(result.end(), arguments.begin(), arguments.end());
  return result;
}

absl::Status Etcdctl::enableAuth(const Commands& before) const {
  Commands all = {{"user", "add", "root:secret"}, {"user", "grant-role", "root", "root"}};
  all.insert(all.end(), before.begin(), before.end());
  all.push_back({"auth", "enable"});
  for (const std::vector<std::string>& command : all) {
    if (const auto done = run(command); !done.ok()) return done.status();
  }
  return absl::OkStatus();
}

absl::Status Etcdctl::disableAuth() const {
  return run({"--user", "root:secret", "auth", "disable"}).status();
}

Etcdctl::Commands Etcdctl::annMayRead(const std::string& prefix) {
  return {{"user", "add", "ann:pw"},
          {"role", "add", "reader"},
          {"role", "grant-permission", "reader", "--prefix=true", "read", prefix},
          {"user", "grant-role", "ann", "reader"}};
}

absl::StatusOr<std::string> Etcdctl::run(std::vector<std::string> arguments) const {
  absl::StatusOr<std::vector<std::string>> line = command(std::move(arguments));
  if (!line.ok()) return line.status();
  const TemporaryFolder folder;
  SubprocessOptions options;
  options.command = *std::move(line);
  options.environment = {"ETCDCTL_API=3"};
  options.withoutEnvironment = {"ETCDCTL_"};  // etcdctl refuses a flag that is in the environment too
  options.outputFile = folder.file("stdout");
  options.errorFile = folder.file("stderr");
  auto process = Subprocess::start(std::move(options));
  if (!process.ok()) return process.status();
  const std::optional<int> exitCode = (*process)->wait(kTimeout);
  if (!exitCode) return absl::DeadlineExceededError("etcdctl does not end");
  if (*exitCode == 0) return contentOf(folder.file("stdout"));
  return absl::InternalError(
      absl::StrCat("etcdctl ended with ", *exitCode, ": ", contentOf(folder.file("stderr"))));
}

}  // namespace leasescope
