#include "core/etcd/secret.h"

#include <gtest/gtest.h>

namespace leasescope::etcd {
namespace {

TEST(Secret, isRevealedToTheOneWhoSendsIt) {
  const Secret secret = "hunter2";
  const Secret shared = secret;  // NOLINT(performance-unnecessary-copy-initialization): copies are the point
  EXPECT_EQ(shared.reveal(), "hunter2");
  EXPECT_FALSE(shared.empty());
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(Secret().reveal(), "");
}

TEST(Secret, isOneCopyForAllWhoHoldIt) {
  const Secret secret = std::string("a password that is too long to be stored inside of a string");
  const Secret shared = secret;  // NOLINT(performance-unnecessary-copy-initialization): copies are the point
  EXPECT_EQ(&secret.reveal(), &shared.reveal());
}

TEST(WipedText, holdsNothingOfWhatItWas) {
  std::string text = "a password that is too long to be stored inside of a string";
  const char* const memory = text.data();
  const std::size_t length = text.size();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string(memory, length), std::string(length, '\0')) << "the string still owns this memory";
}

}  // namespace
}  // namespace leasescope::etcd
