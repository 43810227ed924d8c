#include "core/playground/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/playground/unique_fd.h"

namespace leasescope {
namespace {

constexpr int kExecFailed = 127;

enum class Step : int { Bind, Descriptors, Directory, Exec };

/// What the child sends through the pipe when it could not become the program.
struct Failure {
  Step step;
  int error;
};

/// Everything the child touches between fork and exec, made before the fork: after it, memory may not be
/// allocated because another thread may have held the allocator's lock.
struct ChildPlan {
  const SpawnRequest* request;
  std::vector<char*> argv;
  std::vector<char*> envp;
  int failurePipe;
  int descriptorLimit;
  pid_t parent;
};

std::vector<char*> pointersTo(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// From here to runChild(): async-signal-safe calls only (signal-safety(7)).

[[noreturn]] void fail(const ChildPlan& plan, Step step) {
  const Failure failure{step, errno};
  [[maybe_unused]] const ssize_t written = ::write(plan.failurePipe, &failure, sizeof failure);
  ::_exit(kExecFailed);
}

void defaultSignals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void closeOthersOnExec(int limit) {
  if (::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  for (int fd = STDERR_FILENO + 1; fd < limit; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void runChild(const ChildPlan& plan) {
  const SpawnRequest& request = *plan.request;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(plan, Step::Bind);
  if (::getppid() != plan.parent) ::_exit(kExecFailed);  // the parent died before the line above
  ::setpgid(0, 0);
  defaultSignals();
  if (::dup2(request.standardInput, STDIN_FILENO) < 0 || ::dup2(request.standardOutput, STDOUT_FILENO) < 0 ||
      ::dup2(request.standardError, STDERR_FILENO) < 0) {
    fail(plan, Step::Descriptors);
  }
  closeOthersOnExec(plan.descriptorLimit);
  if (!request.workingDirectory.empty() && ::chdir(request.workingDirectory.c_str()) != 0) {
    fail(plan, Step::Directory);
  }
  ::execve(request.program.c_str(), plan.argv.data(), plan.envp.data());
  fail(plan, Step::Exec);
}

bool readFailure(int fd, Failure& failure) {
  ssize_t got;
  do {
    got = ::read(fd, &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof failure);
}

absl::Status describe(const Failure& failure, const SpawnRequest& request) {
  switch (failure.step) {
    case Step::Directory:
      return absl::ErrnoToStatus(failure.error, absl::StrCat("cannot run ", request.program,
                                                             " in the folder ", request.workingDirectory));
    case Step::Bind:
    case Step::Descriptors:
      return absl::ErrnoToStatus(failure.error,
                                 absl::StrCat("cannot prepare a process for ", request.program));
    case Step::Exec:
      break;
  }
  return absl::ErrnoToStatus(failure.error, absl::StrCat("cannot run ", request.program));
}

}  // namespace

absl::StatusOr<pid_t> spawnBoundToThisThread(const SpawnRequest& request) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "cannot make a pipe");
  UniqueFd readEnd = UniqueFd::aboveStandard(ends[0]);
  UniqueFd writeEnd = UniqueFd::aboveStandard(ends[1]);
  if (!readEnd.valid() || !writeEnd.valid()) return absl::ErrnoToStatus(errno, "cannot make a pipe");

  const int limit = static_cast<int>(std::clamp(::sysconf(_SC_OPEN_MAX), 256L, 65536L));
  const ChildPlan plan{
      &request,  pointersTo(request.arguments), pointersTo(request.environment), writeEnd.get(), limit,
      ::getpid()};
  const pid_t child = ::fork();
  if (child == 0) runChild(plan);
  if (child < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot fork for ", request.program));

  writeEnd.reset();
  Failure failure{};
  if (!readFailure(readEnd.get(), failure)) return child;
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return describe(failure, request);
}

}  // namespace leasescope
