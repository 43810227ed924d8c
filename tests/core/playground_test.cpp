#include "core/playground/playground.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "core/playground/etcd_log.h"
#include "core/playground/find_etcd.h"
#include "core/playground/loopback.h"
#include "tests/support/etcdctl.h"
#include "tests/support/helper_role.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

namespace fs = std::filesystem;

constexpr char kOwnsAPlayground[] = "owns-a-playground";

void ownAPlayground() {
  auto playground = Playground::start();
  if (!playground.ok()) return;
  std::printf("folder=%s\netcd=%d\n", (*playground)->folder().c_str(),
              static_cast<int>((*playground)->pid()));
  std::fflush(stdout);
  for (;;) ::pause();
}

[[maybe_unused]] const auto* const kRole =
    testing::AddGlobalTestEnvironment(new HelperRole(kOwnsAPlayground, ownAPlayground));

/// A program that is just being started has none for a moment, although exec has closed its descriptors.
bool showsArguments(pid_t pid) {
  return std::ifstream("/proc/" + std::to_string(pid) + "/cmdline").peek() !=
         std::ifstream::traits_type::eof();
}

/// Each test has a temporary root of its own, so that sweeps see nothing else.
class PlaygroundTest : public testing::Test {
 protected:
  std::string makeLeftOver(const std::string& name) const {
    std::string path = root_.file("leasescope-playground-" + name);
    fs::create_directories(path + "/data/member");
    std::ofstream(path + "/owner.lock") << "";
    std::ofstream(path + "/data/member/db") << "some bytes";
    return path;
  }

  const TemporaryFolder root_;
  const ScopedVariable variable_{"TMPDIR", root_.path()};
};

std::string scriptIn(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  std::string path = folder.file(name);
  std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

bool within(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

TEST_F(PlaygroundTest, serves) {
  auto playground = Playground::start();
  ASSERT_TRUE(playground.ok()) << playground.status();
  EXPECT_TRUE((*playground)->running());
  EXPECT_GT((*playground)->pid(), 0);
  EXPECT_EQ((*playground)->endpoint().rfind("127.0.0.1:", 0), 0U);
  EXPECT_EQ((*playground)->version().rfind("3.", 0), 0U) << (*playground)->version();

  const Etcdctl etcdctl((*playground)->endpoint());
  EXPECT_EQ(*etcdctl.run({"put", "greeting", "hello"}), "OK\n");
  EXPECT_EQ(*etcdctl.run({"get", "greeting"}), "greeting\nhello\n");
  const auto lease = etcdctl.run({"lease", "grant", "1"});
  ASSERT_TRUE(lease.ok()) << lease.status();
  EXPECT_NE(lease->find("granted with TTL(1s)"), std::string::npos) << *lease;
  const auto wrong = etcdctl.run({"no-such-command"});
  EXPECT_NE(wrong.status().message().find("unknown command"), absl::string_view::npos) << wrong.status();
}

TEST_F(PlaygroundTest, folderIsPrivateAndGoneAfterStop) {
  auto playground = Playground::start();
  ASSERT_TRUE(playground.ok()) << playground.status();
  const std::string folder = (*playground)->folder();
  const pid_t pid = (*playground)->pid();
  EXPECT_EQ(folder.rfind(root_.file("leasescope-playground-"), 0), 0U) << folder;
  struct stat info {};
  ASSERT_EQ(::stat(folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
  (*playground)->stop();
  EXPECT_FALSE((*playground)->running());
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_NE(::kill(pid, 0), 0);
  (*playground)->stop();
  EXPECT_EQ((*playground)->logTail(), "");
  EXPECT_TRUE(fs::is_empty(root_.path()));
}

TEST_F(PlaygroundTest, destructorStops) {
  std::string folder;
  {
    auto playground = Playground::start();
    ASSERT_TRUE(playground.ok()) << playground.status();
    folder = (*playground)->folder();
    EXPECT_TRUE(fs::exists(folder));
  }
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(PlaygroundTest, twoAtOnceShareNothing) {
  auto first = Playground::start();
  auto second = Playground::start();
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_NE((*first)->endpoint(), (*second)->endpoint());
  EXPECT_NE((*first)->folder(), (*second)->folder());
  ASSERT_TRUE(Etcdctl((*first)->endpoint()).run({"put", "only", "here"}).ok());
  EXPECT_EQ(*Etcdctl((*second)->endpoint()).run({"get", "only"}), "");
  (*first)->stop();
  EXPECT_TRUE((*second)->running());
}

TEST_F(PlaygroundTest, manyStartAtTheSameMoment) {
  std::atomic<int> started{0};
  std::vector<std::thread> threads;
  threads.reserve(6);
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&started] {
      PlaygroundOptions options;
      options.readyTimeout = absl::Seconds(60);
      auto playground = Playground::start(options);
      EXPECT_TRUE(playground.ok()) << playground.status();
      if (playground.ok()) ++started;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(started, 6);
  EXPECT_TRUE(fs::is_empty(root_.path()));
}

TEST_F(PlaygroundTest, ignoresEtcdVariablesOfTheEnvironment) {
  const ScopedVariable name("ETCD_NAME", "somebody-else");
  const ScopedVariable cluster("ETCD_INITIAL_CLUSTER", "nonsense");
  const ScopedVariable auth("ETCD_AUTH_TOKEN", "nonsense");
  auto playground = Playground::start();
  EXPECT_TRUE(playground.ok()) << playground.status();
}

TEST_F(PlaygroundTest, extraArgumentsWin) {
  PlaygroundOptions options;
  options.extraArguments = {"--election-timeout", "1000", "--heartbeat-interval", "100"};
  auto playground = Playground::start(options);
  ASSERT_TRUE(playground.ok()) << playground.status();
  const auto lease = Etcdctl((*playground)->endpoint()).run({"lease", "grant", "1"});
  ASSERT_TRUE(lease.ok()) << lease.status();
  EXPECT_NE(lease->find("granted with TTL(2s)"), std::string::npos) << *lease;
}

TEST_F(PlaygroundTest, earlyEndSaysWhy) {
  PlaygroundOptions options;
  options.extraArguments = {"--auth-token", "nonsense"};
  auto playground = Playground::start(options);
  ASSERT_FALSE(playground.ok());
  const std::string message(playground.status().message());
  EXPECT_NE(message.find("ended at once with code 1: "), std::string::npos) << message;
  EXPECT_NE(message.find("auth"), std::string::npos) << message;
  EXPECT_EQ(message.find("stacktrace"), std::string::npos) << message;
  EXPECT_TRUE(fs::is_empty(root_.path()));
}

TEST_F(PlaygroundTest, takesOtherPortsWhenOneIsTaken) {
  // Fails as etcd does on a taken port the first time, and is etcd the second time.
  const TemporaryFolder folder;
  const std::string etcd = *findEtcd();
  PlaygroundOptions options;
  options.etcdBinary = scriptIn(
      folder, "etcd",
      "case \"$1\" in --version | --help) exec " + etcd + " \"$1\" ;; esac\n" + "if [ -e " +
          folder.file("once") + " ]; then exec " + etcd + " \"$@\"; fi\n" + "touch " + folder.file("once") +
          "\n" + "echo 'listen tcp 127.0.0.1:1: bind: address already in use' >&2; exit 1");
  auto playground = Playground::start(options);
  ASSERT_TRUE(playground.ok()) << playground.status();
  EXPECT_TRUE(fs::exists(folder.file("once")));
  EXPECT_EQ((*playground)->logTail(), "");
}

TEST_F(PlaygroundTest, doesNotTakeAnotherServerForItsOwn) {
  // A server that answers on the port, but is another member than the one that was asked for.
  const TemporaryFolder folder;
  const std::string etcd = *findEtcd();
  PlaygroundOptions options;
  options.readyTimeout = absl::Seconds(2);
  options.etcdBinary = scriptIn(folder, "etcd",
                                "case \"$1\" in --version | --help) exec " + etcd + " \"$1\" ;; esac\n" +
                                    "shift 2; exec " + etcd +
                                    " --name other "
                                    "$(echo \"$@\" | sed 's/leasescope-playground-[A-Za-z0-9]*=/other=/')");
  auto playground = Playground::start(options);
  ASSERT_FALSE(playground.ok());
  EXPECT_NE(playground.status().message().find("another server answers on port"), absl::string_view::npos)
      << playground.status();
}

TEST_F(PlaygroundTest, notReadyInTimeSaysSo) {
  const TemporaryFolder folder;
  PlaygroundOptions options;
  options.readyTimeout = absl::Milliseconds(200);
  options.etcdBinary = scriptIn(folder, "etcd",
                                "case \"$1\" in --version | --help) exec " + *findEtcd() +
                                    " \"$1\" ;; esac; echo 'still thinking' >&2; exec sleep 1000");
  auto playground = Playground::start(options);
  EXPECT_TRUE(absl::IsDeadlineExceeded(playground.status()));
  EXPECT_EQ(playground.status().message(), "etcd was not ready after 200ms; it logged: still thinking");
  EXPECT_EQ(Playground::sweep(), 0);
  for (const auto& entry : fs::directory_iterator(root_.path())) {
    EXPECT_EQ(entry.path().string(), folder.path()) << "left behind";
  }
}

TEST_F(PlaygroundTest, refusesWhatIsNotEtcd) {
  const TemporaryFolder folder;
  PlaygroundOptions options;
  options.etcdBinary = folder.file("missing");
  EXPECT_EQ(Playground::start(options).status().message(),
            "cannot run etcd: " + folder.file("missing") + " is not an executable file");
  options.etcdBinary = scriptIn(folder, "other", "echo 'other 1.0'");
  EXPECT_EQ(Playground::start(options).status().message(),
            options.etcdBinary + " is not etcd: its --version names no etcd version");
  options.etcdBinary = scriptIn(folder, "old", "echo 'etcd Version: 3.2.26'");
  EXPECT_EQ(Playground::start(options).status().message(),
            options.etcdBinary + " is etcd 3.2.26: a playground needs 3.3 or newer");
}

TEST_F(PlaygroundTest, findEtcdPrefersTheVariableAndSaysHowToGetOne) {
  const TemporaryFolder folder;
  const std::string chosen = scriptIn(folder, "chosen", "true");
  const std::string onPath = scriptIn(folder, "etcd", "true");
  const ScopedVariable path("PATH", folder.path());
  {
    const ScopedVariable variable("LEASESCOPE_ETCD", chosen);
    EXPECT_EQ(*findEtcd(), chosen);
  }
  {
    const ScopedVariable variable("LEASESCOPE_ETCD", folder.file("missing"));
    EXPECT_NE(findEtcd().status().message().find("correct or unset it"), absl::string_view::npos);
  }
  const ScopedVariable variable("LEASESCOPE_ETCD", "");
  EXPECT_EQ(*findEtcd(), onPath);
}

TEST_F(PlaygroundTest, sweepsWhatACrashLeft) {
  std::atomic<int> etcd{0};
  std::string folder;  // written before etcd
  SubprocessOptions options = HelperRole::asHelper(kOwnsAPlayground);
  options.onLine = [&](std::string_view line) {
    if (line.starts_with("folder=")) folder = line.substr(7);
    if (line.starts_with("etcd=")) etcd = std::atoi(std::string(line.substr(5)).c_str());
  };
  auto helper = Subprocess::start(options);
  ASSERT_TRUE(helper.ok()) << helper.status();
  ASSERT_TRUE(within(std::chrono::seconds(30), [&] { return etcd != 0; }));
  EXPECT_EQ(Playground::sweep(), 0);  // its owner lives
  EXPECT_TRUE(fs::exists(folder + "/data"));

  ::kill((*helper)->pid(), SIGKILL);
  EXPECT_EQ((*helper)->wait(absl::Seconds(10)), 128 + SIGKILL);
  EXPECT_TRUE(fs::exists(folder));
  EXPECT_EQ(Playground::sweep(), 1);
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_EQ(Playground::sweep(), 0);
}

TEST_F(PlaygroundTest, startSweepsFirst) {
  const std::string left = makeLeftOver("aaaaaa");
  auto playground = Playground::start();
  ASSERT_TRUE(playground.ok()) << playground.status();
  EXPECT_FALSE(fs::exists(left));
}

TEST_F(PlaygroundTest, sweepEndsAServerThatStillWorksOnTheFolder) {
  const std::string left = makeLeftOver("aaaaaa");
  SubprocessOptions options;
  options.command = {"tail", "-f", "/dev/null", left + "/data"};
  auto server = Subprocess::start(options);
  ASSERT_TRUE(server.ok()) << server.status();
  ASSERT_TRUE(within(std::chrono::seconds(5), [&] { return showsArguments((*server)->pid()); }));
  std::ofstream(left + "/etcd.pid") << (*server)->pid() << '\n';
  EXPECT_EQ(Playground::sweep(), 1);
  EXPECT_EQ((*server)->wait(absl::Seconds(5)), 128 + SIGKILL);
  EXPECT_FALSE(fs::exists(left));
}

TEST_F(PlaygroundTest, sweepLeavesAProcessAloneThatOnlyHasThePid) {
  const std::string left = makeLeftOver("aaaaaa");
  SubprocessOptions options;
  options.command = {"tail", "-f", "/dev/null", left + "/data-of-another"};
  auto other = Subprocess::start(options);
  ASSERT_TRUE(other.ok()) << other.status();
  std::ofstream(left + "/etcd.pid") << (*other)->pid() << '\n';
  EXPECT_EQ(Playground::sweep(), 1);
  EXPECT_TRUE((*other)->running());
}

TEST_F(PlaygroundTest, sweepLeavesAloneWhatIsNotItsOwn) {
  const std::string locked = makeLeftOver("locked");
  const int lock = ::open((locked + "/owner.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0);
  const std::string beingMade = root_.file("leasescope-playground-new");
  fs::create_directory(beingMade);
  const std::string otherName = root_.file("something-else");
  fs::create_directory(otherName);
  const std::string target = root_.file("target");
  fs::create_directory(target);
  std::ofstream(target + "/owner.lock") << "";
  const std::string link = root_.file("leasescope-playground-link");
  fs::create_directory_symlink(target, link);
  EXPECT_EQ(Playground::sweep(), 0);
  for (const std::string& path : {locked, beingMade, otherName, target + "/owner.lock", link}) {
    EXPECT_TRUE(fs::exists(path)) << path;
  }
  ::close(lock);
  EXPECT_EQ(Playground::sweep(), 1);
}

TEST_F(PlaygroundTest, sweepLeavesOtherUsersAlone) {
  const std::string foreign = makeLeftOver("foreign");
  // Only root can give a folder away, and only root could remove it then.
  const bool givenAway = ::chown(foreign.c_str(), 65533, 65533) == 0;
  EXPECT_EQ(givenAway, ::geteuid() == 0);
  EXPECT_EQ(Playground::sweep(), givenAway ? 0 : 1);
  EXPECT_EQ(fs::exists(foreign + "/data/member/db"), givenAway);
}

TEST_F(PlaygroundTest, sweepTakesAnOldFolderWithoutALock) {
  const std::string folder = root_.file("leasescope-playground-old");
  fs::create_directory(folder);
  fs::last_write_time(folder, fs::file_time_type::clock::now() - std::chrono::minutes(5));
  EXPECT_EQ(Playground::sweep(), 1);
  EXPECT_FALSE(fs::exists(folder));
}

TEST_F(PlaygroundTest, aMissingTemporaryFolderIsNamed) {
  const ScopedVariable variable("TMPDIR", root_.file("missing"));
  const std::string message(Playground::start().status().message());
  EXPECT_NE(message.find(root_.file("missing") + " (see TMPDIR)"), std::string::npos) << message;
}

TEST(Loopback, freePortsAreDifferent) {
  const auto ports = freeLoopbackPorts(20);
  ASSERT_TRUE(ports.ok()) << ports.status();
  EXPECT_EQ(std::set<std::uint16_t>(ports->begin(), ports->end()).size(), 20U);
  const auto answer = httpOverLoopback(ports->front(), "/", "", absl::Seconds(1));
  EXPECT_FALSE(answer.ok());
}

TEST(EtcdLog, saysWhatAPersonNeeds) {
  EXPECT_EQ(
      briefLogLine(
          R"({"level":"fatal","msg":"discovery failed","error":"listen \"x\": taken","stacktrace":"y"})"),
      "discovery failed: listen \"x\": taken");
  EXPECT_EQ(briefLogLine(R"({"level":"error","msg":"slow"})"), "slow");
  EXPECT_EQ(briefLogLine("plain"), "plain");
  EXPECT_EQ(briefLogLine(R"({"level":"error"})"), R"({"level":"error"})");
  EXPECT_EQ(briefLog("a\n\n{\"msg\":\"b\"}\n"), "a; b");
}

TEST(EtcdLog, takesTheLastLines) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("log")) << "one\ntwo\nthree\n";
  EXPECT_EQ(lastLines(folder.file("log"), 2), "two\nthree");
  EXPECT_EQ(lastLines(folder.file("log"), 3), "one\ntwo\nthree");
  EXPECT_EQ(lastLines(folder.file("log"), 9), "one\ntwo\nthree");
  EXPECT_EQ(lastLines(folder.file("missing"), 9), "");
}

}  // namespace
}  // namespace leasescope
