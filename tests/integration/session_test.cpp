#include "core/etcd/session.h"

#include <gtest/gtest.h>

#include "core/probe/process_stats.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

class SessionTest : public EtcdTest {
 protected:
  bool exists(LeaseId id) const {
    const auto ttl = client()->leaseTtl(id, false);
    return ttl.ok() && ttl->found;
  }
  static int drainingThreads() { return *countThreadsNamed(getpid(), etcd::kSessionThreadName); }
};

TEST_F(SessionTest, RenewsItsLeaseBeyondTheTtl) {
  const auto session = openSession(absl::Seconds(1));
  absl::SleepFor(absl::Milliseconds(2500));
  EXPECT_TRUE(exists(session->lease()));
  EXPECT_FALSE(session->lost());
  EXPECT_GE(session->renewalCount(), 4);
  EXPECT_TRUE(session->close().ok());
}

TEST_F(SessionTest, CloseRevokesAndEndsItsThread) {
  const auto session = openSession();
  const LeaseId id = session->lease();
  EXPECT_TRUE(eventually([] { return drainingThreads() == 1; }));  // it names itself when it begins to run
  EXPECT_TRUE(session->close().ok());
  EXPECT_FALSE(exists(id));
  EXPECT_EQ(drainingThreads(), 0);
}

TEST_F(SessionTest, OrphanLeavesTheLeaseToExpire) {
  const auto session = openSession(absl::Seconds(1));
  session->orphan();
  EXPECT_TRUE(session->ended());
  EXPECT_FALSE(session->lost());
  EXPECT_TRUE(exists(session->lease()));
  EXPECT_TRUE(eventually([&] { return !exists(session->lease()); }));
}

TEST_F(SessionTest, IsLostWhenSomebodyRevokesItsLease) {
  const auto session = openSession(absl::Seconds(2));
  ASSERT_TRUE(client()->revokeLease(session->lease()).ok());
  EXPECT_TRUE(eventually([&] { return session->lost(); }));
  EXPECT_TRUE(session->close().ok());
}

TEST_F(SessionTest, IsLostAtItsDeadlineWhenTheServerIsGone) {
  const auto session = openSession(absl::Seconds(2));
  const absl::Time start = absl::Now();
  server().stop();
  EXPECT_TRUE(eventually([&] { return session->lost(); }));
  EXPECT_GT(absl::Now() - start, absl::Milliseconds(900));
}

TEST_F(SessionTest, TakesOverAnExistingLease) {
  const auto granted = client()->grantLease(absl::Seconds(7));
  ASSERT_TRUE(granted.ok());
  const auto session = etcd::Session::open(client(), keepAlive(), absl::Seconds(60), granted->id);
  ASSERT_TRUE(session.ok());
  EXPECT_EQ((*session)->grantedTtl(), absl::Seconds(7));
  EXPECT_TRUE((*session)->close().ok());
}

TEST_F(SessionTest, RenewsALeaseThatIsTakenOverAtOnce) {
  const auto granted = client()->grantLease(absl::Minutes(10));
  ASSERT_TRUE(granted.ok());
  const auto session = etcd::Session::open(client(), keepAlive(), absl::Seconds(60), granted->id);
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_TRUE(eventually([&] { return (*session)->renewalCount() > 0; }));
  EXPECT_FALSE((*session)->lost());
  EXPECT_TRUE((*session)->close().ok());
}

TEST_F(SessionTest, RefusesToTakeOverALeaseThatIsNotThere) {
  const auto session = etcd::Session::open(client(), keepAlive(), absl::Seconds(60), 0x123456);
  EXPECT_TRUE(absl::IsNotFound(session.status())) << session.status();
}

TEST_F(SessionTest, LeaseWithANegativeIdIsALease) {
  const auto granted = client()->grantLease(absl::Seconds(60), -0x1234);
  ASSERT_TRUE(granted.ok()) << granted.status();
  EXPECT_TRUE(exists(-0x1234));
  EXPECT_TRUE(client()->revokeLease(-0x1234).ok());
}

TEST_F(SessionTest, LeaseNotFoundError) {
  EXPECT_TRUE(absl::IsNotFound(client()->revokeLease(0x4711).status()));
  const auto ttl = client()->leaseTtl(0x4711, true);
  ASSERT_TRUE(ttl.ok());
  EXPECT_FALSE(ttl->found);
}

}  // namespace
}  // namespace leasescope
