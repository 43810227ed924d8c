#include "tests/support/etcd_test.h"

#include "core/playground/etcd_binary.h"
#include "core/playground/find_etcd.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {

etcd::ServerVersion testedVersion() {
  const TemporaryFolder scratch;
  return *etcd::parseServerVersion(inspectEtcd(*findEtcd(), scratch.path())->version);
}

void EtcdTest::SetUp() {
  absl::StatusOr<std::unique_ptr<Playground>> server = Playground::start();
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  endpoint_ = server_->endpoint();
  client_ = connect();
  keepAlive_ = std::make_shared<etcd::KeepAlive>(client_);
  witness_ = std::make_unique<ClusterWitness>(endpoint_);
  ASSERT_TRUE(witness_->waitUntilLive()) << witness_->health().reason;
}

void EtcdTest::TearDown() {
  if (witness_ && server_->running()) {
    EXPECT_EQ(witness_->differenceTo(etcdctl()), "");
  }
  keepAlive_.reset();
  witness_.reset();
}

std::shared_ptr<etcd::Client> EtcdTest::connect() const {
  return *etcd::Client::create({.endpoints = {endpoint_}});
}

std::unique_ptr<etcd::Session> EtcdTest::openSession(absl::Duration ttl) const {
  absl::StatusOr<std::unique_ptr<etcd::Session>> session = etcd::Session::open(client_, keepAlive_, ttl);
  EXPECT_TRUE(session.ok()) << session.status();
  return session.ok() ? *std::move(session) : nullptr;
}

}  // namespace leasescope
