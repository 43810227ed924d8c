#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/etcd/mutex.h"
#include "core/playground/unique_fd.h"
#include "core/probe/goroutine_roles.h"
#include "core/probe/pprof_client.h"
#include "fmt/format.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

using nlohmann::json;

constexpr int kAcquisitions = 200;

struct Acquisition {
  std::string who;
  Revision token = 0;
};

class GoInteropTest : public EtcdTest {
 protected:
  std::vector<std::string> interop(std::vector<std::string> arguments) const {
    std::vector<std::string> command = {LEASESCOPE_INTEROP, arguments.front(), "--endpoints", endpoint()};
    command.insert(command.end(), arguments.begin() + 1, arguments.end());
    return command;
  }

  /// What `locks --json` prints of one lock; null when it is not among them.
  json lockFromConsole(const std::string& name) const {
    const ProgramResult result =
        runProgram({LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "locks", "--json"});
    EXPECT_EQ(result.exitCode, 0) << result.errors;
    const json all = json::parse(result.output);
    for (const json& lock : all["locks"]) {
      if (lock["name"] == name) return lock;
    }
    return nullptr;
  }

  TemporaryFolder folder_;
};

/// While holding: proves that nobody else does, and notes the fencing token.
void enterAndLeave(const std::string& log, const std::string& who, const etcd::Mutex& mutex) {
  const std::string busy = log + ".busy";
  {
    const UniqueFd file(::open(busy.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
    ASSERT_TRUE(file.valid()) << who << " holds the lock while somebody else does";
  }
  std::ofstream(log, std::ios::app) << who << ' ' << mutex.fencingToken() << '\n';
  std::filesystem::remove(busy);
}

std::vector<Acquisition> readLog(const std::string& log) {
  std::ifstream file(log);
  std::vector<Acquisition> all;
  for (Acquisition one; file >> one.who >> one.token;) all.push_back(one);
  return all;
}

TEST_F(GoInteropTest, OurMutexGoAndEtcdctlExcludeEachOther) {
  const std::string log = folder_.file("log");
  RunningProgram go(interop({"contend", "--lock", "/contended", "--count", std::to_string(kAcquisitions),
                             "--id", "go", "--log", log, "--hold", "0s", "--session-each"}));
  std::jthread ours([&] {
    const auto session = openSession();
    for (int i = 0; i < kAcquisitions && !HasFatalFailure(); ++i) {
      etcd::Mutex mutex(*session, "/contended");
      const absl::Status locked = mutex.lock(absl::Minutes(1));
      ASSERT_TRUE(locked.ok()) << locked;
      enterAndLeave(log, "ours", mutex);
      ASSERT_TRUE(mutex.unlock().ok());
    }
    EXPECT_TRUE(session->close().ok());
  });
  // etcdctl runs a command while it holds the lock, with the key and its revision in the environment.
  const std::string script = fmt::format(
      "set -C; : > {0}.busy || exit 9; set +C; echo \"etcdctl $ETCD_LOCK_REV\" >> {0}; rm {0}.busy", log);
  std::jthread etcdctls([&] {
    for (int i = 0; i < kAcquisitions && !HasFatalFailure(); ++i) {
      const auto done = etcdctl().run({"lock", "/contended", "--", "sh", "-c", script});
      ASSERT_TRUE(done.ok()) << done.status();
    }
  });
  ours.join();
  etcdctls.join();
  EXPECT_EQ(go.wait(absl::Minutes(1)), 0) << (go.lines().empty() ? "" : go.lines().back());
  const std::vector<Acquisition> all = readLog(log);
  EXPECT_EQ(all.size(), 3 * kAcquisitions);
  for (const char* who : {"ours", "go", "etcdctl"}) {
    EXPECT_EQ(std::ranges::count(all, who, &Acquisition::who), kAcquisitions) << who;
  }
}

TEST_F(GoInteropTest, QueueIsServedInTheOrderThatTheConsoleShows) {
  const std::string log = folder_.file("log");
  const auto holder = openSession();
  etcd::Mutex held(*holder, "/queue");
  ASSERT_TRUE(held.lock(absl::Seconds(5)).ok());
  std::vector<std::unique_ptr<RunningProgram>> gos;
  std::vector<std::jthread> ours;
  for (int i = 0; i < 6; ++i) {
    if (i % 2 == 0) {
      gos.push_back(std::make_unique<RunningProgram>(interop(
          {"contend", "--lock", "/queue", "--count", "1", "--id", fmt::format("go{}", i), "--log", log})));
    } else {
      ours.emplace_back([this, log, i] {
        const auto session = openSession();
        etcd::Mutex mutex(*session, "/queue");
        ASSERT_TRUE(mutex.lock(absl::Minutes(1)).ok());
        enterAndLeave(log, fmt::format("ours{}", i), mutex);
        EXPECT_TRUE(session->close().ok());
      });
    }
  }
  ASSERT_TRUE(
      eventually([&] { return witness().lock("/queue") && witness().lock("/queue")->queue.size() == 7; },
                 absl::Seconds(30)));
  const json shown = lockFromConsole("/queue");
  EXPECT_EQ(shown["holder"]["create_revision"], held.fencingToken());
  std::vector<Revision> expected;
  for (const json& waiter : shown["waiters"]) expected.push_back(waiter["create_revision"]);
  ASSERT_TRUE(held.unlock().ok());
  for (std::jthread& thread : ours) thread.join();
  for (const auto& go : gos) EXPECT_EQ(go->wait(absl::Minutes(1)), 0);
  std::vector<Revision> served;
  for (const Acquisition& one : readLog(log)) served.push_back(one.token);
  EXPECT_EQ(served, expected);
}

TEST_F(GoInteropTest, OurMutexWaitsForGoAndGoForOurs) {
  RunningProgram go(interop({"hold", "--lock", "/a", "--ttl", "5"}));
  ASSERT_NE(go.lineThatBegins("holding"), "");
  const auto session = openSession();
  etcd::Mutex ours(*session, "/a");
  EXPECT_FALSE(*ours.tryLock());
  go.closeInput();
  EXPECT_TRUE(ours.lock(absl::Seconds(10)).ok());
  RunningProgram waiting(interop({"hold", "--lock", "/a", "--ttl", "5"}));
  ASSERT_TRUE(eventually([&] { return witness().lock("/a") && witness().lock("/a")->waiterCount() == 1; }));
  EXPECT_TRUE(waiting.lines().empty());
  EXPECT_TRUE(ours.unlock().ok());
  EXPECT_NE(waiting.lineThatBegins("holding"), "");
  waiting.closeInput();
  EXPECT_EQ(waiting.wait(absl::Seconds(10)), 0);
}

TEST_F(GoInteropTest, WhoHoldsIsWhatAGoServiceSaysOfItself) {
  RunningProgram go(interop({"hold", "--lock", "/a", "--service", "orders"}));
  ASSERT_NE(go.lineThatBegins("holding"), "");
  const auto ours = openSession();
  const std::string console = LEASESCOPE_CONSOLE;
  const auto locks = runProgram({console, "--endpoints", endpoint(), "locks", "--json"});
  const json lock = json::parse(locks.output)["locks"][0];
  EXPECT_EQ(lock["name"], "/a");
  EXPECT_EQ(lock["holder"]["identity"]["service"], "orders");
  EXPECT_EQ(lock["holder"]["identity"]["thread"], "worker-7");
  EXPECT_TRUE(lock["holder"]["identity"]["pid"].is_number_integer());
  const auto leases = runProgram({console, "--endpoints", endpoint(), "leases", "--json"});
  const json all = json::parse(leases.output);
  for (const json& lease : all["leases"]) {
    const bool own = lease["lease"] == etcd::leaseHex(ours->lease());
    EXPECT_EQ(lease["keys"].size(), own ? 0U : 1U);
    EXPECT_EQ(lease["identity"].is_null(), own);
  }
  const auto preview = runProgram({console, "--endpoints", endpoint(), "revoke",
                                   lock["holder"]["lease"].get<std::string>(), "--dry-run", "--json"});
  EXPECT_EQ(json::parse(preview.output)["keys"].size(), 2U) << "what says who holds it goes with its lease";
  EXPECT_EQ(json::parse(preview.output)["identity"]["service"], "orders");
  EXPECT_EQ(json::parse(preview.output)["other_keys"].size(), 1U);
  go.closeInput();
  EXPECT_EQ(go.wait(absl::Seconds(10)), 0);
}

TEST_F(GoInteropTest, TheWaitGraphSaysWhoGoServicesAre) {
  RunningProgram holder(interop({"hold", "--lock", "/a", "--service", "orders"}));
  ASSERT_NE(holder.lineThatBegins("holding"), "");
  RunningProgram waiter(interop({"hold", "--lock", "/a", "--service", "billing"}));
  ASSERT_TRUE(eventually([&] { return witness().lock("/a") && witness().lock("/a")->waiterCount() == 1; }));
  const auto graph = [&](const std::string& form) {
    return runProgram({LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "graph", form}).output;
  };
  std::set<std::string> services;
  const json nodes = json::parse(graph("--json"))["nodes"];
  for (const json& node : nodes) services.insert(node["identity"]["service"].get<std::string>());
  EXPECT_THAT(services, testing::ElementsAre("billing", "orders"));
  EXPECT_THAT(graph("--dot"), testing::HasSubstr("orders on "));
  const std::string table = runProgram({LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "graph"}).output;
  EXPECT_THAT(table, testing::ContainsRegex("billing on .*orders on "));
  holder.closeInput();
  EXPECT_NE(waiter.lineThatBegins("holding"), "");
  waiter.closeInput();
  for (RunningProgram* program : {&holder, &waiter}) EXPECT_EQ(program->wait(absl::Seconds(10)), 0);
}

TEST_F(GoInteropTest, LeakOfAGoServiceIsInLocksAndLeases) {
  RunningProgram go(interop({"leak", "--lock", "/my-lock/", "--requests", "12", "--parallel", "6",
                             "--timeout", "1s", "--ttl", "5", "--mode", "leaky"}));
  ASSERT_EQ(go.lineThatBegins("ready"), "ready");
  std::set<LeaseId> leaked;
  for (const std::string& line : go.lines()) {
    if (!line.starts_with("{")) continue;
    const auto id = etcd::leaseFromCanonicalHex(json::parse(line)["lease"].get<std::string>());
    ASSERT_TRUE(id.has_value()) << line;
    leaked.insert(*id);
  }
  ASSERT_EQ(leaked.size(), 12);
  EXPECT_TRUE(eventually(
      [&] {
        return std::ranges::all_of(leaked, [&](LeaseId id) {
          const auto lease = witness().lease(id);
          return lease != nullptr && lease->renewals >= 2;
        });
      },
      absl::Seconds(20)))
      << "each is renewed again and again";
  EXPECT_TRUE(leaked.contains(witness().lock("/my-lock/")->holder()->lease));
  const json shown = lockFromConsole("/my-lock/");
  EXPECT_EQ(shown["waiters"].size(), 0);
  const ProgramResult leases =
      runProgram({LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "leases", "--json", "--ttl", "all"});
  std::set<std::string> alive;
  const json all = json::parse(leases.output);
  for (const json& lease : all["leases"]) {
    if (lease["state"] == "alive") alive.insert(lease["lease"].get<std::string>());
  }
  for (const LeaseId id : leaked) EXPECT_TRUE(alive.contains(etcd::leaseHex(id))) << etcd::leaseHex(id);
}

TEST_F(GoInteropTest, GoroutinesOfALeakyGoServiceTellItsSessionsAndWaiters) {
  RunningProgram go(interop({"leak", "--lock", "/my-lock/", "--requests", "6", "--parallel", "6", "--timeout",
                             "1h", "--mode", "leaky", "--pprof"}));
  const std::string pprof = go.lineThatBegins("pprof ");
  ASSERT_NE(pprof, "");
  ASSERT_TRUE(eventually(
      [&] { return witness().lock("/my-lock/") && witness().lock("/my-lock/")->waiterCount() == 5; }));
  const auto target = parsePprofTarget(pprof.substr(std::string("pprof ").size()));
  ASSERT_TRUE(target.ok()) << target.status();
  GoroutineRoles roles;
  EXPECT_TRUE(eventually([&] {
    const auto profile = fetchGoroutineProfile(*target);
    if (profile.ok()) roles = rolesOf(*profile);
    return roles.lockWaiters == 5 && roles.sessions == 6 && roles.watchers >= 5;
  })) << roles.lockWaiters
      << " waiters, " << roles.sessions << " sessions, " << roles.watchers << " watchers";
  EXPECT_EQ(roles.keepAliveClosers, 6);
  EXPECT_EQ(roles.keepAliveLoops, 3);
}

TEST_F(GoInteropTest, GoroutinesOfAFixedGoServiceTellThatNothingIsLeft) {
  RunningProgram go(interop(
      {"leak", "--lock", "/my-lock/", "--requests", "6", "--parallel", "6", "--mode", "fixed", "--pprof"}));
  ASSERT_EQ(go.lineThatBegins("ready"), "ready");
  const auto target = parsePprofTarget(go.lineThatBegins("pprof ").substr(std::string("pprof ").size()));
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_TRUE(eventually([&] {
    const auto profile = fetchGoroutineProfile(*target);
    if (!profile.ok()) return false;
    const GoroutineRoles roles = rolesOf(*profile);
    return roles.total > 0 && roles.sessions == 0 && roles.keepAliveClosers == 0 && roles.lockWaiters == 0;
  }));
}

TEST_F(GoInteropTest, FixedGoServiceLeavesNothing) {
  RunningProgram go(
      interop({"leak", "--lock", "/my-lock/", "--requests", "12", "--parallel", "6", "--mode", "fixed"}));
  ASSERT_EQ(go.lineThatBegins("ready"), "ready");
  EXPECT_TRUE(client()->leases()->empty());
  EXPECT_TRUE(eventually([&] { return witness().leaseCount() == 0; }));
}

TEST_F(GoInteropTest, ElectionIsShownAsOneWithItsLeader) {
  RunningProgram go(interop({"elect", "--election", "/leader", "--value", "node-1"}));
  const std::string line = go.lineThatBegins("leader");
  ASSERT_NE(line, "");
  ASSERT_TRUE(eventually([&] { return witness().lock("/leader") != nullptr; }));
  EXPECT_EQ(witness().lock("/leader")->kind, Lock::Kind::Election);
  EXPECT_EQ("leader " + witness().lock("/leader")->holder()->key, line);
}

TEST_F(GoInteropTest, OneLeaseOfManyPlainKeysIsNoLock) {
  RunningProgram go(interop({"shared", "--prefix", "/registry/pods/", "--keys", "20"}));
  const std::string line = go.lineThatBegins("ready ");
  const auto id = etcd::leaseFromCanonicalHex(line.substr(std::string("ready ").size()));
  ASSERT_TRUE(id.has_value()) << line;
  ASSERT_TRUE(eventually(
      [&] { return witness().lease(*id) != nullptr && witness().lease(*id)->keys->size() == 20; }));
  EXPECT_EQ(lockFromConsole("/registry/pods"), json());
}

}  // namespace
}  // namespace leasescope
