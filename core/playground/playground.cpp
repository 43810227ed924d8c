#include "core/playground/playground.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/playground/etcd_log.h"
#include "core/playground/find_etcd.h"
#include "core/playground/find_executable.h"
#include "core/playground/loopback.h"

namespace leasescope {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPortAttempts = 5;
constexpr int kTailLines = 10;
constexpr int kErrorLines = 3;
constexpr char kPortTaken[] = "address already in use";
constexpr absl::Duration kPollInterval = absl::Milliseconds(10);
constexpr absl::Duration kAnswerTimeout = absl::Seconds(1);

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string url(std::uint16_t port) { return absl::StrCat("http://127.0.0.1:", port); }

/// Absolute, because the server gets a working folder of its own.
absl::StatusOr<std::string> etcdToRun(const std::string& chosen) {
  absl::StatusOr<std::string> path = chosen.empty() ? findEtcd() : chosen;
  if (!path.ok()) return path;
  std::optional<std::string> found = findExecutable(*path);
  if (!found)
    return absl::NotFoundError(absl::StrCat("cannot run etcd: ", *path, " is not an executable file"));
  return std::filesystem::absolute(*found).string();
}

std::vector<std::string> childEnvironment() {
#if defined(__aarch64__)
  return {"ETCD_UNSUPPORTED_ARCH=arm64"};  // 3.4 refuses to run there without it
#else
  return {};
#endif
}

}  // namespace

Playground::Playground(PlaygroundFolder folder, EtcdBinary binary)
    : folder_(std::move(folder)),
      binary_(std::move(binary)),
      memberName_(std::filesystem::path(folder_.path()).filename().string()) {}

Playground::~Playground() { stop(); }

absl::StatusOr<std::unique_ptr<Playground>> Playground::start(PlaygroundOptions options) {
  sweep();
  absl::StatusOr<std::string> path = etcdToRun(options.etcdBinary);
  if (!path.ok()) return path.status();
  absl::StatusOr<PlaygroundFolder> folder = PlaygroundFolder::create();
  if (!folder.ok()) return folder.status();
  absl::StatusOr<EtcdBinary> binary = inspectEtcd(*path, folder->path());
  if (!binary.ok()) return binary.status();
  std::unique_ptr<Playground> playground(new Playground(*std::move(folder), *std::move(binary)));
  absl::Status started = playground->startOnFreePorts(options);
  if (!started.ok()) return started;
  return playground;
}

int Playground::sweep() { return PlaygroundFolder::sweep(); }

std::string Playground::endpoint() const { return absl::StrCat("127.0.0.1:", clientPort_); }

std::string Playground::logTail() const { return lastLines(folder_.logFile(), kTailLines); }

void Playground::stop() {
  // Killed, not asked: asked, etcd waits for open streams, and there is no data worth saving.
  if (process_) process_->terminate(absl::ZeroDuration());
  folder_.remove();
}

absl::Status Playground::startOnFreePorts(const PlaygroundOptions& options) {
  absl::Status status;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    status = tryToStart(options);
    if (!absl::IsAlreadyExists(status)) return status;
    discardAttempt();
  }
  return status;
}

absl::Status Playground::tryToStart(const PlaygroundOptions& options) {
  absl::StatusOr<std::vector<std::uint16_t>> ports = freeLoopbackPorts(2);
  if (!ports.ok()) return ports.status();
  clientPort_ = (*ports)[0];
  peerPort_ = (*ports)[1];

  SubprocessOptions child;
  child.command = command(options.extraArguments);
  child.environment = childEnvironment();
  child.withoutEnvironment = {"ETCD_"};  // etcd reads every flag from there too
  child.outputFile = folder_.logFile();
  child.workingDirectory = folder_.path();
  auto process = Subprocess::start(std::move(child));
  if (!process.ok()) return process.status();
  process_ = *std::move(process);
  absl::Status noted = folder_.writePid(process_->pid());
  return noted.ok() ? waitUntilReady(options.readyTimeout) : noted;
}

std::vector<std::string> Playground::command(const std::vector<std::string>& extraArguments) const {
  std::vector<std::string> result = {binary_.path,
                                     "--name",
                                     memberName_,
                                     "--data-dir",
                                     folder_.dataFolder(),
                                     "--listen-client-urls",
                                     url(clientPort_),
                                     "--advertise-client-urls",
                                     url(clientPort_),
                                     "--listen-peer-urls",
                                     url(peerPort_),
                                     "--initial-advertise-peer-urls",
                                     url(peerPort_),
                                     "--initial-cluster",
                                     absl::StrCat(memberName_, "=", url(peerPort_)),
                                     "--initial-cluster-token",
                                     memberName_,
                                     "--heartbeat-interval",
                                     "20",
                                     "--election-timeout",
                                     "200"};
  const std::vector<std::string> quiet = binary_.quietFlags();
  result.insert(result.end(), quiet.begin(), quiet.end());
  if (binary_.knowsFlag("--unsafe-no-fsync")) result.emplace_back("--unsafe-no-fsync");
  result.insert(result.end(), extraArguments.begin(), extraArguments.end());
  return result;
}

absl::Status Playground::waitUntilReady(absl::Duration timeout) const {
  const Clock::time_point deadline = Clock::now() + absl::ToChronoMilliseconds(timeout);
  while (Clock::now() < deadline) {
    if (std::optional<int> exitCode = process_->wait(kPollInterval)) return endedEarly(*exitCode);
    if (!serves()) continue;
    if (isOurServer()) return absl::OkStatus();
    return absl::AlreadyExistsError(absl::StrCat("another server answers on port ", clientPort_));
  }
  const std::string log = briefLog(lastLines(folder_.logFile(), kErrorLines));
  return absl::DeadlineExceededError(absl::StrCat("etcd was not ready after ", absl::FormatDuration(timeout),
                                                  log.empty() ? "" : "; it logged: ", log));
}

bool Playground::serves() const {
  absl::StatusOr<std::string> answer = httpOverLoopback(clientPort_, "/health", "", kAnswerTimeout);
  return answer.ok() && contains(*answer, "\"health\":\"true\"");
}

/// Somebody else's etcd may have got the port between our look and our server's start.
bool Playground::isOurServer() const {
  absl::StatusOr<std::string> answer =
      httpOverLoopback(clientPort_, binary_.gateway() + "/cluster/member/list", "{}", kAnswerTimeout);
  return answer.ok() && contains(*answer, absl::StrCat("\"", memberName_, "\""));
}

absl::Status Playground::endedEarly(int exitCode) const {
  const std::string log = briefLog(lastLines(folder_.logFile(), kErrorLines));
  const std::string message = absl::StrCat("etcd ", binary_.version, " ended at once with code ", exitCode,
                                           log.empty() ? " and logged nothing" : ": ", log);
  return contains(log, kPortTaken) ? absl::AlreadyExistsError(message) : absl::UnavailableError(message);
}

void Playground::discardAttempt() {
  if (process_) process_->terminate(absl::ZeroDuration());
  std::error_code ignored;
  std::filesystem::remove_all(folder_.dataFolder(), ignored);
  std::filesystem::remove(folder_.logFile(), ignored);
}

}  // namespace leasescope
