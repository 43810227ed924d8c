#include <algorithm>
#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

#include "core/etcd/client.h"
#include "core/playground/loopback.h"
#include "core/playground/playground.h"
#include "fmt/format.h"
#include "tests/support/cluster_witness.h"
#include "tests/support/etcd_cluster.h"
#include "tests/support/eventually.h"
#include "tests/support/program.h"
#include "tests/support/silent_server.h"
#include "tests/support/test_certificates.h"

namespace leasescope {
namespace {

/// A real etcd that speaks TLS, and what can be wrong about that. Each fault has a message of its own that
/// says what to do.
class TlsTest : public ::testing::Test {
 protected:
  /// "server" are its certificate and key.
  void startServer(bool wantsClientCertificates = false, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"--cert-file", certificates_.crt("server"), "--key-file",
                                          certificates_.key("server")};
    if (wantsClientCertificates) {
      arguments.insert(arguments.end(), {"--client-cert-auth", "--trusted-ca-file", certificates_.crt("ca")});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
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

TEST_F(TlsTest, WorksOverIpv6AndSaysWhatIsWrongThere) {
  if (!std::filesystem::exists("/proc/net/if_inet6")) GTEST_SKIP() << "this machine has no IPv6";
  certificates_.make({.name = "server", .alternatives = "IP:0:0:0:0:0:0:0:1"});
  const std::string url = fmt::format("https://[::1]:{}", freeLoopbackPorts(1)->front());
  startServer(false, {"--listen-client-urls", url, "--advertise-client-urls", url});
  EXPECT_EQ(ask(url, ca()), "ok");
  const std::string said = ask(url, {});
  EXPECT_TRUE(says(said, "does not come from the system's authorities")) << said;
  EXPECT_TRUE(says(said, "[::1]:")) << said;
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

TEST_F(TlsTest, F43_TestDialTLSExpired_IsCalledExpired) {
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

TEST_F(TlsTest, F43_ACertificateWithManyNamesSaysAFewInOneLine) {
  std::string names = "DNS:n0";
  for (int i = 1; i < 40; ++i) names += ",DNS:n" + std::to_string(i);
  certificates_.make({.name = "server", .alternatives = names});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "but for n0, n1, n2, n3, n4, n5 and 34 more: use")) << said;
}

// GeneralNames with one dNSName, "a", a line feed and what turns a terminal red.
TEST_F(TlsTest, F43_ACertificatesNamesAreMadeHarmlessForTerminals) {
  certificates_.make({.name = "server", .alternatives = "DER:30098207610a1b5b33316d"});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "is not for 127.0.0.1 but for a??[31m: use")) << said;
}

TEST_F(TlsTest, F43_ACertificateWithACommonNameOnlySaysIt) {
  certificates_.make({.name = "server", .commonName = "old.example", .alternatives = ""});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "is not for 127.0.0.1 but for old.example")) << said;
}

TEST_F(TlsTest, F43_AServerCertificateThatIsNotValidYetIsSaid) {
  certificates_.make({.name = "server", .startsInDays = 3});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "the server's certificate is valid from")) << said;
}

TEST_F(TlsTest, F43_AnExpiredAuthorityIsNotCalledTheServersCertificate) {
  certificates_.makeAuthority("ca", -1);
  certificates_.make({.name = "server"});
  startServer();
  const std::string said = ask(https(), ca());
  EXPECT_TRUE(says(said, "the certificate of the server's authority expired on")) << said;
}

TEST_F(TlsTest, F43_WhoLogsInIsToldTheReasonToo) {
  certificates_.make({.name = "server", .days = -1});
  startServer();
  ASSERT_TRUE(says(ask(https(), ca()), "expired on")) << "it listens";
  const auto client = *etcd::Client::create(
      {.endpoints = {https()}, .tls = ca(), .user = "root", .password = etcd::Secret("secret")});
  const std::string said(client->leases().status().message());
  EXPECT_TRUE(says(said, "the server's certificate expired on")) << said;
  EXPECT_FALSE(says(said, "secret")) << said;
}

TEST_F(TlsTest, F43_AServerThatHangsIsNotSaidToSpeakPlainText) {
  const SilentServer silent;
  const auto client = *etcd::Client::create(
      {.endpoints = {"https://" + silent.endpoint()}, .tls = ca(), .dialTimeout = absl::Milliseconds(500)});
  const std::string said(client->leases().status().message());
  EXPECT_TRUE(says(said, "see whether the server hangs")) << said;
}

TEST_F(TlsTest, F43_ACaFileThatVanishedIsSaid) {
  certificates_.make({.name = "server"});
  certificates_.makeAuthority("other");
  startServer();
  ASSERT_EQ(ask(https(), ca()), "ok");
  const auto client = connect(https(), {.caFile = certificates_.crt("other")});
  ASSERT_FALSE(client->leases().ok());
  std::filesystem::remove(certificates_.crt("other"));
  std::string said;
  EXPECT_TRUE(eventually([&] {
    said = std::string(client->leases().status().message());
    return says(said, "other.crt' can't be read: No such file or directory");
  })) << said;
}

TEST_F(TlsTest, F43_TheSystemsAuthoritiesNeverReplaceANamedFile) {
  certificates_.make({.name = "server"});
  certificates_.makeAuthority("other");
  startServer();
  ASSERT_EQ(ask(https(), ca()), "ok");
  const auto list = [&](std::vector<std::string> flags) {
    std::vector<std::string> command = {LEASESCOPE_CONSOLE, "--endpoints", https()};
    command.insert(command.end(), flags.begin(), flags.end());
    command.emplace_back("leases");
    return runProgram(std::move(command), {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=" + certificates_.crt("ca")});
  };
  EXPECT_EQ(list({}).exitCode, 0) << "the system trusts the server";
  const ProgramResult named = list({"--cacert", certificates_.crt("other")});
  EXPECT_EQ(named.exitCode, 3) << named.output;
  EXPECT_TRUE(says(named.errors, "does not come from the --cacert given")) << named.errors;
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

TEST_F(TlsTest, F43_ACertificatesCommonNameIsAUserWithoutAPassword) {
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
