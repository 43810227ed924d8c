#include "core/actions/actions.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/etcd/mutex.h"
#include "fmt/format.h"
#include "tests/support/etcd_test.h"
#include "tests/support/eventually.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

using Kind = ActionOutcome::Kind;
using Role = RevokePreview::LockEffect::Role;

class ActionsTest : public EtcdTest {
 protected:
  Actions actions() const { return {client(), "", AuditLog(folder_.file("audit.jsonl"))}; }

  std::vector<nlohmann::json> audit() const {
    std::ifstream file(folder_.file("audit.jsonl"));
    std::vector<nlohmann::json> entries;
    for (std::string line; std::getline(file, line);) entries.push_back(nlohmann::json::parse(line));
    return entries;
  }

  bool there(const std::string& key) const {
    return !client()->range({.range = etcd::KeyRange::single(key), .keysOnly = true})->kvs.empty();
  }

  std::string queueUp(const std::string& lock, const etcd::Session& session) const {
    std::string key = lock + "/" + etcd::leaseHex(session.lease());
    EXPECT_TRUE(client()->put({.key = key, .lease = session.lease()}).ok());
    return key;
  }

  TemporaryFolder folder_;
};

TEST_F(ActionsTest, F30_PreviewNamesLocksThatAForeignKeyKeepsFromTheirWaiters) {
  const auto blocking = openSession();
  const auto waiter = openSession();
  const auto stranger = openSession();
  const std::string nested = queueUp("/jobs/a", *blocking);  // older than all that queue for /jobs
  ASSERT_TRUE(client()->put({.key = "/other/config", .lease = blocking->lease()}).ok());
  queueUp("/jobs", *waiter);
  ASSERT_TRUE(client()->put({.key = "/other/more", .lease = stranger->lease()}).ok());
  queueUp("/other", *waiter);
  const auto preview = actions().previewRevoke(blocking->lease());
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->otherKeys, std::vector<std::string>{"/other/config"});
  ASSERT_EQ(preview->locks.size(), 2) << "/other stays blocked by the stranger's key";
  EXPECT_EQ(preview->locks[0].lock, "/jobs/a");
  EXPECT_EQ(preview->locks[0].nextHolder, std::nullopt);
  EXPECT_EQ(preview->locks[1].lock, "/jobs");
  EXPECT_EQ(preview->locks[1].key, nested);
  EXPECT_EQ(preview->locks[1].role, Role::Blocker);
  EXPECT_EQ(preview->locks[1].nextHolder->lease, waiter->lease());
  ASSERT_EQ(actions().revoke(*preview).kind, Kind::Done);
  EXPECT_TRUE(eventually([&] {
    const auto lock = witness().lock("/jobs");
    return lock != nullptr && lock->holder() != nullptr && lock->holder()->lease == waiter->lease();
  }));
}

TEST_F(ActionsTest, F30_PreviewOfALeaseThatWaitsForWhatItBlocksNamesTheNextHolder) {
  const auto session = openSession();
  const auto waiter = openSession();
  queueUp("/jobs/a", *session);
  queueUp("/jobs", *session);
  queueUp("/jobs", *waiter);
  const auto preview = actions().previewRevoke(session->lease());
  ASSERT_TRUE(preview.ok()) << preview.status();
  const auto jobs = std::ranges::find(preview->locks, "/jobs", &RevokePreview::LockEffect::lock);
  ASSERT_NE(jobs, preview->locks.end());
  EXPECT_EQ(jobs->role, Role::Waiter);
  EXPECT_EQ(jobs->nextHolder->lease, waiter->lease());
  EXPECT_FALSE(jobs->staysHolder) << "nobody holds it before";
  EXPECT_EQ(preview->unseen.locks, 0);
}

TEST_F(ActionsTest, PreviewSaysWhatItDidNotLookAt) {
  const auto session = openSession();
  std::string deep = "/deep";
  for (int i = 0; i < 200; ++i) deep += "/d";
  ASSERT_TRUE(client()->put({.key = deep, .lease = session->lease()}).ok());
  const auto preview = actions().previewRevoke(session->lease());
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->unseen.locks, 200);
  EXPECT_THAT(preview->unseen.why, testing::HasSubstr("more than 100"));
}

TEST_F(ActionsTest, PreviewDoesNotReadAHugePrefixForALockThatMayBeBlocked) {
  const auto session = openSession();
  ASSERT_TRUE(client()->put({.key = "/huge/0/config", .lease = session->lease()}).ok());
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(client()->put({.key = fmt::format("/huge/{}", i)}).ok());
  const auto preview = actions().previewRevoke(session->lease());
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->unseen.locks, 1) << "/huge; /huge/0 was looked at";
}

TEST_F(ActionsTest, PreviewNamesKeysLocksRolesAndNextHolders) {
  const auto holder = openSession();
  const auto waiter = openSession();
  const std::string first = queueUp("/a", *holder);
  queueUp("/a", *waiter);
  queueUp("/b", *waiter);
  const std::string second = queueUp("/b", *holder);
  ASSERT_TRUE(client()->put({.key = "/plain", .lease = holder->lease()}).ok());
  const auto preview = actions().previewRevoke(holder->lease());
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->keys, (std::vector<std::string>{first, second, "/plain"}));
  EXPECT_EQ(preview->otherKeys, std::vector<std::string>{"/plain"});
  ASSERT_EQ(preview->locks.size(), 2);
  EXPECT_EQ(preview->locks[0].role, Role::Holder);
  EXPECT_EQ(preview->locks[0].nextHolder->lease, waiter->lease());
  EXPECT_EQ(preview->locks[1].role, Role::Waiter);
  EXPECT_EQ(preview->locks[1].nextHolder->lease, waiter->lease());
}

TEST_F(ActionsTest, RevokeRemovesTheKeysAndIsAudited) {
  const auto session = openSession();
  const std::string key = queueUp("/a", *session);
  const auto preview = actions().previewRevoke(session->lease());
  ASSERT_TRUE(preview.ok());
  const ActionOutcome outcome = actions().revoke(*preview);
  EXPECT_EQ(outcome.kind, Kind::Done) << outcome.message;
  EXPECT_FALSE(there(key));
  const auto entries = audit();
  ASSERT_EQ(entries.size(), 2);
  EXPECT_EQ(entries[0]["outcome"], "begun");
  EXPECT_EQ(entries[1]["action"], "revoke");
  EXPECT_EQ(entries[1]["lease"], etcd::leaseHex(session->lease()));
  EXPECT_EQ(entries[1]["keys"], nlohmann::json::array({key}));
  EXPECT_NE(entries[1]["who"], "");
  EXPECT_NE(entries[1]["cluster_id"], "0");
}

TEST_F(ActionsTest, F23_RevokeAsksAgainWhenKeysWereAttachedMeanwhile) {
  const auto session = openSession();
  queueUp("/a", *session);
  const auto preview = actions().previewRevoke(session->lease());
  const std::string late = queueUp("/late", *session);
  const ActionOutcome outcome = actions().revoke(*preview);
  EXPECT_EQ(outcome.kind, Kind::Changed);
  ASSERT_TRUE(outcome.preview.has_value());
  EXPECT_EQ(outcome.preview->keys.size(), 2);
  EXPECT_TRUE(there(late));
  EXPECT_TRUE(audit().empty()) << "nothing was done";
  EXPECT_EQ(actions().revoke(*outcome.preview).kind, Kind::Done);
}

TEST_F(ActionsTest, F22_RevokeOfALeaseThatIsGoneDoesNotPretendToHaveDoneIt) {
  const auto session = openSession();
  const auto preview = actions().previewRevoke(session->lease());
  ASSERT_TRUE(client()->revokeLease(session->lease()).ok());
  EXPECT_EQ(actions().revoke(*preview).kind, Kind::Gone);
  EXPECT_TRUE(absl::IsNotFound(actions().previewRevoke(session->lease()).status()));
}

TEST_F(ActionsTest, F21_OutcomeIsNotCalledFailedWhenNobodyAnswers) {
  const auto session = openSession();
  const auto preview = actions().previewRevoke(session->lease());
  server().stop();
  const ActionOutcome outcome = actions().revoke(*preview);
  EXPECT_EQ(outcome.kind, Kind::Refused) << "the fresh look failed, so nothing was sent: " << outcome.message;
  const ActionOutcome release = actions().release("/a/1", 1);
  EXPECT_EQ(release.kind, Kind::Refused) << release.message;
}

TEST_F(ActionsTest, NothingIsDoneThatCantBeAudited) {
  const auto session = openSession();
  const std::string key = queueUp("/a", *session);
  const Actions blind(client(), "", AuditLog("/proc/no/audit.jsonl"));
  const auto preview = blind.previewRevoke(session->lease());
  const ActionOutcome outcome = blind.revoke(*preview);
  EXPECT_EQ(outcome.kind, Kind::Refused);
  EXPECT_NE(outcome.message.find("LEASESCOPE_AUDIT"), std::string::npos) << outcome.message;
  EXPECT_TRUE(there(key));
}

TEST_F(ActionsTest, ReleaseDeletesTheOneKeyAndKeepsTheLease) {
  const auto holder = openSession();
  const auto waiter = openSession();
  etcd::Mutex mutex(*holder, "/a");
  ASSERT_TRUE(mutex.lock(absl::Seconds(5)).ok());
  const std::string next = queueUp("/a", *waiter);
  EXPECT_EQ(actions().release(mutex.key(), mutex.fencingToken()).kind, Kind::Done);
  EXPECT_FALSE(there(mutex.key()));
  EXPECT_TRUE(there(next));
  EXPECT_TRUE(client()->leaseTtl(holder->lease(), false)->found);
  EXPECT_EQ(audit().back()["action"], "release");
}

TEST_F(ActionsTest, ReleaseIsBoundToTheCreateRevisionThatWasShown) {
  const auto session = openSession();
  etcd::Mutex mutex(*session, "/a");
  ASSERT_TRUE(mutex.lock(absl::Seconds(5)).ok());
  const Revision shown = mutex.fencingToken();
  ASSERT_TRUE(mutex.unlock().ok());
  ASSERT_TRUE(mutex.lock(absl::Seconds(5)).ok());
  EXPECT_EQ(actions().release(mutex.key(), shown).kind, Kind::Changed);
  EXPECT_TRUE(there(mutex.key()));
  ASSERT_TRUE(mutex.unlock().ok());
  EXPECT_EQ(actions().release(mutex.key(), shown).kind, Kind::Gone);
}

}  // namespace
}  // namespace leasescope
