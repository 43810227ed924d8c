#include <gtest/gtest.h>

#include "core/etcd/mutex.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

/// Keys that stand beside locks, or look like them. After each test the picture is compared with etcdctl's
/// word.
class OddKeysTest : public EtcdTest {
 protected:
  std::string contend(const std::string& name, LeaseId lease, const std::string& value = "") const {
    std::string key = name + "/" + etcd::leaseHex(lease);
    EXPECT_TRUE(client()->put({.key = key, .value = value, .lease = lease}).ok());
    return key;
  }
  LeaseId grant() const { return client()->grantLease(absl::Seconds(60))->id; }
  void settle() {
    const Revision newest = client()->range({.range = etcd::KeyRange::single("/")})->header.revision;
    ASSERT_TRUE(eventually([&] { return witness().revision() >= newest; }));
  }
};

TEST_F(OddKeysTest, NamesThatEndInASlash) {
  const LeaseId lease = grant();
  EXPECT_EQ(contend("/my-lock/", lease), "/my-lock//" + etcd::leaseHex(lease));
  settle();
  ASSERT_NE(witness().lock("/my-lock/"), nullptr);
  EXPECT_EQ(witness().lock("/my-lock/")->holder()->lease, lease);
  EXPECT_EQ(witness().lock("/my-lock"), nullptr);
}

TEST_F(OddKeysTest, F30_TwoNamesOfWhichOneIsAPrefixOfTheOther) {
  const LeaseId inner = grant();
  const LeaseId outer = grant();
  const std::string nested = contend("/a/b", inner);
  contend("/a", outer);
  settle();
  const auto above = witness().lock("/a");
  ASSERT_NE(above, nullptr);
  EXPECT_EQ(above->holder(), nullptr) << "it queues behind the nested lock's key";
  ASSERT_TRUE(above->blocker.has_value());
  EXPECT_EQ(above->blocker->key, nested);
  EXPECT_EQ(witness().lock("/a/b")->holder()->lease, inner);
}

TEST_F(OddKeysTest, F30_PlainKeyBelowALocksPrefixBlocksIt) {
  ASSERT_TRUE(client()->put({.key = "/a/config", .value = "x"}).ok());
  contend("/a", grant());
  settle();
  ASSERT_NE(witness().lock("/a"), nullptr);
  EXPECT_EQ(witness().lock("/a")->holder(), nullptr);
  EXPECT_EQ(witness().lock("/a")->blocker->key, "/a/config");
  const auto session = openSession();
  etcd::Mutex ours(*session, "/a");
  EXPECT_FALSE(*ours.tryLock()) << "etcd's own clients see it the same way";
}

TEST_F(OddKeysTest, F30_ElectionsAreToldFromLocks) {
  contend("/election", grant(), "candidate-1");
  contend("/lock", grant());
  settle();
  EXPECT_EQ(witness().lock("/election")->kind, Lock::Kind::Election);
  EXPECT_EQ(witness().lock("/lock")->kind, Lock::Kind::Mutex);
}

TEST_F(OddKeysTest, F30_PlainLeasedKeysAreNoLocks) {
  const LeaseId lease = grant();
  ASSERT_TRUE(client()->put({.key = "/registry/node-1", .value = "x", .lease = lease}).ok());
  ASSERT_TRUE(client()->put({.key = "/locks/job", .value = "5f3e-uuid", .lease = lease}).ok());
  ASSERT_TRUE(client()->put({.key = "/objects/694d7e12ab04f1c3", .value = "data"}).ok());
  ASSERT_TRUE(client()->put({.key = "/users/1234", .value = ""}).ok());
  settle();
  for (const char* name : {"/registry", "/locks", "/objects", "/users"})
    EXPECT_EQ(witness().lock(name), nullptr) << name;
  ASSERT_TRUE(eventually(
      [&] { return witness().lease(lease) != nullptr && witness().lease(lease)->keys->size() == 2; }));
}

TEST_F(OddKeysTest, F27_LockKeyThatLostItsLeaseIsKeptAndMarked) {
  const LeaseId lease = grant();
  const std::string key = contend("/cron", lease);
  ASSERT_TRUE(client()->put({.key = key}).ok());
  ASSERT_TRUE(client()->revokeLease(lease).ok());
  contend("/cron", grant());
  settle();
  const auto lock = witness().lock("/cron");
  ASSERT_NE(lock, nullptr);
  ASSERT_NE(lock->holder(), nullptr);
  EXPECT_EQ(lock->holder()->key, key);
  EXPECT_FALSE(lock->holder()->hasLease());
  EXPECT_TRUE(lock->holder()->mismatched());
  EXPECT_EQ(lock->waiterCount(), 1);
}

TEST_F(OddKeysTest, F27_KeyUnderAnotherLeaseThanItsNameSays) {
  const LeaseId named = grant();
  const LeaseId attached = grant();
  const std::string key = contend("/cron", named);
  ASSERT_TRUE(client()->put({.key = key, .lease = attached}).ok());
  settle();
  const Contender* holder = witness().lock("/cron")->holder();
  EXPECT_EQ(holder->lease, attached) << "etcd's word wins over the name";
  EXPECT_EQ(holder->nameLease, named);
  EXPECT_TRUE(holder->mismatched());
}

TEST_F(OddKeysTest, TestV3LeaseNegativeID) {
  const LeaseId id = -0x1a2b;
  ASSERT_TRUE(client()->grantLease(absl::Seconds(60), id).ok());
  EXPECT_EQ(contend("/a", id), "/a/-1a2b");
  settle();
  EXPECT_EQ(witness().lock("/a")->holder()->lease, id);
}

TEST_F(OddKeysTest, F32_BytesThatAreNoText) {
  const std::vector<std::string> names = {std::string("/nul\0inside", 11),
                                          "/not-utf8\xff\xfe",
                                          "/rtl\u202emark",  // NOLINT(misc-misleading-bidirectional)
                                          std::string(),
                                          "/line\nbreak",
                                          "/emoji\U0001f512"};
  for (const std::string& name : names) contend(name, grant());
  settle();
  for (const std::string& name : names) {
    // Keys of the nameless lock's neighbours stand below its prefix "/" and block it.
    ASSERT_NE(witness().lock(name), nullptr);
    EXPECT_EQ(witness().lock(name)->queue.size(), 1);
  }
}

TEST_F(OddKeysTest, F32_NamesOfAMegabyte) {
  const std::string name(1 << 20, 'n');
  contend(name, grant());
  settle();
  ASSERT_NE(witness().lock(name), nullptr);
  EXPECT_NE(witness().lock(name)->holder(), nullptr);
}

TEST_F(OddKeysTest, F31_ContendersOfOneTransactionKeepAStableOrder) {
  const LeaseId first = grant();
  const LeaseId second = grant();
  const std::string one = "/a/" + etcd::leaseHex(first);
  const std::string other = "/a/" + etcd::leaseHex(second);
  ASSERT_TRUE(client()
                  ->transact({.then = {etcd::PutOp{.key = other, .lease = second},
                                       etcd::PutOp{.key = one, .lease = first}}})
                  .ok());
  settle();
  const auto lock = witness().lock("/a");
  ASSERT_EQ(lock->queue.size(), 2);
  EXPECT_EQ(lock->queue[0]->createRevision, lock->queue[1]->createRevision);
  EXPECT_LT(lock->queue[0]->key, lock->queue[1]->key);
}

}  // namespace
}  // namespace leasescope
