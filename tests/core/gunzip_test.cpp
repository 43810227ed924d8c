#include "core/probe/gunzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/gzipped.h"

namespace leasescope {
namespace {

constexpr std::size_t kLimit = 3 << 20;

class GunzipSize : public testing::TestWithParam<std::size_t> {};

TEST_P(GunzipSize, givesBackWhatWasPacked) {
  std::string text;
  for (std::size_t i = 0; i < GetParam(); ++i) text += static_cast<char>(i * i >> 3);
  const auto unpacked = gunzip(gzipped(text), kLimit);
  ASSERT_TRUE(unpacked.ok()) << unpacked.status();
  EXPECT_TRUE(*unpacked == text);
}

INSTANTIATE_TEST_SUITE_P(Sizes, GunzipSize,
                         testing::Values(0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, kLimit - 1, kLimit));

TEST(Gunzip, refusesWhatUnpacksToMoreThanTheLimit) {
  for (const std::size_t size : {kLimit + 1, 100 * kLimit}) {
    const auto unpacked = gunzip(gzipped(std::string(size, '\0')), kLimit);
    EXPECT_TRUE(absl::IsResourceExhausted(unpacked.status())) << unpacked.status();
    EXPECT_THAT(unpacked.status().message(), testing::HasSubstr("more than 3 MiB"));
  }
}

TEST(Gunzip, refusesWhatIsCutOff) {
  const std::string packed = gzipped("goroutine profile: total 43");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    EXPECT_TRUE(absl::IsInvalidArgument(gunzip(packed.substr(0, size), kLimit).status())) << size;
  }
}

TEST(Gunzip, refusesWhatIsDamaged) {
  const std::string text = "goroutine profile: total 43, and what follows it";
  const std::string packed = gzipped(text);
  for (std::size_t i = 10; i < packed.size();
       ++i) {  // after the header, which may say other times and systems
    std::string damaged = packed;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    const auto unpacked = gunzip(damaged, kLimit);
    EXPECT_TRUE(!unpacked.ok() || *unpacked == text) << i;  // some bits are not used
  }
  EXPECT_FALSE(gunzip("", kLimit).ok());
  EXPECT_FALSE(gunzip("no gzip", kLimit).ok());
}

TEST(Gunzip, passesOverWhatFollows) { EXPECT_EQ(*gunzip(gzipped("text") + "more", kLimit), "text"); }

TEST(Gunzip, isToldByItsFirstBytes) {
  EXPECT_TRUE(isGzip(gzipped("")));
  EXPECT_FALSE(isGzip(""));
  EXPECT_FALSE(isGzip("\x1f"));
  EXPECT_FALSE(isGzip("goroutine profile: total 43"));
}

}  // namespace
}  // namespace leasescope
