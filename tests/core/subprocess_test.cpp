#include "core/playground/subprocess.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/helper_role.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

constexpr char kOwnsASleep[] = "owns-a-sleep";
constexpr char kStartsOnAShortThread[] = "starts-on-a-short-thread";

SubprocessOptions shell(const std::string& script) {
  SubprocessOptions options;
  options.command = {"sh", "-c", script};
  return options;
}

std::string contentOf(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

int entriesIn(const std::string& folder) {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

/// A zombie counts as gone: whoever adopts an orphan may reap it late.
bool isGone(pid_t pid) {
  const std::string stat = contentOf("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name = stat.rfind(") ");
  return name == std::string::npos || stat[name + 2] == 'Z' || stat[name + 2] == 'X';
}

bool isGoneWithin(pid_t pid, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!isGone(pid)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

void reportSleepAndStay(const Subprocess& sleep) {
  std::printf("sleep=%d\n", static_cast<int>(sleep.pid()));
  std::fflush(stdout);
  for (;;) ::pause();
}

void ownASleep() {
  SubprocessOptions options;
  options.command = {"sleep", "1000"};
  auto sleep = Subprocess::start(options);
  if (sleep.ok()) reportSleepAndStay(**sleep);
}

void startOnAShortThread() {
  std::unique_ptr<Subprocess> sleep;
  std::thread([&sleep] {
    SubprocessOptions options;
    options.command = {"sleep", "1000"};
    sleep = *Subprocess::start(options);
  }).join();
  reportSleepAndStay(*sleep);
}

[[maybe_unused]] const auto* const kFirstRole =
    testing::AddGlobalTestEnvironment(new HelperRole(kOwnsASleep, ownASleep));
[[maybe_unused]] const auto* const kSecondRole =
    testing::AddGlobalTestEnvironment(new HelperRole(kStartsOnAShortThread, startOnAShortThread));

/// Starts a helper and waits until it has told the pid of its sleep.
std::unique_ptr<Subprocess> startHelper(const std::string& role, pid_t& sleep) {
  SubprocessOptions options = HelperRole::asHelper(role);
  // Lives as long as the helper may speak, which is longer than this function.
  auto shared = std::make_shared<std::atomic<int>>(0);
  options.onLine = [shared](std::string_view line) {
    if (line.starts_with("sleep=")) *shared = std::atoi(std::string(line.substr(6)).c_str());
  };
  auto helper = Subprocess::start(options);
  if (!helper.ok()) return nullptr;
  for (int i = 0; i < 2000 && *shared == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  sleep = *shared;
  return *std::move(helper);
}

TEST(Subprocess, reportsTheExitCode) {
  auto process = Subprocess::start(shell("exit 7"));
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_GT((*process)->pid(), 0);
  EXPECT_EQ((*process)->wait(absl::Seconds(10)), 7);
  EXPECT_FALSE((*process)->running());
  EXPECT_EQ((*process)->wait(absl::InfiniteDuration()), 7);
}

TEST(Subprocess, reportsTheSignalThatEndedIt) {
  auto process = Subprocess::start(shell("kill -SEGV $$"));
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ((*process)->wait(absl::Seconds(10)), 128 + SIGSEGV);
}

TEST(Subprocess, waitGivesUpAfterItsTimeout) {
  auto process = Subprocess::start(shell("sleep 1000"));
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ((*process)->wait(absl::ZeroDuration()), std::nullopt);
  EXPECT_EQ((*process)->wait(absl::Milliseconds(30)), std::nullopt);
  EXPECT_TRUE((*process)->running());
}

TEST(Subprocess, saysThatAProgramIsNotInPath) {
  SubprocessOptions options;
  options.command = {"no-such-program-as-this"};
  auto process = Subprocess::start(options);
  EXPECT_TRUE(absl::IsNotFound(process.status()));
  EXPECT_EQ(process.status().message(), "cannot run no-such-program-as-this: not found in PATH");
}

TEST(Subprocess, saysWhyTheExecFailed) {
  const TemporaryFolder folder;
  const std::string garbage = folder.file("garbage");
  std::ofstream(garbage) << "\x01\x02\x03";
  std::filesystem::permissions(garbage, std::filesystem::perms::owner_all);
  SubprocessOptions options;
  options.command = {garbage};
  EXPECT_EQ(Subprocess::start(options).status().message(), "cannot run " + garbage + ": Exec format error");
  options.command = {folder.file("missing")};
  auto missing = Subprocess::start(options);
  EXPECT_TRUE(absl::IsNotFound(missing.status())) << missing.status();
}

TEST(Subprocess, saysThatTheWorkingDirectoryIsMissing) {
  const TemporaryFolder folder;
  SubprocessOptions options = shell("true");
  options.workingDirectory = folder.file("missing");
  const std::string message(Subprocess::start(options).status().message());
  EXPECT_NE(message.find("in the folder " + options.workingDirectory), std::string::npos) << message;
}

TEST(Subprocess, refusesNonsense) {
  EXPECT_TRUE(absl::IsInvalidArgument(Subprocess::start({}).status()));
  const TemporaryFolder folder;
  SubprocessOptions both = shell("true");
  both.outputFile = folder.file("out");
  both.onLine = [](std::string_view) {};
  EXPECT_TRUE(absl::IsInvalidArgument(Subprocess::start(both).status()));
  SubprocessOptions unwritable = shell("true");
  unwritable.outputFile = folder.file("missing/out");
  EXPECT_FALSE(Subprocess::start(unwritable).ok());
}

TEST(Subprocess, appendsBothStreamsToOneFileOrToTwo) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("out")) << "before\n";
  SubprocessOptions options = shell("echo out; echo error >&2");
  options.outputFile = folder.file("out");
  EXPECT_EQ((*Subprocess::start(options))->wait(absl::Seconds(10)), 0);
  EXPECT_EQ(contentOf(folder.file("out")), "before\nout\nerror\n");
  options.errorFile = folder.file("error");
  EXPECT_EQ((*Subprocess::start(options))->wait(absl::Seconds(10)), 0);
  EXPECT_EQ(contentOf(folder.file("out")), "before\nout\nerror\nout\n");
  EXPECT_EQ(contentOf(folder.file("error")), "error\n");
}

TEST(Subprocess, handsOverEveryLineBeforeItReportsTheEnd) {
  std::vector<std::string> lines;
  SubprocessOptions options = shell("i=0; while [ $i -lt 5000 ]; do echo $i; i=$((i+1)); done; printf last");
  options.onLine = [&lines](std::string_view line) { lines.emplace_back(line); };
  auto process = Subprocess::start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_EQ((*process)->wait(absl::Seconds(30)), 0);
  ASSERT_EQ(lines.size(), 5001U);
  EXPECT_EQ(lines[4999], "4999");
  EXPECT_EQ(lines.back(), "last");
}

TEST(Subprocess, readsWhatIsWrittenToItsHeldInput) {
  std::vector<std::string> lines;
  SubprocessOptions options = shell("read first; read second; echo $second $first; exit 3");
  options.holdInput = true;
  options.onLine = [&lines](std::string_view line) { lines.emplace_back(line); };
  auto process = Subprocess::start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_TRUE((*process)->writeInput("one\n").ok());
  EXPECT_TRUE((*process)->writeInput("two\n").ok());
  ASSERT_EQ((*process)->wait(absl::Seconds(10)), 3);
  EXPECT_EQ(lines, std::vector<std::string>{"two one"});
}

TEST(Subprocess, writingToWhoDoesNotReadIsAnErrorAndNoWait) {
  SubprocessOptions options = shell("sleep 100");
  options.holdInput = true;
  auto process = Subprocess::start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  const std::string much(1 << 20, 'x');
  bool written = true;
  for (int i = 0; i < 64 && written; ++i) written = (*process)->writeInput(much).ok();
  EXPECT_FALSE(written);
  (*process)->terminate(absl::Seconds(1));
  EXPECT_FALSE((*process)->writeInput("more").ok()) << "and no SIGPIPE";
}

TEST(Subprocess, endsAlthoughAGrandchildKeepsThePipeOpen) {
  std::vector<std::string> lines;
  SubprocessOptions options = shell("sleep 1000 & echo $!");
  options.onLine = [&lines](std::string_view line) { lines.emplace_back(line); };
  auto process = Subprocess::start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ((*process)->wait(absl::Seconds(10)), 0);
  ASSERT_EQ(lines.size(), 1U);
  ::kill(std::atoi(lines[0].c_str()), SIGKILL);
}

TEST(Subprocess, terminateIsPoliteFirst) {
  const TemporaryFolder folder;
  SubprocessOptions options = shell("trap 'echo bye; exit 3' TERM; sleep 1000 & echo ready; wait");
  options.outputFile = folder.file("out");
  auto process = Subprocess::start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  while (contentOf(folder.file("out")).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  (*process)->terminate(absl::Seconds(10));
  EXPECT_EQ((*process)->wait(absl::ZeroDuration()), 3);
  EXPECT_EQ(contentOf(folder.file("out")), "ready\nbye\n");
}

TEST(Subprocess, terminateKillsWhoDoesNotListen) {
  const TemporaryFolder folder;
  SubprocessOptions options = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
  options.outputFile = folder.file("out");
  auto process = Subprocess::start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  while (contentOf(folder.file("out")).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  (*process)->terminate(absl::Milliseconds(50));
  EXPECT_EQ((*process)->wait(absl::ZeroDuration()), 128 + SIGKILL);
  (*process)->terminate(absl::Milliseconds(50));
}

TEST(Subprocess, terminateTakesTheWholeGroup) {
  std::atomic<int> grandchild{0};
  SubprocessOptions options = shell("sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.01; done' & wait");
  options.onLine = [&grandchild](std::string_view line) {
    grandchild = std::atoi(std::string(line).c_str());
  };
  auto process = Subprocess::start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  while (grandchild == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  (*process)->terminate(absl::Seconds(5));
  EXPECT_TRUE(isGoneWithin(grandchild, std::chrono::seconds(5)));
}

TEST(Subprocess, destructorEndsTheProcess) {
  pid_t pid = 0;
  {
    auto process = Subprocess::start(shell("exec sleep 1000"));
    ASSERT_TRUE(process.ok()) << process.status();
    pid = (*process)->pid();
  }
  EXPECT_NE(::kill(pid, 0), 0);  // reaped as well, or it would be there as a zombie
}

TEST(Subprocess, passesTheEnvironmentOnWithChanges) {
  const TemporaryFolder folder;
  ::setenv("LEASESCOPE_TEST_KEPT", "kept", 1);
  ::setenv("LEASESCOPE_TEST_REPLACED", "old", 1);
  ::setenv("LEASESCOPE_DROPPED_ONE", "there", 1);
  SubprocessOptions options = shell(
      "echo $LEASESCOPE_TEST_KEPT $LEASESCOPE_TEST_REPLACED ${LEASESCOPE_DROPPED_ONE-gone} "
      "$LEASESCOPE_DROPPED_BUT");
  options.environment = {"LEASESCOPE_TEST_REPLACED=new", "LEASESCOPE_DROPPED_BUT=added"};
  options.withoutEnvironment = {"LEASESCOPE_DROPPED_"};
  options.outputFile = folder.file("out");
  EXPECT_EQ((*Subprocess::start(options))->wait(absl::Seconds(10)), 0);
  EXPECT_EQ(contentOf(folder.file("out")), "kept new gone added\n");
  ::unsetenv("LEASESCOPE_TEST_KEPT");
  ::unsetenv("LEASESCOPE_TEST_REPLACED");
  ::unsetenv("LEASESCOPE_DROPPED_ONE");
}

TEST(Subprocess, childHasNothingOfOursButItsThreeDescriptors) {
  const TemporaryFolder folder;
  const int leaky = ::dup(STDERR_FILENO);  // without close-on-exec, as a careless library would open it
  ::signal(SIGPIPE, SIG_IGN);
  SubprocessOptions options;
  options.command = {"sh", "-c",
                     "ls /proc/self/fd; readlink /proc/self/fd/0; grep -E '^Sig(Blk|Ign)' /proc/self/status;"
                     "ps -o pgid= -p $$ 2>/dev/null || cut -d' ' -f5 /proc/$$/stat"};
  options.outputFile = folder.file("out");
  options.workingDirectory = folder.path();
  auto process = Subprocess::start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_EQ((*process)->wait(absl::Seconds(10)), 0);
  ::signal(SIGPIPE, SIG_DFL);
  ::close(leaky);
  std::istringstream out(contentOf(folder.file("out")));
  std::string fds;
  std::string input;
  for (std::string word; out >> word;) {
    if (word.starts_with("/")) {
      input = word;
      break;
    }
    fds += word + " ";
  }
  std::string label;
  std::string blocked;
  std::string ignored;
  int group = 0;
  out >> label >> blocked >> label >> ignored >> group;
  EXPECT_EQ(fds, "0 1 2 3 ");  // 3 is the folder that ls reads
  EXPECT_EQ(input, "/dev/null");
  EXPECT_EQ(blocked, "0000000000000000");
  EXPECT_EQ(ignored, "0000000000000000");
  EXPECT_EQ(group, (*process)->pid());
}

TEST(Subprocess, leaksNeitherDescriptorsNorThreads) {
  SubprocessOptions failing;
  failing.command = {"/no/such/file"};
  const auto round = [&failing] {
    SubprocessOptions options = shell("echo line");
    options.onLine = [](std::string_view) {};
    (void)(*Subprocess::start(options))->wait(absl::Seconds(10));
    EXPECT_FALSE(Subprocess::start(failing).ok());
    EXPECT_TRUE(Subprocess::start(shell("sleep 1000")).ok());
  };
  round();
  const int descriptors = entriesIn("/proc/self/fd");
  const int threads = entriesIn("/proc/self/task");
  for (int i = 0; i < 5; ++i) round();
  EXPECT_EQ(entriesIn("/proc/self/fd"), descriptors);
  EXPECT_EQ(entriesIn("/proc/self/task"), threads);
}

TEST(Subprocess, manyAtOnceFromManyThreads) {
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&right, i] {
      for (int j = 0; j < 5; ++j) {
        auto process = Subprocess::start(shell("exit " + std::to_string(i)));
        if (process.ok() && (*process)->wait(absl::Seconds(30)) == i) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 40);
}

TEST(Subprocess, diesWhenTheProgramIsKilled) {
  pid_t sleep = 0;
  auto helper = startHelper(kOwnsASleep, sleep);
  ASSERT_NE(helper, nullptr);
  ASSERT_GT(sleep, 0);
  EXPECT_FALSE(isGone(sleep));
  ::kill(helper->pid(), SIGKILL);
  EXPECT_EQ(helper->wait(absl::Seconds(10)), 128 + SIGKILL);
  EXPECT_TRUE(isGoneWithin(sleep, std::chrono::seconds(5)));
}

TEST(Subprocess, outlivesTheThreadThatStartedItButNotTheProgram) {
  pid_t sleep = 0;
  auto helper = startHelper(kStartsOnAShortThread, sleep);
  ASSERT_NE(helper, nullptr);
  ASSERT_GT(sleep, 0);
  EXPECT_FALSE(isGoneWithin(sleep, std::chrono::milliseconds(200)));
  ::kill(helper->pid(), SIGKILL);
  EXPECT_TRUE(isGoneWithin(sleep, std::chrono::seconds(5)));
}

}  // namespace
}  // namespace leasescope
