#include "core/etcd/connection_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasescope::etcd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string reasonAgainst(std::string_view text) {
  const auto endpoint = parseEndpoint(text, false);
  return endpoint.ok() ? "accepted as " + endpoint->address : std::string(endpoint.status().message());
}

TEST(Endpoints, areReadAsEtcdctlDoes) {
  EXPECT_EQ(*parseEndpoint("127.0.0.1:2379", false), (Endpoint{"127.0.0.1:2379", false}));
  EXPECT_EQ(*parseEndpoint("http://etcd-0.etcd_svc:2379", true), (Endpoint{"etcd-0.etcd_svc:2379", false}));
  EXPECT_EQ(*parseEndpoint("https://Etcd:1", false), (Endpoint{"Etcd:1", true}));
  EXPECT_EQ(*parseEndpoint("http://localhost:65535/", false), (Endpoint{"localhost:65535", false}));
}

TEST(Endpoints, useTlsByDefaultOnlyWithoutAScheme) {
  EXPECT_TRUE(parseEndpoint("a:1", true)->tls);
  EXPECT_FALSE(parseEndpoint("a:1", false)->tls);
  EXPECT_FALSE(parseEndpoint("http://a:1", true)->tls);
}

TEST(Endpoints, mayBeIpv6InBrackets) {
  EXPECT_EQ(parseEndpoint("[::1]:2379", false)->address, "[::1]:2379");
  EXPECT_EQ(parseEndpoint("https://[fe80::1%eth0]:2379", false)->address, "[fe80::1%eth0]:2379");
  EXPECT_THAT(reasonAgainst("::1:2379"), HasSubstr("malformed"));
  EXPECT_THAT(reasonAgainst("[]:2379"), HasSubstr("malformed"));
}

TEST(Endpoints, areRefusedWithoutAPort) {
  for (const char* text : {"", "localhost", "localhost:", "http://localhost", "localhost:http", "localhost:0",
                           "localhost:65536", "localhost:-1", "localhost:2379/health", "localhost:2379 "}) {
    EXPECT_EQ(reasonAgainst(text),
              "endpoint '" + std::string(text) + "': expected HOST:PORT, for example 127.0.0.1:2379");
  }
}

TEST(Endpoints, areRefusedWithAMalformedHost) {
  for (const char* text : {":2379", "http://:2379", " a:2379", "a,b:2379", "a b:2379", "a/b:2379"}) {
    EXPECT_EQ(reasonAgainst(text),
              "endpoint '" + std::string(text) + "': the host name is empty or malformed");
  }
}

TEST(Endpoints, areRefusedWithoutSayingAPasswordAloud) {
  EXPECT_EQ(reasonAgainst("http://root:hunter2@a:2379"),
            "endpoint '@a:2379': the host name is empty or malformed");
}

TEST(Endpoints, areRefusedWithAnUnknownScheme) {
  EXPECT_EQ(reasonAgainst("unix://a:1"),
            "endpoint 'unix://a:1': scheme 'unix' is not known, use http or https");
  EXPECT_TRUE(absl::IsInvalidArgument(parseEndpoint("unix://a:1", false).status()));
}

TEST(ConnectionOptions, giveEachEndpointOnceInOrder) {
  const auto endpoints =
      parseEndpoints({.endpoints = {"b:1", "http://a:1", "b:1", "http://b:1", "https://a:1"}});
  ASSERT_TRUE(endpoints.ok()) << endpoints.status();
  EXPECT_THAT(*endpoints, ElementsAre(Endpoint{"b:1", false}, Endpoint{"a:1", false}, Endpoint{"a:1", true}));
}

TEST(ConnectionOptions, useTlsWhenAnyTlsFlagIsGiven) {
  for (const TlsFiles& tls : {TlsFiles{.caFile = "ca"}, TlsFiles{.certFile = "cert"},
                              TlsFiles{.keyFile = "key"}, TlsFiles{.skipVerify = true}}) {
    EXPECT_TRUE(parseEndpoints({.endpoints = {"a:1"}, .tls = tls})->front().tls);
  }
  EXPECT_FALSE(parseEndpoints({.endpoints = {"a:1"}})->front().tls);
}

TEST(ConnectionOptions, areRefusedForOneBadEndpointOrNone) {
  EXPECT_THAT(parseEndpoints({.endpoints = {"a:1", "b", "c"}}).status().message(), HasSubstr("'b'"));
  const auto none = parseEndpoints({});
  EXPECT_TRUE(absl::IsInvalidArgument(none.status()));
  EXPECT_EQ(none.status().message(), "no endpoint given, for example --endpoints 127.0.0.1:2379");
}

}  // namespace
}  // namespace leasescope::etcd
