#include "core/actions/audit_log.h"

#include <sys/stat.h>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"

namespace leasescope {
namespace {

using testing::MatchesRegex;

const AuditEntry kEntry{.when = absl::FromUnixMillis(1'700'000'000'123),
                        .who = "ann@jump as root",
                        .clusterId = 0xcdf818194e3a8c32,
                        .endpoint = "127.0.0.1:2379",
                        .action = "revoke",
                        .lease = 0x694d8257011d2a11,
                        .keys = {"jobs/694d8257011d2a11", "other"},
                        .outcome = "begun"};

class AuditLogTest : public testing::Test {
 protected:
  std::vector<std::string> linesOf(const std::string& path) const {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  const TemporaryFolder folder_;
};

TEST_F(AuditLogTest, writesOneJsonObjectALine) {
  const AuditLog log(folder_.file("audit.jsonl"));
  ASSERT_TRUE(log.append(kEntry).ok());
  const auto lines = linesOf(log.path());
  ASSERT_EQ(lines.size(), 1U);
  const nlohmann::json expected = {{"time", "2023-11-14T22:13:20.123+00:00"},
                                   {"who", "ann@jump as root"},
                                   {"cluster_id", "cdf818194e3a8c32"},
                                   {"endpoint", "127.0.0.1:2379"},
                                   {"action", "revoke"},
                                   {"lease", "694d8257011d2a11"},
                                   {"keys", {"jobs/694d8257011d2a11", "other"}},
                                   {"outcome", "begun"}};
  EXPECT_EQ(nlohmann::json::parse(lines[0]), expected);
}

TEST_F(AuditLogTest, onlyEverAppends) {
  const AuditLog log(folder_.file("audit.jsonl"));
  std::ofstream(log.path()) << "was here before\n";
  ASSERT_TRUE(log.append(kEntry).ok());
  AuditEntry second = kEntry;
  second.outcome = "done";
  ASSERT_TRUE(AuditLog(log.path()).append(second).ok());
  const auto lines = linesOf(log.path());
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "was here before");
  EXPECT_EQ(nlohmann::json::parse(lines[1])["outcome"], "begun");
  EXPECT_EQ(nlohmann::json::parse(lines[2])["outcome"], "done");
}

TEST_F(AuditLogTest, makesTheFolderAndAFileForItsOwnerAlone) {
  const AuditLog log(folder_.file("state/leasescope/audit.jsonl"));
  ASSERT_TRUE(log.append(kEntry).ok());
  struct stat about {};
  ASSERT_EQ(::stat(log.path().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(AuditLogTest, keepsALineWhateverBytesAKeyHas) {
  const AuditLog log(folder_.file("audit.jsonl"));
  AuditEntry entry = kEntry;
  entry.keys = {"cut \xff", "two\nlines", std::string("a\0b", 3)};
  ASSERT_TRUE(log.append(entry).ok());
  const auto lines = linesOf(log.path());
  ASSERT_EQ(lines.size(), 1U);
  const auto json = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(json["keys_base64"][0], "Y3V0IP8=") << "exactly which one";
  const auto& keys = json["keys"];
  EXPECT_EQ(keys[0], "cut \\xff");
  EXPECT_EQ(keys[1], "two\nlines");
  EXPECT_EQ(keys[2], std::string("a\0b", 3));
}

TEST_F(AuditLogTest, saysWhyTheFileCantBeWrittenAndWhatToDo) {
  const absl::Status status = AuditLog(folder_.path()).append(kEntry);
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(status.message(), "the audit file " + folder_.path() +
                                  " can't be written (Is a directory); set LEASESCOPE_AUDIT to one that can");
}

TEST_F(AuditLogTest, saysWhyTheFolderCantBeMade) {
  std::ofstream(folder_.file("file")) << "not a folder";
  const std::string path = folder_.file("file/below/audit.jsonl");
  EXPECT_EQ(
      AuditLog(path).append(kEntry).message(),
      "the audit file " + path + " can't be written (Not a directory); set LEASESCOPE_AUDIT to one that can");
}

TEST_F(AuditLogTest, saysThatTheDiskIsFull) {
  EXPECT_EQ(AuditLog("/dev/full").append(kEntry).message(),
            "the audit file /dev/full can't be written (No space left on device); "
            "set LEASESCOPE_AUDIT to one that can");
}

TEST_F(AuditLogTest, liesWhereTheEnvironmentSays) {
  const ScopedVariable home("HOME", "/home/ann");
  {
    const ScopedVariable audit("LEASESCOPE_AUDIT", "");
    const ScopedVariable state("XDG_STATE_HOME", "");
    EXPECT_EQ(AuditLog::defaultPath(), "/home/ann/.local/state/leasescope/audit.jsonl");
  }
  const ScopedVariable state("XDG_STATE_HOME", "/state");
  {
    const ScopedVariable audit("LEASESCOPE_AUDIT", "");
    EXPECT_EQ(AuditLog::defaultPath(), "/state/leasescope/audit.jsonl");
  }
  const ScopedVariable audit("LEASESCOPE_AUDIT", "/var/log/audit.jsonl");
  EXPECT_EQ(AuditLog::defaultPath(), "/var/log/audit.jsonl");
  EXPECT_EQ(AuditLog().path(), "/var/log/audit.jsonl");
}

TEST_F(AuditLogTest, knowsWhoIsAtWork) { EXPECT_THAT(auditUser(), MatchesRegex("[^@]+@[^@]+")); }

}  // namespace
}  // namespace leasescope
