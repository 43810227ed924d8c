#include "core/probe/pprof_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasescope {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Typed {
  const char* text;
  const char* url;
};

void PrintTo(const Typed& typed, std::ostream* out) { *out << typed.text; }

class PprofTargetTyped : public testing::TestWithParam<Typed> {};

TEST_P(PprofTargetTyped, isUnderstood) {
  const auto target = parsePprofTarget(GetParam().text);
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_EQ(target->url(), GetParam().url);
  const auto again = parsePprofTarget(target->url());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, *target);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, PprofTargetTyped,
    testing::Values(Typed{"127.0.0.1:6060", "http://127.0.0.1:6060/debug/pprof/goroutine"},
                    Typed{" api.local:6060/\n", "http://api.local:6060/debug/pprof/goroutine"},
                    Typed{"[::1]:6060", "http://[::1]:6060/debug/pprof/goroutine"},
                    Typed{"http://[fe80::1]", "http://[fe80::1]:80/debug/pprof/goroutine"},
                    Typed{"http://localhost:6060", "http://localhost:6060/debug/pprof/goroutine"},
                    Typed{"http://api.local", "http://api.local:80/debug/pprof/goroutine"},
                    Typed{"https://api.local/debug/pprof/", "https://api.local:443/debug/pprof/goroutine"},
                    Typed{"localhost:6060/debug/pprof", "http://localhost:6060/debug/pprof/goroutine"},
                    Typed{"http://localhost:6060/debug/pprof/goroutine?debug=2",
                          "http://localhost:6060/debug/pprof/goroutine"},
                    Typed{"http://localhost:6060?debug=2", "http://localhost:6060/debug/pprof/goroutine"},
                    Typed{"http://localhost:6060#top", "http://localhost:6060/debug/pprof/goroutine"},
                    Typed{"localhost:6060/internal/pprof/goroutine",
                          "http://localhost:6060/internal/pprof/goroutine"}));

struct Mistyped {
  const char* text;
  const char* saying;
};

void PrintTo(const Mistyped& typed, std::ostream* out) { *out << typed.text; }

class PprofTargetMistyped : public testing::TestWithParam<Mistyped> {};

TEST_P(PprofTargetMistyped, isExplained) {
  const auto target = parsePprofTarget(GetParam().text);
  ASSERT_TRUE(absl::IsInvalidArgument(target.status())) << target->url();
  EXPECT_THAT(target.status().message(), HasSubstr(GetParam().saying));
  EXPECT_THAT(target.status().message(), Not(HasSubstr("\n")));
  EXPECT_THAT(target.status().message(), Not(HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, PprofTargetMistyped,
    testing::Values(
        Mistyped{"", "give HOST:PORT"}, Mistyped{" \t\n", "give HOST:PORT"},
        Mistyped{"localhost", "'localhost': expected HOST:PORT"}, Mistyped{"6060", "expected HOST:PORT"},
        Mistyped{":6060", "expected HOST:PORT"}, Mistyped{"localhost:0", "expected HOST:PORT"},
        Mistyped{"localhost:66000", "expected HOST:PORT"}, Mistyped{"http://", "expected HOST:PORT"},
        Mistyped{"http:///debug", "expected HOST:PORT"},
        Mistyped{"ftp://localhost:6060", "expected HOST:PORT"},
        Mistyped{"me:secret@localhost:6060", "'localhost:6060': expected HOST:PORT"},
        Mistyped{"http://me:secret@localhost:6060", "'localhost:6060': expected HOST:PORT"},
        Mistyped{"two\nlines:6060", "expected HOST:PORT"},
        Mistyped{"localhost:6060/metrics", "must end in /pprof or /goroutine"},
        Mistyped{"localhost:6060/debug/pprof/heap", "must end in /pprof or /goroutine"},
        Mistyped{"localhost:6060/a b/pprof", "%20"}, Mistyped{"localhost:6060/a\r\nHost: b/pprof", "%20"}));

}  // namespace
}  // namespace leasescope
