#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/lockers/lockers.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/program.h"

namespace leasescope {
namespace {

using nlohmann::json;

/// `leasescopectl graph` on a real etcd.
class GraphTest : public EtcdTest {
 protected:
  ProgramResult run(std::vector<std::string> arguments) const {
    std::vector<std::string> command = {LEASESCOPE_CONSOLE, "--endpoints", endpoint(), "graph"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return runProgram(std::move(command));
  }
  json runJson() const {
    const ProgramResult result = run({"--json"});
    EXPECT_EQ(result.errors, "");
    json answer = json::parse(result.output);
    EXPECT_EQ(result.exitCode, answer["cycles"].empty() ? 0 : 1);
    return answer;
  }
  void queueUp(const std::string& lock, const etcd::Session& session) const {
    const std::string key = lock + "/" + etcd::leaseHex(session.lease());
    EXPECT_TRUE(client()->put({.key = key, .lease = session.lease()}).ok());
  }
  static std::string hex(const etcd::Session& session) { return etcd::leaseHex(session.lease()); }
};

TEST_F(GraphTest, NamesADeadlockOfTwoLockers) {
  Lockers lockers(client());
  ASSERT_TRUE(lockers.spawn({.behaviour = Behaviour::Deadlock, .lock = "/accounts/42"}).ok());
  ASSERT_TRUE(eventually([&] { return run({"--json"}).exitCode == 1; }));
  const json answer = runJson();
  ASSERT_EQ(answer["edges"].size(), 2U);
  ASSERT_EQ(answer["nodes"].size(), 2U);
  ASSERT_EQ(answer["cycles"].size(), 1U);
  const json first = answer["nodes"][0]["lease"];
  const json second = answer["nodes"][1]["lease"];
  EXPECT_EQ(answer["cycles"][0], json::array({first, second}));
  EXPECT_EQ(answer["edges"][0]["waiter"], answer["edges"][1]["holder"]);
  EXPECT_EQ(answer["edges"][0]["holder"], answer["edges"][1]["waiter"]);

  const ProgramResult text = run({});
  EXPECT_EQ(text.exitCode, 1);
  EXPECT_TRUE(text.output.starts_with("DEADLOCK: lease " + first.get<std::string>() + " (locker-"))
      << text.output;
  EXPECT_NE(text.output.find("which waits for /accounts/42"), std::string::npos) << text.output;
  EXPECT_NE(text.output.find("Least harmful way out: leasescopectl revoke "), std::string::npos);
  lockers.stopAll(Leftovers::CleanUp);
}

TEST_F(GraphTest, AQueueIsNoDeadlock) {
  const auto holder = openSession();
  const auto second = openSession();
  const auto third = openSession();
  for (const auto* session : {&holder, &second, &third}) queueUp("/jobs", **session);
  const json answer = runJson();
  EXPECT_EQ(answer["cycles"], json::array());
  EXPECT_EQ(answer["nodes"].size(), 3U);
  ASSERT_EQ(answer["edges"].size(), 2U);
  EXPECT_EQ(answer["edges"][0], json({{"waiter", hex(*second)},
                                      {"holder", hex(*holder)},
                                      {"lock", "/jobs"},
                                      {"key", "/jobs/" + hex(*holder)}}));
  EXPECT_EQ(answer["edges"][1]["holder"], hex(*second)) << "a waiter looks at the key before its own";
  const ProgramResult text = run({});
  EXPECT_EQ(text.exitCode, 0);
  EXPECT_NE(text.output.find("is before it"), std::string::npos) << text.output;
}

TEST_F(GraphTest, NobodyWaits) {
  const auto session = openSession();
  queueUp("/a", *session);
  const json answer = runJson();
  EXPECT_EQ(answer["nodes"], json::array());
  EXPECT_EQ(answer["edges"], json::array());
  EXPECT_TRUE(run({}).output.starts_with("nobody waits for anybody"));
}

TEST_F(GraphTest, OddKeysAreExactInJsonAndPrintableElsewhere) {
  const auto holder = openSession();
  const auto waiter = openSession();
  const std::string odd = "/bad\xff\"\n\\";
  queueUp(odd, *holder);
  queueUp(odd, *waiter);
  const json answer = runJson();
  EXPECT_EQ(answer["edges"][0]["lock"], "/bad\\xff\"\n\\");
  EXPECT_EQ(answer["edges"][0]["lock_base64"], "L2JhZP8iClw=");
  EXPECT_TRUE(answer["edges"][0].contains("key_base64"));
  EXPECT_NE(run({}).output.find("/bad\\xff\"\\x0a\\"), std::string::npos);
  const ProgramResult dot = run({"--dot"});
  EXPECT_EQ(dot.exitCode, 0);
  EXPECT_NE(dot.output.find(R"([label="/bad\\xff\"\\x0a\\"])"), std::string::npos) << dot.output;
}

TEST_F(GraphTest, DotMarksTheCircle) {
  const auto one = openSession();
  const auto two = openSession();
  queueUp("/a", *one);
  queueUp("/b", *two);
  queueUp("/b", *one);
  queueUp("/a", *two);
  const ProgramResult dot = run({"--dot"});
  EXPECT_EQ(dot.exitCode, 1);
  EXPECT_TRUE(dot.output.starts_with("digraph waits {")) << dot.output;
  EXPECT_NE(dot.output.find("color="), std::string::npos) << dot.output;
}

TEST_F(GraphTest, WatchesOnlyThePrefixes) {
  const auto one = openSession();
  const auto two = openSession();
  for (const auto* session : {&one, &two}) queueUp("/a", **session);
  EXPECT_TRUE(run({"--prefix", "/b"}).output.starts_with("nobody waits for anybody"));
}

TEST_F(GraphTest, JsonAndDotExcludeEachOther) {
  const ProgramResult result = run({"--json", "--dot"});
  EXPECT_EQ(result.exitCode, 64);
  EXPECT_EQ(result.output, "");
}

}  // namespace
}  // namespace leasescope
