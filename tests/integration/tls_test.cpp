#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

#include "core/etcd/client.h"
#include "core/playground/playground.h"
#include "tests/support/cluster_witness.h"
#include "tests/support/etcd_cluster.h"
#include "tests/support/eventually.h"
#include "tests/support/program.h"
#include "tests/support/test_certificates.h"

namespace leasescope {
namespace {

/// A real etcd that speaks TLS, and what can be wrong about that. Each fault has a message of its own that
/// says what to do.
class TlsTest : public ::testing::Test {
 protected:
  /// "server" are its certificate and key.
  void startServer(bool wantsClientCertificates = false) {
    std::vector<std::string> arguments = {"--cert-file", certificates_.crt("server"), "--key-file",
                                          certificates_.key("server")};
    if (wantsClientCertificates) {
      arguments.insert(arguments.end(), {"--client-cert-auth", "--trusted-ca-file", certificates_.crt("ca")});
    }
    server_ = std::make_unique<EtcdCluster>(
        EtcdClusterOptions{.members = 1, .arguments = std::move(arguments), .clientScheme = "https"});
  }
  std::string https() const { return "https://" + server_->endpoint(); }
  etcd::TlsFiles ca() const { return {.caFile = certificates_.crt("ca")}; }
  etcd::TlsFiles caAndClient() const {
    return {.caFile = certificates_.crt("ca"),
            .certFile = certificates_.crt("client"),
            .keyFile = certificates_.key("client")};
  }
  static std::shared_ptr<etcd::Client> connect(const std::string& endpoint, etcd::TlsFiles files) {
    return *etcd::Client::create({.endpoints = {endpoint}, .tls = std::move(files)});
  }
  /// What a call to the server says; "ok" when it is fine. Servers take a moment to start.
  static std::string ask(const std::string& endpoint, const etcd::TlsFiles& files) {
    std::string said;
    eventually(
        [&] {
          const auto client = etcd::Client::create({.endpoints = {endpoint}, .tls = files});
          if (!client.ok()) {
            said = std::string(client.status().message());
            return true;
          }
          const absl::Status status = (*client)->leases().status();
          said = status.ok() ? "ok" : std::string(status.message());
          return said.find("Connection refused") == std::string::npos;
        },
        absl::Seconds(20));
    return said;
  }
  static bool says(const std::string& said, const std::string& part) {
    return said.find(part) != std::string::npos;
  }

  TestCertificates certificates_;
  std::unique_ptr<EtcdCluster> server_;
};

TEST_F(TlsTest, WorksWithTheRightAuthorityByAddressAndByName) {
  certificates_.make({.name = "server"});
  startServer();
  EXPECT_EQ(ask(https(), ca()), "ok");
  const std::string port = server_->endpoint().substr(server_->endpoint().rfind(':'));
  EXPECT_EQ(ask("https://localhost" + port, ca()), "ok");
}

TEST_F(TlsTest, WatchesOverMutualTls) {
  certificates_.make({.name = "server"});
  certificates_.make({.name = "client"});
  startServer(true);
  ASSERT_EQ(ask(https(), caAndClient()), "ok");
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = {https()}, .tls = caAndClient()});
  ASSERT_TRUE(seen.waitUntilLive()) << seen.health().reason;
  ASSERT_TRUE(connect(https(), caAndClient())->put({.key = "/a"}).ok());
  EXPECT_TRUE(eventually([&] { return seen.keys().contains("/a"); }));
}

TEST_F(TlsTest, F43_AnExpiredServerCertificateIsCalledExpired) {
  certificates_.make({.name = "server", .days = -1});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "the server's certificate expired on")) << said;
}

TEST_F(TlsTest, F43_ACertificateForAnotherNameSaysForWhich) {
  certificates_.make({.name = "server", .alternatives = "DNS:etcd.example"});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "is not for 127.0.0.1 but for etcd.example")) << said;
}

TEST_F(TlsTest, F43_AnUnknownAuthorityIsSaid) {
  certificates_.makeAuthority("other");
  certificates_.make({.name = "server", .authority = "other"});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "does not come from the --cacert given")) << said;
}

TEST_F(TlsTest, F43_TheSystemsAuthoritiesAreAskedOnlyWithoutACaFile) {
  certificates_.make({.name = "server"});
  startServer();
  const std::string said = ask(https(), {});
  EXPECT_TRUE(says(said, "does not come from the system's authorities")) << said;
}

TEST_F(TlsTest, F43_ACertificateSignedByItselfIsSaid) {
  certificates_.make({.name = "server", .authority = ""});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "signed by itself")) << said;
  EXPECT_EQ(ask(https(), {.caFile = certificates_.crt("server")}), "ok") << "as --cacert it is fine";
}

TEST_F(TlsTest, F43_AServerThatWantsAClientCertificateIsUnderstood) {
  certificates_.make({.name = "server"});
  startServer(true);
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "the server asks for a client certificate: give --cert and --key")) << said;
}

TEST_F(TlsTest, F43_AClientCertificateThatIsNotTakenIsSaid) {
  certificates_.make({.name = "server"});
  certificates_.makeAuthority("other");
  certificates_.make({.name = "client", .authority = "other"});
  startServer(true);
  const std::string said = ask(https(), caAndClient());
  EXPECT_TRUE(says(said, "the server does not take our certificate")) << said;
}

TEST_F(TlsTest, F43_OurOwnExpiredCertificateIsNoticedBeforeAnythingIsSent) {
  certificates_.make({.name = "client", .days = -1});
  const std::string said = ask("https://127.0.0.1:1", caAndClient());
  EXPECT_TRUE(says(said, "client.crt' expired on")) << said;
}

TEST_F(TlsTest, F43_AKeyThatDoesNotFitIsNoticedBeforeAnythingIsSent) {
  certificates_.make({.name = "client"});
  certificates_.make({.name = "other"});
  etcd::TlsFiles files = caAndClient();
  files.keyFile = certificates_.key("other");
  const std::string said = ask("https://127.0.0.1:1", files);
  EXPECT_TRUE(says(said, "other.key' does not belong to the certificate")) << said;
}

TEST_F(TlsTest, F43_PlainTextOnTheOtherSideIsSaid) {
  const auto plain = *Playground::start();
  const std::string said = ask("https://" + plain->endpoint(), ca());
  EXPECT_TRUE(says(said, "http://")) << said;
  EXPECT_TRUE(says(said, "speak TLS")) << said;
}

TEST_F(TlsTest, F43_TlsOnTheOtherSideOfAPlainEndpointIsSaid) {
  certificates_.make({.name = "server"});
  startServer();
  ASSERT_EQ(ask(https(), ca()), "ok");
  const std::string said = ask("http://" + server_->endpoint(), {});
  EXPECT_TRUE(says(said, "the other side speaks TLS: use https://")) << said;
}

TEST_F(TlsTest, F43_NothingIsVerifiedOnlyWhenThatIsAskedFor) {
  certificates_.make({.name = "server", .alternatives = "DNS:etcd.example", .authority = ""});
  startServer();
  EXPECT_EQ(ask(https(), {.skipVerify = true}), "ok");
}

TEST_F(TlsTest, F43_FilesThatAreReplacedAreUsedWithoutANewClient) {
  certificates_.make({.name = "server"});
  certificates_.make({.name = "client"});
  startServer(true);
  ASSERT_EQ(ask(https(), caAndClient()), "ok");
  const auto client = connect(https(), caAndClient());
  ASSERT_TRUE(client->put({.key = "/before"}).ok());
  certificates_.makeAuthority("ca");
  certificates_.make({.name = "server"});
  certificates_.make({.name = "client"});
  server_->restart(0);
  EXPECT_TRUE(eventually([&] { return client->put({.key = "/after"}).ok(); }, absl::Seconds(20)));
}

TEST_F(TlsTest, ACertificatesCommonNameIsAUserWithoutAPassword) {
  certificates_.make({.name = "server"});
  certificates_.make({.name = "client", .commonName = "root"});
  startServer(true);
  ASSERT_EQ(ask(https(), caAndClient()), "ok");
  const Etcdctl etcdctl(https());
  const auto run = [&](std::vector<std::string> command) {
    command.insert(command.begin(), {"--cacert", certificates_.crt("ca"), "--cert",
                                     certificates_.crt("client"), "--key", certificates_.key("client")});
    const auto result = etcdctl.run(std::move(command));
    return result.ok() ? std::string() : std::string(result.status().message());
  };
  ASSERT_EQ(run({"user", "add", "root:secret"}), "");
  ASSERT_EQ(run({"user", "grant-role", "root", "root"}), "");
  ASSERT_EQ(run({"auth", "enable"}), "");
  const auto client = connect(https(), caAndClient());
  EXPECT_TRUE(client->put({.key = "/a"}).ok());
  ClusterWitness seen(etcd::ConnectionOptions{.endpoints = {https()}, .tls = caAndClient()});
  EXPECT_TRUE(seen.waitUntilLive()) << seen.health().reason;
}

}  // namespace
}  // namespace leasescope
