#include <fstream>
#include <iterator>
#include <ostream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/etcd/mutex.h"
#include "fmt/format.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

using nlohmann::json;

class ConsoleTest : public EtcdTest {
 protected:
  ProgramResult run(std::vector<std::string> arguments) const {
    std::vector<std::string> command = {LEASESCOPE_CONSOLE, "--endpoints", endpoint()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return runProgram(std::move(command), {"LEASESCOPE_AUDIT=" + folder_.file("audit.jsonl")});
  }
  json runJson(std::vector<std::string> arguments) const {
    const ProgramResult result = run(std::move(arguments));
    EXPECT_EQ(result.exitCode, 0) << result.errors;
    EXPECT_EQ(result.errors, "");
    return json::parse(result.output);
  }
  std::string contend(const std::string& name, const etcd::Session& session) const {
    std::string key = name + "/" + etcd::leaseHex(session.lease());
    EXPECT_TRUE(client()->put({.key = key, .lease = session.lease()}).ok());
    return key;
  }

  TemporaryFolder folder_;
};

TEST_F(ConsoleTest, LocksAsJson) {
  const auto holder = openSession();
  const auto waiter = openSession();
  const std::string first = contend("/b", *holder);
  const std::string second = contend("/b", *waiter);
  contend("/a", *waiter);
  const json answer = runJson({"locks", "--json"});
  EXPECT_TRUE(answer["cluster_id"].is_string());
  EXPECT_EQ(answer["revision"], 4);
  ASSERT_EQ(answer["locks"].size(), 2);
  EXPECT_EQ(answer["locks"][0]["name"], "/a") << "byte order of names";
  const json& lock = answer["locks"][1];
  EXPECT_EQ(lock["holder"]["key"], first);
  EXPECT_EQ(lock["holder"]["lease"], etcd::leaseHex(holder->lease()));
  EXPECT_EQ(lock["holder"]["create_revision"], 2);
  EXPECT_EQ(lock["holder"]["granted_ttl_ms"], 10000);
  EXPECT_GT(lock["holder"]["ttl_ms"], 5000);
  EXPECT_EQ(lock["holder"]["lease_attached"], true);
  ASSERT_EQ(lock["waiters"].size(), 1);
  EXPECT_EQ(lock["waiters"][0]["key"], second);
}

TEST_F(ConsoleTest, KeyWithoutALeaseHasLeaseZero) {
  const auto session = openSession();
  const std::string key = contend("/a", *session);
  ASSERT_TRUE(client()->put({.key = key}).ok());
  const json answer = runJson({"locks", "--json"});
  EXPECT_EQ(answer["locks"][0]["holder"]["lease"], "0");
  EXPECT_EQ(answer["locks"][0]["holder"]["lease_attached"], false);
  EXPECT_TRUE(answer["locks"][0]["holder"]["ttl_ms"].is_null());
}

TEST_F(ConsoleTest, KeysThatAreNoUtf8AreEscapedAndExact) {
  const auto session = openSession();
  contend("/bad\xff", *session);
  const json answer = runJson({"locks", "--json"});
  EXPECT_EQ(answer["locks"][0]["name"], "/bad\\xff");
  EXPECT_EQ(answer["locks"][0]["name_base64"], "L2JhZP8=");
  EXPECT_TRUE(answer["locks"][0]["holder"].contains("key_base64"));
}

TEST_F(ConsoleTest, LeasesAsJsonWithStates) {
  const auto session = openSession();
  contend("/a", *session);
  const auto bare = client()->grantLease(absl::Seconds(100));
  const json answer = runJson({"leases", "--json"});
  ASSERT_EQ(answer["leases"].size(), 2);
  for (const json& lease : answer["leases"]) EXPECT_EQ(lease["state"], "alive");
  const json blind = runJson({"leases", "--json", "--ttl", "none"});
  for (const json& lease : blind["leases"]) {
    EXPECT_EQ(lease["state"], "unknown");
    EXPECT_TRUE(lease["ttl_ms"].is_null());
    EXPECT_TRUE(lease["granted_ttl_ms"].is_null());
  }
}

TEST_F(ConsoleTest, RevokePreviewsThenRevokes) {
  const auto holder = openSession();
  const auto waiter = openSession();
  const std::string key = contend("/a", *holder);
  contend("/a", *waiter);
  const std::string lease = etcd::leaseHex(holder->lease());
  const auto sayWho = [&](LeaseId attached) {
    ASSERT_TRUE(
        client()
            ->put(
                {.key = identityKey(waiter->lease()), .value = R"({"service":"orders"})", .lease = attached})
            .ok());
  };
  sayWho(etcd::kNoLease);
  const json unsaid = runJson({"revoke", lease, "--dry-run", "--json"});
  EXPECT_EQ(unsaid["locks"][0]["next_holder"]["identity"], nullptr) << "anybody may have put that";
  sayWho(waiter->lease());
  const json preview = runJson({"revoke", lease, "--dry-run", "--json"});
  EXPECT_EQ(preview["revoked"], false);
  EXPECT_EQ(preview["keys"], json::array({key}));
  EXPECT_EQ(preview["locks"][0]["role"], "holder");
  EXPECT_EQ(preview["locks"][0]["next_holder"]["lease"], etcd::leaseHex(waiter->lease()));
  EXPECT_EQ(preview["locks"][0]["next_holder"]["identity"]["service"], "orders");
  EXPECT_TRUE(client()->leaseTtl(holder->lease(), false)->found);
  const json done = runJson({"revoke", lease, "--yes", "--json"});
  EXPECT_EQ(done["revoked"], true);
  EXPECT_FALSE(client()->leaseTtl(holder->lease(), false)->found);
  EXPECT_EQ(run({"revoke", lease, "--yes"}).exitCode, 1) << "it is gone";
}

TEST_F(ConsoleTest, RevokeWithoutATerminalNeedsYes) {
  const auto session = openSession();
  const ProgramResult result = run({"revoke", etcd::leaseHex(session->lease())});
  EXPECT_EQ(result.exitCode, 64);
  EXPECT_EQ(result.output, "");
  EXPECT_TRUE(client()->leaseTtl(session->lease(), false)->found);
}

TEST_F(ConsoleTest, ReleaseDeletesOneKey) {
  const auto session = openSession();
  const std::string key = contend("/a", *session);
  EXPECT_EQ(run({"release", key}).exitCode, 64);
  EXPECT_EQ(runJson({"release", key, "--yes", "--json"})["released"], true);
  EXPECT_TRUE(client()->leaseTtl(session->lease(), false)->found);
  EXPECT_EQ(run({"release", key, "--yes"}).exitCode, 1);
}

TEST_F(ConsoleTest, ReleaseSaysFirstWhatItDoes) {
  const auto holder = openSession();
  const auto waiter = openSession();
  const std::string key = contend("/a", *holder);
  contend("/a", *waiter);
  const ProgramResult shown = run({"release", key, "--dry-run"});
  EXPECT_EQ(shown.exitCode, 0) << shown.errors;
  const std::string next = etcd::leaseHex(waiter->lease());
  EXPECT_NE(shown.output.find(fmt::format("holder of /a: then held by lease {}", next)), std::string::npos)
      << shown.output;
  EXPECT_NE(shown.output.find("lives on"), std::string::npos) << shown.output;
  const json preview = runJson({"release", key, "--dry-run", "--json"});
  EXPECT_EQ(preview["released"], false);
  EXPECT_EQ(preview["locks"][0]["next_holder"]["lease"], next);
  EXPECT_TRUE(client()->range({.range = etcd::KeyRange::single(key)})->kvs.size() == 1);
}

TEST_F(ConsoleTest, ReleaseDeletesNoKeyThatNoLockIsConcernedBy) {
  ASSERT_TRUE(client()->put({.key = "/registry/pods/web", .value = "pod"}).ok());
  const ProgramResult refused = run({"release", "/registry/pods/web", "--yes"});
  EXPECT_EQ(refused.exitCode, 1);
  EXPECT_NE(refused.errors.find("nothing was done"), std::string::npos) << refused.errors;
  EXPECT_EQ(client()->range({.range = etcd::KeyRange::single("/registry/pods/web")})->kvs.size(), 1U);

  const auto waiter = openSession();
  contend("/registry", *waiter);  // now it is in somebody's way
  EXPECT_EQ(runJson({"release", "/registry/pods/web", "--yes", "--json"})["released"], true);
}

TEST_F(ConsoleTest, OutputThatCantBeWrittenIsNoSuccess) {
  const auto into = [&](const std::string& command, const std::string& where) {
    return runProgram({"/bin/sh", "-c", fmt::format("exec \"$0\" {} --endpoints \"$1\" {}", command, where),
                       LEASESCOPE_CONSOLE, endpoint()});
  };
  for (const std::string command :
       {"locks", "leases --json", "graph --dot", "check --for 1s", "watch", "--help"}) {
    EXPECT_EQ(into(command, ">/dev/full").exitCode, 3) << command;
  }
  EXPECT_EQ(into("locks", ">&-").exitCode, 3);
  EXPECT_EQ(into("locks", "2>/dev/full").exitCode, 0) << "nothing was to be said there";
}

TEST_F(ConsoleTest, EveryLeaseThatWasSampledIsToldHoweverLongThatTook) {
  std::vector<std::unique_ptr<etcd::Session>> sessions(5);
  for (auto& session : sessions) session = openSession();
  const json answer = runJson({"--ttl-budget", "1", "leases", "--ttl", "all", "--json"});
  ASSERT_EQ(answer["leases"].size(), 5U);
  for (const json& lease : answer["leases"]) EXPECT_EQ(lease["state"], "alive") << lease;
}

TEST_F(ConsoleTest, BelowAPrefixKeysOfALeaseAreAtLeastThese) {
  const auto session = openSession();
  contend("/a", *session);
  EXPECT_EQ(runJson({"leases", "--prefix", "/b", "--json"})["leases"][0]["keys_complete"], false);
  EXPECT_FALSE(runJson({"leases", "--json"})["leases"][0].contains("keys_complete"));
}

TEST_F(ConsoleTest, WatchSaysWhatHappens) {
  RunningProgram watch({LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "watch", "--json"});
  ASSERT_TRUE(eventually([&] { return !watch.lines().empty(); }));
  const auto session = openSession();
  etcd::Mutex mutex(*session, "/a");
  ASSERT_TRUE(mutex.lock(absl::Seconds(5)).ok());
  ASSERT_TRUE(mutex.unlock().ok());
  ASSERT_TRUE(eventually([&] { return watch.lines().size() == 3; }));
  std::vector<std::string> types;
  for (const std::string& line : watch.lines()) types.push_back(json::parse(line)["type"]);
  EXPECT_EQ(types, (std::vector<std::string>{"resynced", "acquired", "released"}));
  const json acquired = json::parse(watch.lines()[1]);
  EXPECT_EQ(acquired["lock"], "/a");
  EXPECT_EQ(acquired["key"], mutex.key());
  EXPECT_EQ(acquired["lease"], etcd::leaseHex(session->lease()));
  EXPECT_EQ(acquired["revision"], mutex.fencingToken());
  watch.process().terminate(absl::Seconds(5));
  EXPECT_EQ(watch.wait(absl::Seconds(1)), 0);
}

TEST_F(ConsoleTest, LockersRunForAWhileAndCleanUp) {
  const ProgramResult result =
      run({"lockers", "--behaviour", "never-unlocks", "--lock", "/a", "--count", "2", "--for", "1s"});
  EXPECT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_NE(result.output.find("holding"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("waiting"), std::string::npos) << result.output;
  EXPECT_TRUE(client()->leases()->empty());
}

TEST_F(ConsoleTest, LeakedSessionsStayWhenTheLockersEnd) {
  EXPECT_EQ(run({"lockers", "--behaviour", "leak-session", "--lock", "/a", "--for", "1s"}).exitCode, 0);
  EXPECT_EQ(client()->leases()->size(), 1);
}

TEST_F(ConsoleTest, DemoShowsTheLeakNextToItsFix) {
  const json answer = runJson({"demo", "--json", "--for", "3s"});
  const auto requests = answer["leaky"]["requests"].get<int>();
  EXPECT_GE(requests, 10);
  EXPECT_EQ(answer["leaky"]["leases"], requests);
  EXPECT_EQ(answer["leaky"]["threads"], requests);
  EXPECT_EQ(answer["leaky"]["keys"], 1);
  EXPECT_NEAR(answer["fixed"]["requests"].get<int>(), requests, 1) << "each program has a clock of its own";
  EXPECT_EQ(answer["fixed"]["leases"], 0);
  EXPECT_EQ(answer["fixed"]["threads"], 0);
  EXPECT_EQ(answer["fixed"]["keys"], 0);
  EXPECT_FALSE(answer["leaky"]["samples"].empty());
}

TEST_F(ConsoleTest, DemoWithoutAnEtcdCouldNotFindOut) {
  const ProgramResult result =
      runProgram({LEASESCOPE_CONSOLE, "demo", "--for", "1s"}, {"LEASESCOPE_ETCD=/does/not/exist"});
  EXPECT_EQ(result.exitCode, 3) << result.output;
  EXPECT_NE(result.errors.find("/does/not/exist"), std::string::npos) << result.errors;
}

TEST_F(ConsoleTest, DemoTellsWhatIsFoundWhileItRuns) {
  const json answer = runJson({"demo", "--json", "--for", "35s", "--rate", "8"});  // renewed every 20 s
  const bool grows = std::ranges::any_of(answer["findings"], [](const json& finding) {
    return finding["kind"] == "session-growth" && finding["severity"] == "critical";
  });
  EXPECT_TRUE(grows) << answer["findings"];
}

TEST_F(ConsoleTest, DemoMakesTheMistakesItIsToldTo) {
  const json answer =
      runJson({"demo", "--json", "--for", "2s", "--rate", "10", "--mistakes", "session,context"});
  const json& leaky = answer["leaky"];
  EXPECT_EQ(leaky["mistakes"], "session,context");
  EXPECT_EQ(answer["fixed"]["mistakes"], "none");
  EXPECT_GE(leaky["requests"], 15);
  EXPECT_EQ(leaky["served"], leaky["requests"]);
  EXPECT_EQ(leaky["threads"], leaky["requests"]);
  EXPECT_EQ(leaky["keys"], 0);
  EXPECT_EQ(leaky["waiters"], 0);
  EXPECT_GT(leaky["timers"], 0);
  EXPECT_TRUE(leaky["samples"][0].contains("waiters"));
}

TEST_F(ConsoleTest, DemoPrintsItsMistakesAndWhatTheyCost) {
  const ProgramResult result = run({"demo", "--for", "1s", "--mistakes", "lock"});
  EXPECT_EQ(result.exitCode, 0) << result.errors;
  for (const char* part :
       {"MISTAKES", "MOST WAITERS", "leaky", "fixed", "no harm here", "Findings while it ran: none"}) {
    EXPECT_NE(result.output.find(part), std::string::npos) << part << '\n' << result.output;
  }
}

TEST_F(ConsoleTest, EndpointsComeFromTheEnvironmentToo) {
  const ProgramResult result =
      runProgram({LEASESCOPE_CONSOLE, "locks", "--json"}, {"ETCDCTL_ENDPOINTS=" + endpoint()});
  EXPECT_EQ(result.exitCode, 0) << result.errors;
}

/// With authentication, and a terminal of its own to be asked on.
class PasswordTest : public ConsoleTest {
 protected:
  void SetUp() override {
    ConsoleTest::SetUp();
    ASSERT_TRUE(etcdctl().enableAuth().ok());
  }
  void TearDown() override {
    ASSERT_TRUE(etcdctl().disableAuth().ok());
    witness().monitor().refresh();
    ASSERT_TRUE(witness().waitUntilLive());
    ConsoleTest::TearDown();
  }
  ProgramResult typed(const std::string& password) const {
    const std::string command =
        fmt::format("{} locks --json --user root --endpoints {}", LEASESCOPE_CONSOLE, endpoint());
    return runProgram(
        {"sh", "-c",
         fmt::format("(sleep 1; echo {}; sleep 1) | script -qec '{}' /dev/null", password, command)});
  }
};

TEST_F(PasswordTest, IsAskedForOnTheTerminalAndNotShown) {
  const ProgramResult result = typed("secret");
  EXPECT_EQ(result.exitCode, 0) << result.output;
  EXPECT_NE(result.output.find("Password of root: "), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("\"locks\":["), std::string::npos) << result.output;
  EXPECT_EQ(result.output.find("secret"), std::string::npos) << result.output;
}

TEST_F(PasswordTest, IsInNoMessageWhenItIsWrong) {
  const ProgramResult result = run({"locks", "--user", "root:hunter2"});
  EXPECT_EQ(result.exitCode, 3);
  EXPECT_NE(result.errors.find("authentication failed"), std::string::npos) << result.errors;
  EXPECT_EQ(result.errors.find("hunter2"), std::string::npos) << result.errors;
}

TEST_F(PasswordTest, IsOverwrittenInTheArgumentsThatEverybodyCanRead) {
  RunningProgram lockers({LEASESCOPE_CONSOLE, "lockers", "--behaviour", "never-unlocks", "--lock", "/a",
                          "--for", "1s", "--endpoints", endpoint(), "--user", "root:secret"});
  const auto arguments = [&] {
    std::ifstream file(fmt::format("/proc/{}/cmdline", lockers.process().pid()));
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_TRUE(eventually([&] { return arguments().find("root:******") != std::string::npos; }))
      << arguments();
  EXPECT_EQ(lockers.wait(absl::Seconds(10)), 0) << "it works with it all the same";
}

TEST_F(PasswordTest, IsGoodForActions) {
  const auto root = *etcd::Client::create({.endpoints = {endpoint()}, .user = "root", .password = "secret"});
  const LeaseId lease = root->grantLease(absl::Seconds(60))->id;
  const ProgramResult result = run({"revoke", etcd::leaseHex(lease), "--yes", "--user", "root:secret"});
  EXPECT_EQ(result.exitCode, 0) << result.errors;
  EXPECT_FALSE(root->leaseTtl(lease, false)->found);
}

struct Wrong {
  std::vector<std::string> arguments;
  int exitCode;
  std::string says;
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
  for (const std::string& argument : wrong.arguments) *out << argument << ' ';
}

class WrongUseTest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongUseTest, IsOneClearLineAndTheRightCode) {
  std::vector<std::string> command = {LEASESCOPE_CONSOLE};
  command.insert(command.end(), GetParam().arguments.begin(), GetParam().arguments.end());
  const ProgramResult result = runProgram(std::move(command));
  EXPECT_EQ(result.exitCode, GetParam().exitCode);
  EXPECT_EQ(result.output, "");
  EXPECT_TRUE(result.errors.starts_with("leasescopectl: ")) << result.errors;
  EXPECT_EQ(std::ranges::count(result.errors, '\n'), 1) << result.errors;
  EXPECT_NE(result.errors.find(GetParam().says), std::string::npos) << result.errors;
}

INSTANTIATE_TEST_SUITE_P(
    Console, WrongUseTest,
    ::testing::Values(
        Wrong{{}, 64, "subcommand"}, Wrong{{"lokcs"}, 64, "lokcs"},
        Wrong{{"locks", "--ttl", "maybe"}, 64, "maybe"},
        Wrong{{"locks", "--endpoints", "nonsense"}, 64, "HOST:PORT"},
        Wrong{{"locks", "--endpoints", "ftp://127.0.0.1:1"}, 64, "ftp"},
        Wrong{{"locks", "--command-timeout", "soon"}, 64, "--command-timeout"},
        Wrong{{"locks", "--user", "me"}, 64, "password"},
        Wrong{{"locks", "--endpoints", "https://127.0.0.1:1", "--cacert", "/no/such/ca"}, 64, "/no/such/ca"},
        Wrong{{"locks", "--endpoints", "127.0.0.1:1"}, 3, "Connection refused"},
        Wrong{{"graph", "--endpoints", "127.0.0.1:1"}, 3, "Connection refused"},
        Wrong{{"watch", "--endpoints", "127.0.0.1:1", "--command-timeout", "500ms"}, 3, "Connection refused"},
        Wrong{{"revoke", "--yes", "no-lease"}, 64, "no-lease"},
        Wrong{{"revoke", "--yes", "0"}, 64, "no lease"},
        Wrong{{"revoke", "--yes", "12345678901234567890123"}, 64, "63 bits"},
        Wrong{{"release", "--yes", ""}, 64, "empty"},
        Wrong{{"lockers", "--behaviour", "naughty", "--lock", "/a"}, 64, "naughty"},
        Wrong{{"check", "--kinds", "leak"}, 64, "leaked-session"},
        Wrong{{"check", "--mute", "leak:/a"}, 64, "'leak'"}, Wrong{{"check", "--for", "soon"}, 64, "--for"},
        Wrong{{"check", "--stuck-queue-ttls", "-1"}, 64, "--stuck-queue-ttls"},
        Wrong{{"check", "--stuck-queue-waiters", "2.5"}, 64, "--stuck-queue-waiters"},
        Wrong{{"check", "--growth-time", "soon"}, 64, "--growth-time 'soon' is no duration"},
        Wrong{{"check", "--for", "100000h"}, 64, "--for '100000h' is too long, at most 8760h"},
        Wrong{{"check", "--mute", "deadlock:"}, 64, "--mute 'deadlock:' names no subject"},
        Wrong{{"check", "--overdue", "1ms"}, 64, "--overdue 1ms is not within"},
        Wrong{{"check", "--endpoints", "127.0.0.1:1", "--command-timeout", "500ms"}, 3, "Connection refused"},
        Wrong{{"serve", "--listen", "9379"}, 64, "HOST:PORT"},
        Wrong{{"serve", "--listen", "192.0.2.1:1"}, 3, "cannot listen"},
        Wrong{{"demo", "--for", "x"}, 64, "--for"}, Wrong{{"demo", "--rate", "0"}, 64, "--rate"},
        Wrong{{"demo", "--rate", "many"}, 64, "many"},
        Wrong{{"demo", "--mistakes", "session,lokc"}, 64, "'lokc'"},
        Wrong{{"demo", "--mistakes", ""}, 64, "--mistakes"}),
    [](const auto& test) { return "Case" + std::to_string(test.index); });

}  // namespace
}  // namespace leasescope
