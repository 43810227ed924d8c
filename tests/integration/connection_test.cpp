#include <thread>

#include <gtest/gtest.h>

#include "core/monitor/key_lister.h"
#include "core/monitor/watched_ranges.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/silent_server.h"

namespace leasescope {
namespace {

/// An address of this machine at which nobody listens.
std::string deadEndpoint() { return "127.0.0.1:1"; }

absl::Status listLeases(etcd::ConnectionOptions options) {
  const auto client = etcd::Client::create(std::move(options));
  if (!client.ok()) return client.status();
  return (*client)->leases().status();
}

class ConnectionTest : public EtcdTest {};

TEST_F(ConnectionTest, MovesOnToTheNextEndpoint) {
  EXPECT_TRUE(listLeases({.endpoints = {deadEndpoint(), endpoint()}}).ok());
}

TEST_F(ConnectionTest, WritesMoveOnWhenTheyWereCertainlyNotSent) {
  const auto client = *etcd::Client::create({.endpoints = {deadEndpoint(), endpoint()}});
  EXPECT_TRUE(client->put({.key = "/a"}).ok());
}

TEST_F(ConnectionTest, SaysWhoDoesNotAnswer) {
  const absl::Status status = listLeases({.endpoints = {deadEndpoint()}});
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(status.message(), "no answer from 127.0.0.1:1: Connection refused");
}

TEST_F(ConnectionTest, PlainTextToATlsPortAndTlsToAPlainTextPortFailWithAReason) {
  const absl::Status status = listLeases({.endpoints = {"https://" + endpoint()}});
  EXPECT_FALSE(status.ok());
  EXPECT_NE(std::string(status.message()).find(endpoint()), std::string::npos) << status;
}

TEST_F(ConnectionTest, RefusesWrongUsersWithEtcdsReason) {
  ASSERT_TRUE(etcdctl().enableAuth().ok());
  EXPECT_TRUE(listLeases({.endpoints = {endpoint()}, .user = "root", .password = "secret"}).ok());
  const absl::Status wrong = listLeases({.endpoints = {endpoint()}, .user = "root", .password = "wrong"});
  EXPECT_TRUE(absl::IsUnauthenticated(wrong)) << wrong;
  EXPECT_EQ(std::string(wrong.message()).find("secret"), std::string::npos);
  const auto nobody = connect()->range({.range = etcd::KeyRange::prefix("")});
  EXPECT_FALSE(nobody.ok());
  ASSERT_TRUE(etcdctl().disableAuth().ok());
}

TEST_F(ConnectionTest, UserOfOnePrefixSeesItAndIsToldWhatElseIsRefused) {
  const LeaseId lease = client()->grantLease(absl::Seconds(60))->id;
  ASSERT_TRUE(client()->put({.key = "/jobs/a/" + etcd::leaseHex(lease), .lease = lease}).ok());
  ASSERT_TRUE(etcdctl().enableAuth(Etcdctl::annMayRead("/jobs/")).ok());
  const auto ann = *etcd::Client::create({.endpoints = {endpoint()}, .user = "ann", .password = "pw"});
  const auto own = listKeys(*ann, watchedRanges({"/jobs/"}));
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->keys.size(), 1);
  const auto all = listKeys(*ann, watchedRanges({}));
  EXPECT_TRUE(absl::IsPermissionDenied(all.status())) << all.status();
  EXPECT_NE(std::string(all.status().message()).find("--prefix"), std::string::npos) << all.status();
  ASSERT_TRUE(etcdctl().disableAuth().ok());
}

TEST_F(ConnectionTest, ShutdownEndsCallsThatWait) {
  const SilentServer silent;
  const auto client =
      *etcd::Client::create({.endpoints = {silent.endpoint()}, .commandTimeout = absl::Seconds(60)});
  absl::Status status;
  std::jthread caller([&] { status = client->leases().status(); });
  absl::SleepFor(absl::Milliseconds(200));
  const absl::Time start = absl::Now();
  client->shutdown();
  caller.join();
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
  EXPECT_FALSE(status.ok());
}

TEST_F(ConnectionTest, F40_EveryCallEndsAtItsDeadline) {
  const SilentServer silent;
  const absl::Time start = absl::Now();
  EXPECT_FALSE(listLeases({.endpoints = {silent.endpoint()},
                           .dialTimeout = absl::Milliseconds(300),
                           .commandTimeout = absl::Milliseconds(500)})
                   .ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));
}

}  // namespace
}  // namespace leasescope
