#include "core/probe/goroutine_profile.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/probe/gunzip.h"
#include "tests/core/goroutine_captures.h"
#include "tests/core/gzipped.h"

namespace leasescope {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// "2 inner outer" a stack, in the profile's order.
std::vector<std::string> stacksOf(const GoroutineProfile& profile) {
  std::vector<std::string> stacks;
  for (const GoroutineStack& stack : profile.stacks) {
    std::string& text = stacks.emplace_back(std::to_string(stack.count));
    for (const std::uint32_t function : stack.functions) text += " " + profile.functions.at(function);
  }
  return stacks;
}

GoroutineProfile parsed(const std::string& text) {
  auto profile = parseGoroutineProfile(text);
  if (!profile.ok()) throw std::runtime_error(std::string(profile.status().message()));
  return *std::move(profile);
}

std::string unpackedCapture() { return *gunzip(goroutineCapture("etcd_36.pb.gz"), kLargestProfile); }

class RealProfile : public testing::TestWithParam<const char*> {};

TEST_P(RealProfile, isReadWhole) {
  const GoroutineProfile profile = parsed(goroutineCapture(GetParam()));
  EXPECT_TRUE(profile.complete);
  const std::string first = stacksOf(profile).front();
  const bool dump = std::string_view(GetParam()).ends_with("debug2.txt");
  EXPECT_THAT(first, dump ? HasSubstr("runtime/pprof.writeGoroutineStacks")
                          : HasSubstr("/concurrency.NewSession.func1"));
  EXPECT_EQ(first.front(), dump ? '1' : '6');
}

TEST_P(RealProfile, isReadGzippedToo) {
  const std::string capture = goroutineCapture(GetParam());
  const std::string unpacked = isGzip(capture) ? *gunzip(capture, kLargestProfile) : capture;
  EXPECT_EQ(stacksOf(parsed(unpacked)), stacksOf(parsed(gzipped(unpacked))));
}

INSTANTIATE_TEST_SUITE_P(Captures, RealProfile,
                         testing::Values("etcd_34.pb.gz", "etcd_34.debug1.txt", "etcd_34.debug2.txt",
                                         "etcd_36.pb.gz", "etcd_36.debug1.txt", "etcd_36.debug2.txt"));

TEST(GoroutineProfile, readsCountedStacks) {
  const GoroutineProfile profile = parsed(
      "goroutine profile: total 5\n"
      "4 @ 0x1 0x2\n"
      "# labels: {\"request\":\"7 @ 0x9\"}\n"
      "#\t0x1\tmain.(*T).inner+0x1c\t\t/src/a b/main.go:7\n"
      "#\t0x2\tmain.outer[...]+0x3\tmain.go:9\n"
      "\n"
      "1 @ 0x3\n"
      "#\t0x3\n");
  EXPECT_THAT(stacksOf(profile), ElementsAre("4 main.(*T).inner main.outer[...]", "1"));
  EXPECT_EQ(profile.total, 5);
  EXPECT_TRUE(profile.complete);
}

TEST(GoroutineProfile, readsTextThatWasCopiedWithOtherBlanksAndLineEnds) {
  const std::string text =
      "\r\n goroutine profile: total 2\r\n2 @ 0x1\r\n#    0x1    main.wait+0x1c    main.go:7\r\n\r\n";
  EXPECT_THAT(stacksOf(parsed(text)), ElementsAre("2 main.wait"));
}

TEST(GoroutineProfile, knowsThatCountedStacksAreMissing) {
  const GoroutineProfile profile =
      parsed("goroutine profile: total 43\n6 @ 0x1\n#\t0x1\tmain.wait+0x1c\tm.go:7\n");
  EXPECT_EQ(profile.total, 6);
  EXPECT_FALSE(profile.complete);
}

TEST(GoroutineProfile, readsADumpAndWhatStandsAroundIt) {
  const GoroutineProfile profile = parsed(
      "SIGQUIT: quit\nPC=0x46b681 m=0 sigcode=0\n\n"
      "goroutine 1 gp=0xc000002380 m=nil [chan receive, 45 minutes, locked to thread]:\n"
      "main.wait(0xc000152f00, {0x1?, 0x2})\n\t/src/main.go:7 +0x1c\n"
      "main.main()\n\t/src/main.go:9 +0x3\n\n"
      "goroutine 7 [select, 2 minutes]:\n"
      "main.(*T).run(...)\n\t/src/main.go:7\n"
      "...23 frames elided...\n"
      "created by main.start in goroutine 1\n\t/src/main.go:9 +0x3\n\n"
      "goroutine 8 [select, 3 minutes]:\n"
      "main.(*T).run(0x1)\n\t/src/main.go:7 +0x11\n"
      "created by main.other\n\t/src/main.go:9 +0x3\n\n"
      "goroutine 9 [running]:\n"
      "\tgoroutine running on other thread; stack unavailable\n"
      "created by main.start in goroutine 1\n\t/src/main.go:9 +0x3\n\n"
      "rax    0xca\n");
  EXPECT_THAT(stacksOf(profile), ElementsAre("1 main.wait main.main", "2 main.(*T).run", "1"));
  EXPECT_EQ(profile.total, 4);
  EXPECT_EQ(profile.stacks[0].longestWaitMinutes, 45);
  EXPECT_EQ(profile.stacks[1].longestWaitMinutes, 3);
  EXPECT_EQ(profile.stacks[2].longestWaitMinutes, 0);
  EXPECT_TRUE(profile.complete);
}

struct Wrong {
  const char* name;
  std::string answer;
  const char* saying;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

class WrongProfile : public testing::TestWithParam<Wrong> {};

TEST_P(WrongProfile, isExplainedInOneLine) {
  for (const std::string& answer : {GetParam().answer, gzipped(GetParam().answer)}) {
    const auto profile = parseGoroutineProfile(answer);
    ASSERT_FALSE(profile.ok());
    EXPECT_THAT(profile.status().message(), HasSubstr(GetParam().saying));
    EXPECT_THAT(profile.status().message(), testing::Not(HasSubstr("\n")));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Answers, WrongProfile,
    testing::Values(
        Wrong{"nothing", "", "this is empty"}, Wrong{"blanks", " \r\n\t\n", "this is empty"},
        Wrong{"page", "<!DOCTYPE html>\n<html><body>goroutine 1 [running]:</body></html>",
              "this is a web page"},
        Wrong{"index", "<html>\n<head>\n<title>/debug/pprof/</title>", "this is a web page"},
        Wrong{"not found", "404 page not found\n", "this is some other text"},
        Wrong{"json", R"({"goroutines":43})", "this is some other text"},
        Wrong{"heap", "heap profile: 3: 4096 [5: 8192] @ heap/1048576\n", "another kind (heap)"},
        Wrong{"threads", "threadcreate profile: total 9\n9 @\n", "another kind (threadcreate)"},
        Wrong{"title only", "goroutine profile: total 43\n", "ends before its first stack"},
        Wrong{"no total", "goroutine profile: total \n1 @ 0x1\n", "ends before its first stack"},
        Wrong{"gzip in gzip", gzipped(gzipped("goroutine profile: total 43\n")), "a damaged one"},
        Wrong{"bytes", std::string("\x00\xff\x17\x80", 4), "no goroutine profile, or a damaged one"},
        Wrong{"cpu",
              std::string("\x0a\x02\x08\x01\x32\x00\x32\x03"
                          "cpu",
                          11),
              "another kind (cpu)"},
        // A sample at a location that is nowhere, one without a count, and a negative one.
        Wrong{"no location",
              std::string("\x0a\x02\x08\x01\x32\x00\x32\x09goroutine\x12\x04\x08\x07\x10\x01", 23),
              "a damaged one"},
        Wrong{"no count", std::string("\x0a\x02\x08\x01\x32\x00\x32\x09goroutine\x12\x00", 19),
              "a damaged one"},
        Wrong{"negative",
              std::string("\x0a\x02\x08\x01\x32\x00\x32\x09goroutine\x12\x0b\x10\xff\xff\xff\xff\xff\xff\xff"
                          "\xff\xff\x01",
                          30),
              "a damaged one"}));

TEST(GoroutineProfile, refusesWhatUnpacksToMoreThanAnyProfile) {
  const auto bomb = parseGoroutineProfile(gzipped(std::string(kLargestProfile + 1, '\n')));
  EXPECT_TRUE(absl::IsResourceExhausted(bomb.status())) << bomb.status();
  const auto large = parseGoroutineProfile(std::string(kLargestProfile + 1, '\n'));
  EXPECT_TRUE(absl::IsResourceExhausted(large.status())) << large.status();
}

/// A field of protobuf that has bytes in it.
std::string sized(char tag, const std::string& bytes) {
  std::string size;
  for (std::size_t rest = bytes.size();; rest >>= 7) {
    size += static_cast<char>((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) break;
  }
  return tag + size + bytes;
}

TEST(GoroutineProfile, refusesAFewBytesThatStandForStacksWithoutEnd) {
  std::string location("\x08\x01", 2);
  for (int i = 0; i < 100'000; ++i)
    location += std::string("\x22\x02\x08\x01", 4);  // the same function again
  const std::string ids(100'000, '\x01');
  const std::string message = std::string("\x0a\x02\x08\x01\x32\x00\x32\x09goroutine", 17) +
                              std::string("\x2a\x04\x08\x01\x10\x01", 6) + sized('\x22', location) +
                              sized('\x12', std::string("\x10\x01", 2) + sized('\x0a', ids));
  const auto profile = parseGoroutineProfile(message);
  EXPECT_TRUE(absl::IsResourceExhausted(profile.status())) << profile.status();
}

TEST(GoroutineProfile, refusesMoreGoroutinesThanAnyMachineHas) {
  EXPECT_TRUE(absl::IsResourceExhausted(
      parseGoroutineProfile("goroutine profile: total 1\n9223372036854775807 @ 0x1\n").status()));
}

TEST(GoroutineProfile, neverTakesACutOneForAWholeOne) {
  const std::string packed = goroutineCapture("etcd_36.pb.gz");
  for (std::size_t size = 0; size < packed.size(); size += 5) {
    EXPECT_FALSE(parseGoroutineProfile(packed.substr(0, size)).ok()) << size;
  }
  const std::string message = unpackedCapture();
  const auto whole = stacksOf(parsed(message));
  for (std::size_t size = 0; size < message.size(); size += 5) {
    const auto profile = parseGoroutineProfile(message.substr(0, size));
    // What comes last, names of files, is not needed.
    EXPECT_TRUE(!profile.ok() || stacksOf(*profile) == whole) << size;
  }
}

TEST(GoroutineProfile, saysOfCutCountedStacksThatThereAreMore) {
  const std::string text = goroutineCapture("etcd_34.debug1.txt");
  const std::int64_t total = parsed(text).total;
  for (std::size_t size = 0; size < text.size(); size += 3) {
    const auto profile = parseGoroutineProfile(text.substr(0, size));
    EXPECT_TRUE(!profile.ok() || profile->complete == (profile->total == total)) << size;
  }
}

class CutDump : public testing::TestWithParam<const char*> {};

TEST_P(CutDump, isCompleteOnlyIfItsLastStackIs) {
  const std::string text = goroutineCapture(GetParam());
  for (std::size_t size = text.find('\n'); size < text.size(); size += 3) {
    const std::string cut = text.substr(0, size);
    const auto gap = cut.rfind("\n\n");
    const std::string last = gap == std::string::npos ? cut : cut.substr(gap + 2);
    const bool whole = last.empty() || last.find("\ncreated by ") != std::string::npos ||
                       last.find("\nmain.main(") != std::string::npos;
    EXPECT_EQ(parsed(cut).complete, whole) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(Captures, CutDump, testing::Values("etcd_34.debug2.txt", "etcd_36.debug2.txt"));

TEST(GoroutineProfile, knowsThatGoCutsADumpAtItsLimit) {
  const std::string stack =
      "goroutine 7 [select]:\nmain.run()\n\tmain.go:7 +0x1\ncreated by main.start\n\tmain.go:9 +0x3\n\n";
  std::string text;
  while (text.size() + stack.size() <= 64 << 20) text += stack;
  EXPECT_TRUE(parsed(text).complete);
  EXPECT_FALSE(parsed(text + stack).complete);
}

TEST(GoroutineProfile, takesNoRandomBytesForAProfile) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 300, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_FALSE(parseGoroutineProfile(bytes).ok());
    const auto damaged = parseGoroutineProfile(gzipped(bytes));
    EXPECT_FALSE(damaged.ok());
  }
}

TEST(GoroutineProfile, bearsBytesThatWereChanged) {
  std::mt19937 random(7);
  const std::string message = unpackedCapture();
  for (int i = 0; i < 2000; ++i) {
    std::string changed = message;
    for (int j = 0; j < 3; ++j) changed[random() % changed.size()] = static_cast<char>(random());
    if (const auto profile = parseGoroutineProfile(changed); profile.ok()) stacksOf(*profile);
  }
}

}  // namespace
}  // namespace leasescope
