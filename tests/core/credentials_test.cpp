#include "core/etcd/credentials.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/support/test_certificates.h"

namespace leasescope::etcd {
namespace {

const Endpoint kPlain{.address = {}, .tls = false};
const Endpoint kTls{.address = {}, .tls = true};

class CredentialsTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_.file(name)) << content;
    return folder_.file(name);
  }
  std::string pem(const std::string& name) const {
    return write(name, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  }
  static std::string reasonAgainst(const TlsFiles& files) {
    const auto credentials = makeCredentials(kTls, files);
    if (credentials.ok()) return "accepted";
    EXPECT_TRUE(absl::IsInvalidArgument(credentials.status()));
    return std::string(credentials.status().message());
  }

  const TemporaryFolder folder_;
};

TEST_F(CredentialsTest, areMadeFromReadablePemFiles) {
  TestCertificates certificates;
  certificates.make({.name = "client"});
  const std::string ca = certificates.crt("ca");
  const std::string cert = certificates.crt("client");
  const std::string key = certificates.key("client");
  for (const bool skipVerify : {false, true}) {
    EXPECT_EQ(reasonAgainst({.skipVerify = skipVerify}), "accepted");
    EXPECT_EQ(reasonAgainst({.caFile = ca, .skipVerify = skipVerify}), "accepted");
    EXPECT_EQ(reasonAgainst({.certFile = cert, .keyFile = key, .skipVerify = skipVerify}), "accepted");
  }
}

TEST_F(CredentialsTest, refuseWhatOnlyLooksLikeAPemFile) {
  TestCertificates certificates;
  certificates.make({.name = "client"});
  const std::string hollow = pem("hollow.pem");
  EXPECT_EQ(reasonAgainst({.caFile = hollow}),
            "CA file '" + hollow + "' holds no certificate that can be read");
  EXPECT_EQ(reasonAgainst({.certFile = hollow, .keyFile = certificates.key("client")}),
            "certificate '" + hollow + "' can't be read as a certificate");
  EXPECT_EQ(reasonAgainst({.certFile = certificates.crt("client"), .keyFile = hollow}),
            "key '" + hollow + "' can't be read as a private key without a passphrase");
}

TEST_F(CredentialsTest, nameTheFileThatIsMissing) {
  const std::string missing = folder_.file("missing.pem");
  const std::string there = pem("there.pem");
  const std::string why = " '" + missing + "' can't be read: No such file or directory";
  EXPECT_EQ(reasonAgainst({.caFile = missing}), "CA file" + why);
  EXPECT_EQ(reasonAgainst({.certFile = missing, .keyFile = there}), "certificate" + why);
  EXPECT_EQ(reasonAgainst({.certFile = there, .keyFile = missing}), "key" + why);
  EXPECT_EQ(reasonAgainst({.caFile = missing, .skipVerify = true}), "CA file" + why);
}

TEST_F(CredentialsTest, nameTheFileThatCantBeRead) {
  EXPECT_EQ(reasonAgainst({.caFile = folder_.path()}),
            "CA file '" + folder_.path() + "' can't be read: Is a directory");
}

TEST_F(CredentialsTest, refuseWhatIsNoPemFile) {
  const std::string empty = write("empty.pem", "");
  const std::string der = write("cert.der", std::string("\x30\x82\x00\x01", 4));
  EXPECT_EQ(reasonAgainst({.caFile = empty}), "CA file '" + empty + "' is not a PEM file");
  EXPECT_EQ(reasonAgainst({.certFile = der, .keyFile = pem("key.pem")}),
            "certificate '" + der + "' is not a PEM file");
}

TEST_F(CredentialsTest, refuseACertificateWithoutAKeyAndAKeyWithoutACertificate) {
  const std::string why = "--cert and --key go together: give both or none";
  EXPECT_EQ(reasonAgainst({.certFile = pem("cert.pem")}), why);
  EXPECT_EQ(reasonAgainst({.keyFile = pem("key.pem")}), why);
  EXPECT_EQ(reasonAgainst({.keyFile = pem("key.pem"), .skipVerify = true}), why);
}

TEST_F(CredentialsTest, ofAPlainEndpointNeedNoFiles) {
  EXPECT_TRUE(makeCredentials(kPlain, {.caFile = folder_.file("missing.pem")}).ok());
}

}  // namespace
}  // namespace leasescope::etcd
