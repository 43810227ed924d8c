#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/etcd/client.h"
#include "core/etcd/server_version.h"
#include "core/etcd/session.h"
#include "core/playground/playground.h"
#include "tests/support/cluster_witness.h"
#include "tests/support/etcdctl.h"

namespace leasescope {

/// The version of the etcd that tests start.
etcd::ServerVersion testedVersion();

/// A test with a real etcd of its own. A monitor watches all the while, and after the test its picture must
/// equal what etcdctl says, key by key.
class EtcdTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  const std::string& endpoint() const { return endpoint_; }
  std::shared_ptr<etcd::Client> connect() const;
  std::shared_ptr<etcd::Client> client() const { return client_; }
  std::shared_ptr<etcd::KeepAlive> keepAlive() const { return keepAlive_; }
  std::unique_ptr<etcd::Session> openSession(absl::Duration ttl = absl::Seconds(10)) const;
  Etcdctl etcdctl() const { return Etcdctl(endpoint_); }
  ClusterWitness& witness() { return *witness_; }
  Playground& server() { return *server_; }

 private:
  std::unique_ptr<Playground> server_;
  std::string endpoint_;
  std::shared_ptr<etcd::Client> client_;
  std::shared_ptr<etcd::KeepAlive> keepAlive_;
  std::unique_ptr<ClusterWitness> witness_;
};

}  // namespace leasescope
