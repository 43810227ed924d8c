#include "core/etcd/server_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/monitor/cluster_survey.h"
#include "core/monitor/snapshot.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "tests/support/etcd_cluster.h"
#include "tests/support/etcd_test.h"
#include "tests/support/faulty_etcd.h"
#include "tests/support/program.h"

namespace leasescope {
namespace {

/// Since 3.4.42, 3.5.28 and 3.6.9 leases are listed only for who may read every leased key (etcd:
/// server/etcdserver/v3_server.go checkLeaseLeases).
bool guardsLeaseLists(const etcd::ServerVersion& version) {
  using Version = etcd::ServerVersion;
  if (version < Version{3, 5, 0}) return version >= Version{3, 4, 42};
  if (version < Version{3, 6, 0}) return version >= Version{3, 5, 28};
  return version >= Version{3, 6, 9};
}

class ServerVersionTest : public EtcdTest {
 protected:
  etcd::ServerVersion version() { return *etcd::parseServerVersion(server().version()); }
};

TEST_F(ServerVersionTest, IsOneThatIsUnderstood) {
  const auto status = client()->status();
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->version, server().version());
  EXPECT_GE(etcd::parseServerVersion(status->version), etcd::kOldestServer);
}

TEST_F(ServerVersionTest, F37_OfAServerThatCanCorruptDataIsAProblemOfTheCluster) {
  FaultyEtcd other(endpoint());
  other.use({.status = [](const auto&, etcdserverpb::StatusResponse& answer) {
    answer.set_version("3.5.2");
    return grpc::Status::OK;
  }});
  const auto client = *etcd::Client::create({.endpoints = {other.endpoint()}});
  const ClusterView view = surveyCluster(*client);
  ASSERT_EQ(view.problems.size(), 1);
  EXPECT_THAT(view.problems[0], testing::HasSubstr(view.members[0].name + " runs etcd 3.5.2"));
  EXPECT_THAT(view.problems[0], testing::HasSubstr("3.5.3 or newer"));
  other.use({});
  EXPECT_THAT(surveyCluster(*client).problems, testing::IsEmpty());
}

/// Where several members can lead, one that was replaced may not know it yet.
TEST(ServerVersionOfSeveralMembersTest, ThatMayEndLeasesOfLivingClientsIsToldAndNoWarning) {
  const EtcdCluster cluster;
  const std::string endpoints = fmt::format("{}", fmt::join(cluster.endpoints(), ","));
  const ProgramResult result =
      runProgram({LEASESCOPE_CONSOLE, "--endpoints", endpoints, "check", "--for", "2s"});
  EXPECT_EQ(result.exitCode, 0) << result.output << result.errors;
  const std::string version =
      fmt::format("{}.{}.{}", testedVersion().major, testedVersion().minor, testedVersion().patch);
  const auto told = testing::HasSubstr("cluster (proven), version " + version);
  if (etcd::bugsOf(version).empty()) {
    EXPECT_THAT(result.output, testing::Not(told));
  } else {
    EXPECT_THAT(result.output, testing::AllOf(told, testing::HasSubstr("m0, m1, m2 run etcd " + version)));
  }
}

TEST_F(ServerVersionTest, TestAuthLeaseLeases_IsDeniedOrCompleteForAUserOfOnePrefix) {
  const LeaseId own = client()->grantLease(absl::Seconds(60))->id;
  const LeaseId foreign = client()->grantLease(absl::Seconds(60))->id;
  ASSERT_TRUE(client()->put({.key = "/jobs/a/" + etcd::leaseHex(own), .lease = own}).ok());
  ASSERT_TRUE(client()->put({.key = "/other/b/" + etcd::leaseHex(foreign), .lease = foreign}).ok());
  ASSERT_TRUE(etcdctl().enableAuth(Etcdctl::annMayRead("/jobs/")).ok());
  const auto ann = *etcd::Client::create({.endpoints = {endpoint()}, .user = "ann", .password = "pw"});
  const auto look = takeSnapshot(*ann, {.prefixes = {"/jobs/"}});
  ASSERT_TRUE(look.ok()) << look.status();
  std::vector<LeaseId> seen;
  for (const auto& lease : look->all.leases) seen.push_back(lease->id);
  if (guardsLeaseLists(version())) {
    EXPECT_TRUE(absl::IsPermissionDenied(look->leaseList)) << look->leaseList;
    EXPECT_THAT(seen, testing::ElementsAre(own)) << "what its keys tell";
  } else {
    EXPECT_TRUE(look->leaseList.ok()) << look->leaseList;
    EXPECT_THAT(seen, testing::UnorderedElementsAre(own, foreign));
  }
  ASSERT_TRUE(etcdctl().disableAuth().ok());
}

/// Puts a plain key, one that a lease is attached to, and one more behind them.
LeaseId putThreeKeys(etcd::Client& client) {
  const LeaseId lease = client.grantLease(absl::Seconds(60))->id;
  // In the order of their values the last key is the first.
  EXPECT_TRUE(client.put({.key = "/a", .value = "3"}).ok());
  EXPECT_TRUE(client.put({.key = "/b", .value = "2", .lease = lease}).ok());
  EXPECT_TRUE(client.put({.key = "/c", .value = "1"}).ok());
  return lease;
}

void expectThreeKeys(etcd::Client& client, LeaseId lease, etcd::RangeQuery query) {
  const auto page = client.rangeKeys(std::move(query));
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->kvs.size(), 3);
  const std::vector<std::pair<std::string, LeaseId>> expected = {
      {"/a", etcd::kNoLease}, {"/b", lease}, {"/c", etcd::kNoLease}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(page->kvs[i].key, expected[i].first);
    EXPECT_EQ(page->kvs[i].lease, expected[i].second) << page->kvs[i].key;
    EXPECT_EQ(page->kvs[i].value, "") << page->kvs[i].key;
    EXPECT_EQ(page->kvs[i].version, 1) << page->kvs[i].key;
  }
}

TEST_F(ServerVersionTest, KeysComeWithTheirLeasesButWithoutValues) {
  const LeaseId lease = putThreeKeys(*client());
  expectThreeKeys(*client(), lease, {.range = etcd::KeyRange::prefix("/")});
}

TEST_F(ServerVersionTest, APageOfKeysEndsWhereTheNextBegins) {
  const LeaseId lease = putThreeKeys(*client());
  const auto page = client()->rangeKeys({.range = etcd::KeyRange::prefix("/"), .limit = 2});
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->more);
  ASSERT_EQ(page->kvs.size(), 2);
  EXPECT_EQ(page->kvs[0].key, "/a");
  EXPECT_EQ(page->kvs[1].key, "/b");
  EXPECT_EQ(page->kvs[1].lease, lease);
}

TEST_F(ServerVersionTest, KeysHaveTheLeasesOfTheRevisionThatWasAskedFor) {
  const LeaseId lease = putThreeKeys(*client());
  const Revision then = client()->range({.range = etcd::KeyRange::single("/a")})->header.revision;
  ASSERT_TRUE(client()->revokeLease(lease).ok());
  expectThreeKeys(*client(), lease, {.range = etcd::KeyRange::prefix("/"), .revision = then});
}

// etcd#22209: 3.7 leaves leases out of answers without values, unless they are to be sorted by value. Here
// the server at hand is brought to do so, whatever its version.
TEST_F(ServerVersionTest, LeasesThatAreLeftOutOfAnswersWithoutValuesAreAskedFor) {
  FaultyEtcd newer(endpoint());
  newer.use({.range = [](const etcdserverpb::RangeRequest& asked, etcdserverpb::RangeResponse& answer) {
    const bool fast = asked.keys_only() && asked.sort_target() != etcdserverpb::RangeRequest::VALUE;
    for (auto& kv : *answer.mutable_kvs()) {
      if (fast) kv.clear_lease();
    }
    return grpc::Status::OK;
  }});
  const auto client = *etcd::Client::create({.endpoints = {newer.endpoint()}});
  const LeaseId lease = putThreeKeys(*client);
  expectThreeKeys(*client, lease, {.range = etcd::KeyRange::prefix("/")});
  EXPECT_EQ(client->rangeKeys({.range = etcd::KeyRange::single("/b")})->kvs.at(0).lease, lease);
  EXPECT_TRUE(client->rangeKeys({.range = etcd::KeyRange::single("/d")})->kvs.empty());
}

}  // namespace
}  // namespace leasescope
