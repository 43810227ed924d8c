#include "core/probe/pprof_client.h"

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/playground/loopback.h"
#include "core/probe/goroutine_roles.h"
#include "tests/core/goroutine_captures.h"
#include "tests/core/gzipped.h"
#include "tests/support/canned_server.h"
#include "tests/support/silent_server.h"

namespace leasescope {
namespace {

using testing::HasSubstr;

constexpr PprofLimits kShort = {.connect = absl::Milliseconds(300), .answer = absl::Milliseconds(300)};

absl::StatusOr<GoroutineProfile> fetch(const std::string& target, const PprofLimits& limits = {}) {
  const auto parsed = parsePprofTarget(target);
  return parsed.ok() ? fetchGoroutineProfile(*parsed, limits) : parsed.status();
}

/// Answers everything with this.
CannedServer::Answer always(std::string answer) {
  return [answer = std::move(answer)](const std::string&, const CannedServer::Send& send) { send(answer); };
}

TEST(PprofClient, readsWhatAServiceAnswers) {
  const CannedServer service([](const std::string& path, const CannedServer::Send& send) {
    const bool known = path == "/debug/pprof/goroutine";
    send(known ? httpAnswer(200, goroutineCapture("etcd_36.pb.gz")) : httpAnswer(404, "404 page not found"));
  });
  const auto profile = fetch(service.endpoint());
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(rolesOf(*profile).sessions, 6);
}

TEST(PprofClient, asksForTextWhereTheOtherFormIsSpoilt) {
  std::atomic<int> asked = 0;
  const CannedServer service([&](const std::string& path, const CannedServer::Send& send) {
    ++asked;
    const bool text = path == "/internal/pprof/goroutine?debug=1";
    send(httpAnswer(200, text ? goroutineCapture("etcd_34.debug1.txt") : "\x1f\xef\xbf\xbd spoilt"));
  });
  const auto profile = fetch(service.endpoint() + "/internal/pprof");
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(rolesOf(*profile).sessions, 6);
  EXPECT_EQ(asked, 2);
}

struct Answered {
  const char* name;
  std::string answer;
  absl::StatusCode code;
  const char* saying;
};

void PrintTo(const Answered& answered, std::ostream* out) { *out << answered.name; }

class PprofAnswer : public testing::TestWithParam<Answered> {};

TEST_P(PprofAnswer, isExplained) {
  const CannedServer service(always(GetParam().answer));
  const auto profile = fetch(service.endpoint());
  EXPECT_EQ(profile.status().code(), GetParam().code) << profile.status();
  EXPECT_THAT(profile.status().message(), HasSubstr(GetParam().saying));
  EXPECT_THAT(profile.status().message(), testing::Not(HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(
    Answers, PprofAnswer,
    testing::Values(
        Answered{"no pprof", httpAnswer(404, "404 page not found"), absl::StatusCode::kNotFound,
                 "answers, but has no /debug/pprof/goroutine: the service must import net/http/pprof"},
        Answered{"page", httpAnswer(200, "<!DOCTYPE html><html></html>"), absl::StatusCode::kInvalidArgument,
                 "this is a web page"},
        Answered{"nothing", httpAnswer(200, ""), absl::StatusCode::kInvalidArgument, "this is empty"},
        Answered{"elsewhere", httpAnswer(302, "", "Location: http://login.local/\r\n"),
                 absl::StatusCode::kFailedPrecondition, "sends us on to 'http://login.local/'"},
        Answered{"forbidden", httpAnswer(403, ""), absl::StatusCode::kPermissionDenied, "HTTP status 403"},
        Answered{"broken", httpAnswer(500, "oops"), absl::StatusCode::kUnavailable, "HTTP status 500"},
        Answered{"cut", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\ngoroutine profile: total 43\n",
                 absl::StatusCode::kUnavailable, "ended its answer too early"},
        Answered{"no http", "SSH-2.0-OpenSSH_9.2\r\n", absl::StatusCode::kUnavailable, "does not speak HTTP"},
        Answered{"silence", "", absl::StatusCode::kUnavailable, "does not speak HTTP"}));

TEST(PprofClient, saysThatNothingListens) {
  const auto ports = freeLoopbackPorts(1);
  ASSERT_TRUE(ports.ok());
  const auto profile = fetch("127.0.0.1:" + std::to_string(ports->front()));
  EXPECT_TRUE(absl::IsUnavailable(profile.status())) << profile.status();
  EXPECT_THAT(profile.status().message(), HasSubstr("can't be reached: does the service run"));
}

TEST(PprofClient, saysThatTheOtherSideSpeaksNoTls) {
  const CannedServer service(always(httpAnswer(200, "")));
  const auto profile = fetch("https://" + service.endpoint(), kShort);
  EXPECT_TRUE(absl::IsUnavailable(profile.status())) << profile.status();
}

/// How long a fetch takes that must end in DeadlineExceeded.
absl::Duration timeToGiveUp(const std::string& endpoint) {
  const absl::Time begun = absl::Now();
  const auto profile = fetch(endpoint, kShort);
  EXPECT_TRUE(absl::IsDeadlineExceeded(profile.status())) << profile.status();
  return absl::Now() - begun;
}

TEST(PprofClient, givesUpOnAServiceThatNeverAnswers) {
  const SilentServer service;
  EXPECT_LT(timeToGiveUp(service.endpoint()), absl::Seconds(3));
}

TEST(PprofClient, isCalledOffAtOnce) {
  const SilentServer service;
  const auto target = parsePprofTarget(service.endpoint());
  ASSERT_TRUE(target.ok());
  std::stop_source stop;
  const std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  const absl::Time begun = absl::Now();
  const PprofLimits patient = {.connect = absl::Seconds(30), .answer = absl::Seconds(30)};
  EXPECT_TRUE(absl::IsCancelled(fetchGoroutineProfile(*target, patient, stop.get_token()).status()));
  EXPECT_TRUE(absl::IsCancelled(fetchGoroutineProfile(*target, patient, stop.get_token()).status()));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(5));
}

TEST(PprofClient, givesUpOnAnAnswerThatNeverEnds) {
  for (const std::string beginning : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"}) {
    const CannedServer service([&](const std::string&, const CannedServer::Send& send) {
      if (!send(beginning.empty() ? "HTTP/1.1 200 " : beginning)) return;
      while (send(beginning.ends_with("\r\n") && !beginning.ends_with("\r\n\r\n") ? "A: b\r\n" : "x")) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    });
    EXPECT_LT(timeToGiveUp(service.endpoint()), absl::Seconds(3)) << beginning;
  }
}

TEST(PprofClient, readsNoMoreThanAProfileCanHave) {
  std::atomic<std::int64_t> sent = 0;
  const CannedServer service([&](const std::string&, const CannedServer::Send& send) {
    const std::string part(1 << 20, '#');
    if (!send("HTTP/1.1 200 OK\r\n\r\n")) return;
    while (sent < 4 * static_cast<std::int64_t>(kLargestProfile) && send(part)) sent += part.size();
  });
  const auto profile = fetch(service.endpoint(), {.answer = absl::Seconds(60)});
  EXPECT_TRUE(absl::IsResourceExhausted(profile.status())) << profile.status();
  EXPECT_LT(sent, 2 * static_cast<std::int64_t>(kLargestProfile));
}

}  // namespace
}  // namespace leasescope
