#include "core/playground/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/playground/find_executable.h"
#include "core/playground/line_splitter.h"

namespace leasescope {
namespace {

constexpr char kThreadName[] = "subprocess";
constexpr absl::Duration kDestructorGrace = absl::Milliseconds(500);
constexpr int kPollWithoutPidfdMs = 50;
constexpr int kMostReadsAfterExit = 64;  // a grandchild that goes on writing must not keep us here
constexpr int kExitUnknown = 255;        // the child was reaped by somebody else (SIGCHLD ignored)

bool dropped(std::string_view variable, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return variable.substr(0, prefix.size()) == prefix; });
}

bool sameName(std::string_view a, std::string_view b) {
  return a.substr(0, a.find('=')) == b.substr(0, b.find('='));
}

std::vector<std::string> childEnvironment(const SubprocessOptions& options) {
  std::vector<std::string> result = options.environment;
  for (char** inherited = environ; *inherited != nullptr; ++inherited) {
    const bool replaced = std::any_of(options.environment.begin(), options.environment.end(),
                                      [&](const std::string& added) { return sameName(added, *inherited); });
    if (!replaced && !dropped(*inherited, options.withoutEnvironment)) result.emplace_back(*inherited);
  }
  return result;
}

absl::StatusOr<UniqueFd> openFile(const std::string& path, int flags) {
  UniqueFd fd = UniqueFd::aboveStandard(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  return fd;
}

absl::StatusOr<UniqueFd> openToAppend(const std::string& path) {
  if (path.empty()) return openFile("/dev/null", O_WRONLY);
  return openFile(path, O_WRONLY | O_APPEND | O_CREAT);
}

absl::Status openPipe(UniqueFd& readEnd, UniqueFd& writeEnd) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "cannot make a pipe");
  readEnd = UniqueFd::aboveStandard(ends[0]);
  writeEnd = UniqueFd::aboveStandard(ends[1]);
  if (!readEnd.valid() || !writeEnd.valid()) {
    return absl::ErrnoToStatus(errno, "cannot make a pipe");
  }
  return absl::OkStatus();
}

/// A socket and not a pipe: writing to a process that has ended must be an error, not a SIGPIPE.
absl::Status openHeldInput(UniqueFd& childEnd, UniqueFd& ownEnd) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "cannot make a pair of sockets");
  }
  childEnd = UniqueFd::aboveStandard(ends[0]);
  ownEnd = UniqueFd::aboveStandard(ends[1]);
  if (!childEnd.valid() || !ownEnd.valid()) {
    return absl::ErrnoToStatus(errno, "cannot make a pair of sockets");
  }
  return absl::OkStatus();
}

/// False at the end of the stream or when nothing is there; `ended` tells which.
bool readOnce(int fd, LineSplitter& lines, bool& ended) {
  std::array<char, 65536> buffer;
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got > 0) {
    lines.feed(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
    return true;
  }
  ended = got == 0 || (errno != EAGAIN && errno != EINTR);
  return false;
}

/// Looks without reaping, so that the pid stays ours.
bool exited(pid_t pid) {
  siginfo_t info{};
  const int result = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT | WNOHANG);
  return result == 0 ? info.si_pid == pid : errno == ECHILD;
}

int exitCodeOf(int waitStatus) {
  return WIFSIGNALED(waitStatus) ? 128 + WTERMSIG(waitStatus) : WEXITSTATUS(waitStatus);
}

void blockAllSignals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

std::chrono::steady_clock::time_point deadlineAfter(absl::Duration timeout) {
  constexpr absl::Duration kForever = absl::Hours(24 * 365);  // a far infinity overflows the clock
  return std::chrono::steady_clock::now() +
         absl::ToChronoNanoseconds(std::clamp(timeout, absl::ZeroDuration(), kForever));
}

}  // namespace

absl::StatusOr<Subprocess::Descriptors> Subprocess::openDescriptors(const SubprocessOptions& options) {
  Descriptors result;
  if (options.holdInput) {
    absl::Status made = openHeldInput(result.input, result.heldInput);
    if (!made.ok()) return made;
  } else {
    absl::StatusOr<UniqueFd> input = openFile("/dev/null", O_RDONLY);
    if (!input.ok()) return input.status();
    result.input = *std::move(input);
  }

  absl::StatusOr<UniqueFd> error =
      openToAppend(options.errorFile.empty() ? options.outputFile : options.errorFile);
  if (!error.ok()) return error.status();
  result.error = *std::move(error);

  if (options.onLine) {
    absl::Status made = openPipe(result.lines, result.output);
    if (!made.ok()) return made;
    if (::fcntl(result.lines.get(), F_SETFL, O_NONBLOCK) == 0) return result;
    return absl::ErrnoToStatus(errno, "cannot read a pipe without waiting");
  }
  absl::StatusOr<UniqueFd> output = openToAppend(options.outputFile);
  if (!output.ok()) return output.status();
  result.output = *std::move(output);
  return result;
}

absl::StatusOr<std::unique_ptr<Subprocess>> Subprocess::start(SubprocessOptions options) {
  if (options.command.empty() || options.command.front().empty()) {
    return absl::InvalidArgumentError("cannot run an empty command");
  }
  if (options.onLine && !options.outputFile.empty()) {
    return absl::InvalidArgumentError("output goes either to a file or to a function, not to both");
  }
  SpawnRequest request;
  request.program = options.command.front();
  if (request.program.find('/') == std::string::npos) {
    std::optional<std::string> found = findExecutable(request.program);
    if (!found)
      return absl::NotFoundError(absl::StrCat("cannot run ", request.program, ": not found in PATH"));
    request.program = *std::move(found);
  }
  request.environment = childEnvironment(options);
  request.workingDirectory = options.workingDirectory;
  absl::StatusOr<Descriptors> descriptors = openDescriptors(options);
  if (!descriptors.ok()) return descriptors.status();
  request.arguments = std::move(options.command);

  std::unique_ptr<Subprocess> process(new Subprocess(std::move(options.onLine)));
  absl::Status launched = process->launch(std::move(request), *std::move(descriptors));
  if (!launched.ok()) return launched;
  return process;
}

absl::Status Subprocess::launch(SpawnRequest request, Descriptors descriptors) {
  request.standardInput = descriptors.input.get();
  request.standardOutput = descriptors.output.get();
  request.standardError = descriptors.error.get();
  heldInput_ = std::move(descriptors.heldInput);
  try {
    supervisor_ =
        std::thread([this, request = std::move(request), descriptors = std::move(descriptors)]() mutable {
          supervise(request, std::move(descriptors));
        });
  } catch (const std::system_error& error) {
    return absl::ResourceExhaustedError(absl::StrCat("cannot start a thread: ", error.what()));
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return spawned_.has_value(); });
  return spawned_->status();
}

Subprocess::~Subprocess() {
  if (pid_ > 0) terminate(kDestructorGrace);
  if (supervisor_.joinable()) supervisor_.join();
}

bool Subprocess::running() const {
  std::lock_guard lock(mutex_);
  return !exitCode_.has_value();
}

std::optional<int> Subprocess::wait(absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadlineAfter(timeout), [this] { return exitCode_.has_value(); });
  return exitCode_;
}

absl::Status Subprocess::writeInput(std::string_view text) const {
  const ssize_t sent = ::send(heldInput_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(text.size())) return absl::OkStatus();
  if (sent < 0) return absl::ErrnoToStatus(errno, "cannot write to the process");
  return absl::ResourceExhaustedError("the process does not read what is written to it");
}

void Subprocess::terminate(absl::Duration grace) {
  std::unique_lock lock(mutex_);
  const auto gone = [this] { return exitCode_.has_value(); };
  if (gone()) return;
  ending_ = true;
  if (grace > absl::ZeroDuration()) {
    signalGroup(SIGTERM);
    if (changed_.wait_until(lock, deadlineAfter(grace), gone)) return;
  }
  signalGroup(SIGKILL);
  changed_.wait(lock, gone);
}

void Subprocess::signalGroup(int signal) const {
  if (::kill(-pid_, signal) != 0) ::kill(pid_, signal);
}

void Subprocess::supervise(const SpawnRequest& request, Descriptors descriptors) {
  ::pthread_setname_np(::pthread_self(), kThreadName);
  blockAllSignals();
  absl::StatusOr<pid_t> child = spawnBoundToThisThread(request);
  descriptors.input.reset();
  descriptors.output.reset();
  descriptors.error.reset();
  {
    std::lock_guard lock(mutex_);
    spawned_ = child;
    if (child.ok()) pid_ = *child;
    changed_.notify_all();
  }
  if (!child.ok()) return;
  followUntilExit(descriptors.lines);
  reap();
}

void Subprocess::followUntilExit(const UniqueFd& lines) {
  // pidfd_open(2) is missing before Linux 5.3 and in some sandboxes; poll() ignores a descriptor below zero.
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  LineSplitter splitter(onLine_);
  std::array<pollfd, 2> sources{pollfd{pidfd.get(), POLLIN, 0}, pollfd{lines.get(), POLLIN, 0}};
  bool ended = !lines.valid();
  while (!exited(pid_)) {
    ::poll(sources.data(), sources.size(), pidfd.valid() ? -1 : kPollWithoutPidfdMs);
    if (!ended) readOnce(lines.get(), splitter, ended);
    if (ended) sources[1].fd = -1;
  }
  for (int reads = 0; !ended && reads < kMostReadsAfterExit; ++reads) {
    if (!readOnce(lines.get(), splitter, ended)) break;
  }
  splitter.finish();
}

void Subprocess::reap() {
  std::lock_guard lock(mutex_);
  // While the leader is a zombie, the group's number is still its own.
  if (ending_) ::kill(-pid_, SIGKILL);
  int status = 0;
  pid_t reaped;
  do {
    reaped = ::waitpid(pid_, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  exitCode_ = reaped == pid_ ? exitCodeOf(status) : kExitUnknown;
  changed_.notify_all();
}

}  // namespace leasescope
