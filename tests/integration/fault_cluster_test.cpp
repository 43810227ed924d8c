#include <gtest/gtest.h>

#include "core/etcd/session.h"
#include "core/monitor/cluster_survey.h"
#include "core/playground/find_etcd.h"
#include "core/playground/loopback.h"
#include "core/proto/rpc.grpc.pb.h"
#include "fmt/format.h"
#include "grpcpp/grpcpp.h"
#include "tests/support/etcd_cluster.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/faulty_etcd.h"
#include "tests/support/program.h"
#include "tests/support/tcp_proxy.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

namespace pb = etcdserverpb;
using State = Health::State;

bool anyContains(const std::vector<std::string>& lines, const std::string& text) {
  return std::ranges::any_of(lines,
                             [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

/// What a whole cluster can suffer from, by the numbers of the fault catalogue.
class ClusterFaultTest : public EtcdTest {
 protected:
  void enableAuth() const { ASSERT_TRUE(etcdctl().enableAuth().ok()); }
  void disableAuth() const { ASSERT_TRUE(etcdctl().disableAuth().ok()); }
};

TEST(FullDatabaseTest, F35_IsSaidAndRevokingStillWorks) {
  const auto server = *Playground::start({.extraArguments = {"--quota-backend-bytes=200000"}});
  const auto client = *etcd::Client::create({.endpoints = {server->endpoint()}});
  const LeaseId lease = client->grantLease(absl::Seconds(60))->id;
  absl::Status full;
  for (int i = 0; i < 1'000 && full.ok(); ++i) {
    full = client->put({.key = fmt::format("/fill/{}", i), .value = std::string(10'000, 'x')}).status();
  }
  ASSERT_TRUE(absl::IsResourceExhausted(full)) << full;
  ClusterWitness seen(server->endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  ASSERT_TRUE(eventually([&] { return seen.cluster() && anyContains(seen.cluster()->alarms, "NOSPACE"); }));
  EXPECT_TRUE(anyContains(seen.cluster()->alarms, "revoking leases still works"));
  EXPECT_TRUE(client->revokeLease(lease).ok());
}

TEST(CorruptClusterTest, F36_IsCalledUntrustworthy) {
  const auto server = *Playground::start();
  ClusterWitness seen(server->endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  // What etcd's own corruption check does when it finds a difference.
  const auto maintenance =
      pb::Maintenance::NewStub(grpc::CreateChannel(server->endpoint(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  pb::AlarmRequest raise;
  raise.set_action(pb::AlarmRequest::ACTIVATE);
  raise.set_alarm(pb::CORRUPT);
  pb::AlarmResponse response;
  ASSERT_TRUE(maintenance->Alarm(&context, raise, &response).ok());
  EXPECT_TRUE(eventually([&] { return seen.cluster() && anyContains(seen.cluster()->alarms, "CORRUPT"); }));
  EXPECT_TRUE(anyContains(seen.cluster()->alarms, "nothing here can be trusted"));
}

TEST(LostQuorumTest, ItIsTheFindingWhetherItWasLiveBeforeOrNot) {
  EtcdCluster cluster;
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = cluster.endpoints()});
  ASSERT_TRUE(seen.waitUntilLive()) << seen.health().reason;
  cluster.kill(1);
  cluster.kill(2);
  const absl::Duration patience =
      absl::Seconds(20);  // it takes an election timeout, and members are asked in turn
  const auto told = [](ClusterWitness& witness) {
    return
        [&witness] { return witness.findings() == std::vector<std::string>{"cluster of alarm no leader"}; };
  };
  EXPECT_TRUE(eventually(told(seen), patience));
  ClusterWitness late(etcd::ConnectionOptions{.endpoints = cluster.endpoints()});
  EXPECT_TRUE(eventually(told(late), patience));
  cluster.restart(1);
  EXPECT_TRUE(eventually([&] { return seen.findings().empty() && late.findings().empty(); }, patience));
  EXPECT_EQ(seen.cluster()->members.size(), 3U) << "the one that does not answer is known by its address";
}

TEST(LearnerTest, F38_AnEndpointThatOnlyLearnsIsPassedBy) {
  if (testedVersion() < etcd::ServerVersion{3, 4, 0}) GTEST_SKIP() << "learners came with 3.4";
  EtcdCluster cluster({.members = 1});
  const int learner = cluster.addLearner();
  const std::vector<std::string> endpoints = {cluster.endpoint(learner), cluster.endpoint(0)};
  const auto client = *etcd::Client::create({.endpoints = endpoints});
  EXPECT_TRUE(client->put({.key = "/a"}).ok()) << "writes, too: a learner refuses before it does anything";
  EXPECT_TRUE(client->leases().ok());
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = endpoints});
  ASSERT_TRUE(seen.waitUntilLive()) << seen.health().reason;
  EXPECT_EQ(seen.health().endpoint, cluster.endpoint(0));
  EXPECT_TRUE(seen.keys().contains("/a"));
}

/// A server whose tokens live for two seconds.
class ShortTokenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (testedVersion() < etcd::ServerVersion{3, 4, 0}) GTEST_SKIP() << "tokens can be made short since 3.4";
    const std::string key = folder_.file("key.pem");
    const std::string publicKey = folder_.file("public.pem");
    ASSERT_EQ(runProgram({"openssl", "genrsa", "-out", key, "2048"}).exitCode, 0);
    ASSERT_EQ(runProgram({"openssl", "rsa", "-in", key, "-pubout", "-out", publicKey}).exitCode, 0);
    server_ = *Playground::start(
        {.extraArguments = {"--auth-token", fmt::format("jwt,pub-key={},priv-key={},sign-method=RS256,ttl=2s",
                                                        publicKey, key)}});
    const Etcdctl etcdctl(server_->endpoint());
    ASSERT_TRUE(etcdctl.enableAuth().ok());
  }
  etcd::ConnectionOptions asRoot(const std::string& endpoint) const {
    return {.endpoints = {endpoint}, .user = "root", .password = "secret"};
  }
  TemporaryFolder folder_;
  std::unique_ptr<Playground> server_;
};

TEST_F(ShortTokenTest, F39_TestAuthJWTExpire_CallsGoOnWithANewToken) {
  const auto client = *etcd::Client::create(asRoot(server_->endpoint()));
  ASSERT_TRUE(client->put({.key = "/a"}).ok());
  absl::SleepFor(absl::Seconds(3));
  EXPECT_TRUE(client->put({.key = "/b"}).ok());
  EXPECT_TRUE(client->leases().ok());
}

TEST_F(ShortTokenTest, F39_AWatchThatBreaksAfterItsTokenExpiredIsResumed) {
  TcpProxy proxy(server_->endpoint());
  ClusterWitness seen(asRoot(proxy.endpoint()));
  ASSERT_TRUE(seen.waitUntilLive()) << seen.health().reason;
  const std::uint64_t epoch = seen.epoch();
  const auto client = *etcd::Client::create(asRoot(server_->endpoint()));
  absl::SleepFor(absl::Seconds(3));
  proxy.cut();
  ASSERT_TRUE(client->put({.key = "/after"}).ok());
  EXPECT_TRUE(eventually([&] { return seen.keys().contains("/after"); }));
  EXPECT_TRUE(seen.waitUntilLive());
  EXPECT_EQ(seen.epoch(), epoch) << "resumed, not listed anew";
}

TEST_F(ShortTokenTest, F39_ASessionIsKeptAliveThroughManyTokens) {
  TcpProxy proxy(server_->endpoint());
  const auto client = *etcd::Client::create(asRoot(proxy.endpoint()));
  const auto keepAlive = std::make_shared<etcd::KeepAlive>(client);
  const auto session = *etcd::Session::open(client, keepAlive, absl::Seconds(5));
  ASSERT_TRUE(client->put({.key = "/held", .lease = session->lease()}).ok());
  for (int round = 0; round < 3; ++round) {
    absl::SleepFor(absl::Milliseconds(2'500));
    proxy.cut();
  }
  EXPECT_FALSE(session->lost());
  EXPECT_TRUE(eventually([&] {
    const auto ttl = client->leaseTtl(session->lease(), false);
    return ttl.ok() && ttl->found;
  }));
}

TEST_F(ClusterFaultTest, F41_AuthenticationThatIsSwitchedOnAndOffIsNoticed) {
  ClusterWitness seen(endpoint(), {.deniedRetry = absl::Milliseconds(500)});
  ASSERT_TRUE(seen.waitUntilLive());
  enableAuth();
  EXPECT_TRUE(eventually([&] { return seen.health().state == State::Denied; })) << seen.health().reason;
  EXPECT_NE(seen.health().reason.find("user name is empty"), std::string::npos) << seen.health().reason;
  disableAuth();
  EXPECT_TRUE(seen.waitUntilLive());
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
  witness().monitor().refresh();
  ASSERT_TRUE(witness().waitUntilLive());
}

TEST_F(ClusterFaultTest, F41_AUserIsFineWhereNobodyAsksWhoHeIsAndWhenTheyBegin) {
  const auto root = *etcd::Client::create({.endpoints = {endpoint()}, .user = "root", .password = "secret"});
  EXPECT_TRUE(root->put({.key = "/a"}).ok());
  enableAuth();
  EXPECT_TRUE(root->put({.key = "/b"}).ok());
  disableAuth();
  EXPECT_TRUE(root->put({.key = "/c"}).ok());
  witness().monitor().refresh();
  ASSERT_TRUE(witness().waitUntilLive());
}

TEST_F(ClusterFaultTest, F42_LeasesThatMayNotBeListedComeFromTheKeys) {
  const auto session = openSession();
  ASSERT_TRUE(
      client()->put({.key = "/jobs/a/" + etcd::leaseHex(session->lease()), .lease = session->lease()}).ok());
  const LeaseId bare = client()->grantLease(absl::Seconds(60))->id;
  FaultyEtcd faulty(endpoint());
  faulty.use({.leases = [](const pb::LeaseLeasesRequest&, pb::LeaseLeasesResponse&) {
    return grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "etcdserver: permission denied");
  }});
  ClusterWitness seen(faulty.endpoint());
  ASSERT_TRUE(seen.waitUntilLive());
  ASSERT_TRUE(eventually([&] {
    const auto lease = seen.lease(session->lease());
    return lease != nullptr && lease->state(Moment::now()) == LeaseState::Alive;
  }));
  EXPECT_EQ(seen.lease(bare), nullptr);
  EXPECT_TRUE(eventually([&] {
    return seen.cluster() && anyContains(seen.cluster()->problems, "leases without keys are not shown");
  }));
}

TEST_F(ClusterFaultTest, F44_AGrpcProxyWorksAndWhatItHidesIsSaid) {
  const std::vector<std::uint16_t> ports = *freeLoopbackPorts(1);
  const std::string address = fmt::format("127.0.0.1:{}", ports[0]);
  RunningProgram proxy({*findEtcd(), "grpc-proxy", "start", "--endpoints", endpoint(), "--listen-addr",
                        address, "--data-dir", TemporaryFolder().path()});
  ClusterWitness seen(address);
  ASSERT_TRUE(seen.waitUntilLive(absl::Seconds(20))) << seen.health().reason;
  const auto session = openSession();
  ASSERT_TRUE(
      client()->put({.key = "/jobs/a/" + etcd::leaseHex(session->lease()), .lease = session->lease()}).ok());
  EXPECT_TRUE(eventually([&] { return seen.lock("/jobs/a") != nullptr; }));
  EXPECT_TRUE(eventually([&] {
    const auto lease = seen.lease(session->lease());
    return lease != nullptr && lease->state(Moment::now()) == LeaseState::Alive;
  }));
  EXPECT_EQ(seen.differenceTo(etcdctl()), "");
  ASSERT_TRUE(eventually([&] { return seen.cluster() != nullptr; }));
  EXPECT_TRUE(anyContains(seen.cluster()->problems, address + " is a gRPC proxy"));
  EXPECT_EQ(seen.cluster()->members.size(), 1U) << "a proxy is not taken for a member";
  proxy.process().terminate(absl::Seconds(2));
}

TEST(AbsentServerTest, F45_IsWaitedForAndFoundWhenItComes) {
  const auto later = *Playground::start();
  TcpProxy proxy(later->endpoint());
  proxy.refuse();
  ClusterWitness seen(proxy.endpoint());
  ASSERT_TRUE(eventually([&] { return !seen.health().reason.empty(); }));
  EXPECT_EQ(seen.health().state, State::Connecting) << seen.health().reason;
  EXPECT_TRUE(eventually([&] { return seen.health().retryAt.has_value(); }))
      << "it is said when it is tried again";
  proxy.pass();
  EXPECT_TRUE(seen.waitUntilLive(absl::Seconds(20))) << seen.health().reason;
}

}  // namespace
}  // namespace leasescope
