#include <algorithm>
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/lockers/lockers.h"
#include "core/playground/loopback.h"
#include "fmt/format.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/program.h"

namespace leasescope {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

/// `leasescopectl check`, and what the monitor finds by itself, on a real etcd.
class CheckTest : public EtcdTest {
 protected:
  ProgramResult check(std::vector<std::string> arguments) const {
    std::vector<std::string> command = {LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "check"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return runProgram(std::move(command));
  }
  void queueUp(const std::string& lock, const etcd::Session& session) const {
    const std::string key = lock + "/" + etcd::leaseHex(session.lease());
    ASSERT_TRUE(client()->put({.key = key, .lease = session.lease()}).ok());
  }
  /// Each holds a lock and waits for that of the next one.
  std::vector<std::unique_ptr<etcd::Session>> makeDeadlock(int sessions) const {
    std::vector<std::unique_ptr<etcd::Session>> all;
    for (int i = 0; i < sessions; ++i) {
      all.push_back(openSession(absl::Seconds(60)));
      queueUp(fmt::format("/dead/{}", i), *all.back());
    }
    for (int i = 0; i < sessions; ++i) queueUp(fmt::format("/dead/{}", (i + 1) % sessions), *all[i]);
    return all;
  }
};

TEST_F(CheckTest, FindsNothingWhereNothingIsWrong) {
  const auto holder = openSession();
  const auto waiter = openSession();
  queueUp("/jobs", *holder);
  queueUp("/jobs", *waiter);
  const ProgramResult result = check({"--for", "2s"});
  EXPECT_EQ(result.exitCode, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("0 findings in 1 lock and 2 leases"));
}

TEST_F(CheckTest, NamesADeadlockAndTheWayOutOfIt) {
  const auto sessions = makeDeadlock(2);
  const ProgramResult result = check({"--json", "--for", "1s"});
  EXPECT_EQ(result.exitCode, 2) << result.errors;
  const json answer = json::parse(result.output);
  ASSERT_EQ(answer["findings"].size(), 1U) << result.output;
  const json& finding = answer["findings"][0];
  EXPECT_EQ(finding["kind"], "deadlock");
  EXPECT_EQ(finding["severity"], "critical");
  EXPECT_EQ(finding["confidence"], "proven");
  EXPECT_EQ(finding["subject_lease"], etcd::leaseHex(std::min(sessions[0]->lease(), sessions[1]->lease())));
  EXPECT_EQ(finding["evidence"]["leases"].size(), 2U);
  EXPECT_THAT(finding["advice"].get<std::string>(), HasSubstr("leasescopectl revoke "));
  EXPECT_EQ(answer["observed_ms"], 1000);
  EXPECT_EQ(check({"--for", "1s", "--kinds", "leaked-session,stuck-queue"}).exitCode, 0);
  EXPECT_EQ(check({"--for", "1s", "--mute", "deadlock"}).exitCode, 0);
  const auto subject = finding["subject"].get<std::string>();
  EXPECT_EQ(check({"--for", "1s", "--mute", "deadlock:" + subject}).exitCode, 0);
  EXPECT_EQ(check({"--for", "1s", "--mute", "deadlock:lock /another"}).exitCode, 2);
}

TEST_F(CheckTest, WarnsOfSessionsThatNobodyClosed) {
  const auto leaked = openSession(absl::Seconds(2));
  const ProgramResult early = check({"--for", "1s"});
  EXPECT_EQ(early.exitCode, 0) << early.output;
  EXPECT_THAT(early.errors, HasSubstr("1 lease without keys could not be judged in 1 s: --for 7s would be"));
  const ProgramResult result = check({"--for", "7s"});
  EXPECT_EQ(result.exitCode, 1) << result.output;
  EXPECT_THAT(result.output,
              HasSubstr("leaked-session (suspected), lease " + etcd::leaseHex(leaked->lease())));
  EXPECT_THAT(result.output, HasSubstr("without keys: ≥ 7 s"));
}

TEST_F(CheckTest, DoesNotCallLeakedWhatMayHaveKeysElsewhere) {
  const auto session = openSession(absl::Seconds(2));
  queueUp("/other", *session);
  const ProgramResult result = runProgram(
      {LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "--prefix", "/jobs/", "check", "--for", "7s"});
  EXPECT_EQ(result.exitCode, 0) << result.output;
  EXPECT_THAT(result.errors, HasSubstr("1 lease without keys below these prefixes could not be judged"));
}

TEST_F(CheckTest, ThresholdsAreFlags) {
  const auto session = openSession(absl::Seconds(60));
  for (const char* lock : {"/a", "/b", "/c"}) queueUp(lock, *session);
  EXPECT_THAT(check({"--for", "1s"}).output, StartsWith("0 findings"));
  const ProgramResult result = check({"--for", "1s", "--shared-lease-locks", "3"});
  EXPECT_THAT(result.output, HasSubstr("carries 3 locks"));
  EXPECT_EQ(result.exitCode, 0) << "it is only to be known";
}

TEST_F(CheckTest, TellsHowAQueueGrew) {
  const auto holder = openSession(absl::Seconds(2));
  queueUp("/jobs", *holder);
  RunningProgram checking({LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "check", "--json", "--for", "12s",
                           "--stuck-queue-ttls", "1", "--stuck-queue-waiters", "2"});
  absl::SleepFor(absl::Seconds(8));
  const auto first = openSession();
  const auto second = openSession();
  for (const auto* waiter : {&first, &second}) queueUp("/jobs", **waiter);
  EXPECT_EQ(checking.wait(absl::Seconds(20)), 2);
  const json finding = json::parse(checking.lines().back())["findings"].at(0);
  EXPECT_EQ(finding["kind"], "stuck-queue");
  const json& curve = finding["curves"].at(0);
  EXPECT_EQ(curve["of"], "waiters");
  std::vector<int> counts;
  for (const json& point : curve["points"]) counts.push_back(point["count"]);
  ASSERT_GE(counts.size(), 3U) << "they may be seen to come together";
  EXPECT_EQ(counts.front(), 0);
  EXPECT_EQ(counts.back(), 2);
  EXPECT_TRUE(std::ranges::is_sorted(counts));
  EXPECT_LT(curve["points"][0]["time"], curve["points"][1]["time"]);
}

TEST_F(CheckTest, WritesMetrics) {
  const auto session = openSession(absl::Seconds(60));
  queueUp("/jobs", *session);
  const ProgramResult result = check({"--metrics", "--for", "1s"});
  EXPECT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("\nleasescope_leases{state=\"alive\"} 1\n"));
  EXPECT_THAT(result.output, HasSubstr("\nleasescope_locks 1\n"));
  EXPECT_THAT(result.output, HasSubstr("leasescope_findings{kind=\"deadlock\",severity=\"critical\"} 0\n"));
}

TEST_F(CheckTest, ServesMetricsAndSaysWhenNothingIsKnown) {
  const auto session = openSession(absl::Seconds(60));
  queueUp("/jobs", *session);
  RunningProgram serve({LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "serve", "--listen", "127.0.0.1:0"});
  const std::string line = serve.lineThatBegins("metrics at http://127.0.0.1:");
  ASSERT_NE(line, "");
  const auto port = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  const auto metrics = [&] {
    return httpOverLoopback(port, "/metrics", "", absl::Seconds(5)).value_or(std::string());
  };
  EXPECT_TRUE(eventually([&] { return metrics().find("\nleasescope_locks 1\n") != std::string::npos; }));
  EXPECT_THAT(metrics(), HasSubstr("\nleasescope_live 1\n"));
  ::kill(server().pid(), SIGSTOP);
  EXPECT_TRUE(eventually([&] { return metrics().find("leasescope_live 0\n") != std::string::npos; },
                         absl::Seconds(20)));
  EXPECT_EQ(metrics().find("leasescope_locks"), std::string::npos) << "what is stale is not told";
  ::kill(server().pid(), SIGCONT);
  EXPECT_TRUE(eventually([&] { return metrics().find("leasescope_live 1\n") != std::string::npos; }));
  const ProgramResult second = runProgram({LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "serve", "--listen",
                                           fmt::format("127.0.0.1:{}", port)});
  EXPECT_EQ(second.exitCode, 3) << "a port is not shared";
  EXPECT_THAT(second.errors, HasSubstr("it is in use"));
  ::kill(serve.process().pid(), SIGTERM);
  EXPECT_EQ(serve.wait(absl::Seconds(10)), 0);
}

class DeadlockOf : public CheckTest, public testing::WithParamInterface<int> {};

TEST_P(DeadlockOf, ManySessionsIsFoundWithinASecond) {
  const auto sessions = makeDeadlock(GetParam());
  EXPECT_TRUE(eventually([&] { return !witness().findings().empty(); }, absl::Seconds(1)));
  EXPECT_THAT(witness().findings(), Contains(StartsWith("deadlock of lock /dead/")));
  ASSERT_TRUE(sessions.front()->close().ok());
  const auto deadlocked = [&] {
    return std::ranges::any_of(witness().findings(),
                               [](const std::string& finding) { return finding.starts_with("deadlock"); });
  };
  EXPECT_TRUE(eventually([&] { return !deadlocked(); })) << "the others go on";
}

INSTANTIATE_TEST_SUITE_P(Of, DeadlockOf, testing::Values(2, 3, 10));

TEST_F(CheckTest, LockersThatLeakAreFoundInTheVeryLeases) {
  Lockers lockers(client());
  ASSERT_TRUE(
      lockers
          .spawn({.behaviour = Behaviour::LeakSession, .lock = "/leak", .count = 2, .ttl = absl::Seconds(2)})
          .ok());
  ASSERT_TRUE(eventually([&] { return witness().findings().size() == 2; }, absl::Seconds(20)));
  for (const LockerThread& thread : lockers.threads()) {
    EXPECT_THAT(witness().findings(), Contains("leaked-session of lease " + etcd::leaseHex(thread.lease)));
  }
  lockers.stopAll(Leftovers::CleanUp);
  EXPECT_TRUE(eventually([&] { return witness().findings().empty(); }));
}

}  // namespace
}  // namespace leasescope
