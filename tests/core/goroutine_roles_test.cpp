#include "core/probe/goroutine_roles.h"

#include <gtest/gtest.h>

#include "tests/core/goroutine_captures.h"

namespace leasescope {

void PrintTo(const GoroutineRoles& roles, std::ostream* out) {
  *out << roles.total << " in all: " << roles.sessions << " sessions, " << roles.keepAliveClosers
       << " closers, " << roles.lockWaiters << " waiters, " << roles.keepAliveLoops << " loops, "
       << roles.watchers << " watchers, " << roles.rest << " rest";
}

namespace {

GoroutineRoles rolesIn(const std::string& text) {
  const auto profile = parseGoroutineProfile(text);
  if (!profile.ok()) throw std::runtime_error(std::string(profile.status().message()));
  return rolesOf(*profile);
}

struct Capture {
  const char* file;
  GoroutineRoles roles;
};

void PrintTo(const Capture& capture, std::ostream* out) { *out << capture.file; }

class RolesOfRealProgram : public testing::TestWithParam<Capture> {};

TEST_P(RolesOfRealProgram, areTheSameInEveryForm) {
  EXPECT_EQ(rolesIn(goroutineCapture(GetParam().file)), GetParam().roles);
}

INSTANTIATE_TEST_SUITE_P(Captures, RolesOfRealProgram,
                         testing::Values(Capture{"etcd_34.pb.gz", {43, 6, 6, 5, 3, 7, 16}},
                                         Capture{"etcd_34.debug1.txt", {43, 6, 6, 5, 3, 7, 16}},
                                         Capture{"etcd_34.debug2.txt", {43, 6, 6, 5, 3, 7, 16}},
                                         Capture{"etcd_36.pb.gz", {44, 6, 6, 5, 3, 7, 17}},
                                         Capture{"etcd_36.debug1.txt", {44, 6, 6, 5, 3, 7, 17}},
                                         Capture{"etcd_36.debug2.txt", {44, 6, 6, 5, 3, 7, 17}}));

struct Named {
  const char* function;
  std::int64_t GoroutineRoles::*role;
};

void PrintTo(const Named& named, std::ostream* out) { *out << named.function; }

class RoleOfFunction : public testing::TestWithParam<Named> {};

TEST_P(RoleOfFunction, isToldByPackageAndName) {
  GoroutineProfile profile{.total = 7, .functions = {"main.main", GetParam().function}};
  profile.stacks.push_back({.count = 7, .functions = {1, 0}});
  GoroutineRoles expected{.total = 7};
  expected.*GetParam().role = 7;
  EXPECT_EQ(rolesOf(profile), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Names, RoleOfFunction,
    testing::Values(
        Named{"github.com/coreos/etcd/clientv3/concurrency.NewSession.func1", &GoroutineRoles::sessions},
        Named{"go.etcd.io/etcd/clientv3/concurrency.NewSession.func1", &GoroutineRoles::sessions},
        Named{"go.etcd.io/etcd/v3/clientv3/concurrency.NewSession.func1", &GoroutineRoles::sessions},
        Named{"go.etcd.io/etcd/client/v3/concurrency.NewSession.func2", &GoroutineRoles::sessions},
        Named{"a.b/app/vendor/go.etcd.io/etcd/clientv3/concurrency.NewSession.func1",
              &GoroutineRoles::sessions},
        Named{"go.etcd.io/etcd/client/v3/concurrency.NewSession",
              &GoroutineRoles::rest},  // has not begun it yet
        Named{"example.org/concurrency.NewSession.func1", &GoroutineRoles::rest},
        Named{"go.etcd.io/etcd/client/v3/concurrency.(*Mutex).Lock", &GoroutineRoles::lockWaiters},
        Named{"go.etcd.io/etcd/clientv3/concurrency.waitDeletes", &GoroutineRoles::lockWaiters},
        Named{"go.etcd.io/etcd/clientv3/concurrency.waitDelete", &GoroutineRoles::lockWaiters},
        Named{"sync.(*Mutex).Lock", &GoroutineRoles::rest},
        Named{"go.etcd.io/etcd/client/v3.(*lessor).keepAliveCtxCloser", &GoroutineRoles::keepAliveClosers},
        Named{"go.etcd.io/etcd/clientv3.(*lessor).sendKeepAliveLoop", &GoroutineRoles::keepAliveLoops},
        Named{"go.etcd.io/etcd/clientv3.(*lessor).recvKeepAliveLoop", &GoroutineRoles::keepAliveLoops},
        Named{"github.com/coreos/etcd/clientv3.(*lessor).deadlineLoop", &GoroutineRoles::keepAliveLoops},
        Named{"go.etcd.io/etcd/server/v3/lease.(*lessor).deadlineLoop", &GoroutineRoles::rest},
        Named{"go.etcd.io/etcd/clientv3.(*watchGrpcStream).run", &GoroutineRoles::watchers},
        Named{"go.etcd.io/etcd/client/v3.(*watchGRPCStream).serveSubstream", &GoroutineRoles::watchers},
        Named{"main.serve[go.shape.struct { x/etcd/clientv3.(*watchGrpcStream) }]", &GoroutineRoles::rest},
        Named{"/etcd/clientv3", &GoroutineRoles::rest}, Named{"", &GoroutineRoles::rest}));

TEST(GoroutineRoles, countsAGoroutineOnceByTheMostTellingOfItsFunctions) {
  const std::string client = "go.etcd.io/etcd/client/v3";
  GoroutineProfile profile{
      .total = 2,
      .functions = {client + ".(*watchGRPCStream).run", client + "/concurrency.waitDeletes",
                    client + "/concurrency.(*Mutex).Lock"}};
  profile.stacks = {{.count = 2, .functions = {0, 1, 2}}};
  EXPECT_EQ(rolesOf(profile), (GoroutineRoles{.total = 2, .lockWaiters = 2}));
}

}  // namespace
}  // namespace leasescope
