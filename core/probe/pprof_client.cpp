#include "core/probe/pprof_client.h"

#include <httplib.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

using Http = httplib::ClientImpl;

/// Of "host:port" or "[::1]:port", which parseEndpoint let through.
std::unique_ptr<Http> connectionTo(const etcd::Endpoint& service) {
  const auto colon = service.address.rfind(':');
  std::string host = service.address.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  int port = 0;
  std::from_chars(&service.address[colon] + 1, service.address.data() + service.address.size(), port);
  if (service.tls) return std::make_unique<httplib::SSLClient>(host, port);
  return std::make_unique<Http>(host, port);
}

/// Ends a connection when its time is over or `stop` is requested, whatever it is doing.
class TimeLimit {
 public:
  TimeLimit(Http& http, absl::Duration limit, std::stop_token stop)
      : thread_([this, &http, limit, stop = std::move(stop)](const std::stop_token& ended) {
          std::mutex mutex;  // protects nothing but the wait's beginning
          std::condition_variable_any wake;
          const std::stop_callback stopped(stop, [&] {
            { const std::lock_guard lock(mutex); }
            wake.notify_all();
          });
          std::unique_lock lock(mutex);
          wake.wait_for(lock, ended, absl::ToChronoMilliseconds(limit),
                        [&] { return stop.stop_requested(); });
          over_ = !ended.stop_requested();
          while (!ended.stop_requested()) {
            http.stop();  // does nothing to a connection that is still being made
            wake.wait_for(lock, ended, kAgain, [] { return false; });
          }
        }) {}

  bool over() const { return over_; }

 private:
  static constexpr std::chrono::milliseconds kAgain{50};

  std::atomic<bool> over_ = false;
  std::jthread thread_;  // last: it uses the above
};

/// One GET and what became of it.
class Exchange {
 public:
  Exchange(const PprofTarget& target, const PprofLimits& limits)
      : target_(target), limits_(limits), http_(connectionTo(target.service)) {
    http_->set_connection_timeout(absl::ToChronoMilliseconds(limits.connect));
    // For what TimeLimit can't end, a TLS handshake; later than it would end all else.
    http_->set_read_timeout(absl::ToChronoMilliseconds(2 * (limits.connect + limits.answer)));
    http_->set_follow_location(false);
  }

  absl::StatusOr<std::string> get(const std::string& path, const std::stop_token& stop) {
    const absl::Status cancelled = absl::CancelledError(said("is not asked any more"));
    if (stop.stop_requested()) return cancelled;
    const httplib::Headers headers = {{"Host", target_.service.address}, {"Accept-Encoding", "identity"}};
    const TimeLimit limit(*http_, limits_.connect + limits_.answer, stop);
    const auto result = http_->Get(
        path, headers, [this](const httplib::Response& response) { return begins(response); },
        [this](const char* bytes, std::size_t size) {
          return goesOn({bytes, size});
        });
    if (stop.stop_requested()) return cancelled;
    if (status_ != 0 && status_ != kOk) return refused();
    if (body_.size() > kLargestProfile) {
      return absl::ResourceExhaustedError(said("answers more than any goroutine profile has"));
    }
    // An answer without a length looks as if it had come to its end.
    if (limit.over())
      return absl::DeadlineExceededError(
          said("does not answer in time: is it overloaded, or is another service behind this port?"));
    if (!result) return failed(result.error());
    return std::move(body_);
  }

 private:
  static constexpr int kOk = 200;

  /// Only the body of a good answer is of use.
  bool begins(const httplib::Response& response) {
    status_ = response.status;
    location_ = response.get_header_value("Location");
    return status_ == kOk;
  }

  bool goesOn(std::string_view bytes) {
    body_.append(bytes);
    return body_.size() <= kLargestProfile;
  }

  std::string said(std::string_view what) const {
    return fmt::format("{} {}", target_.service.address, what);
  }

  absl::Status refused() const {
    if (status_ == 404) {
      return absl::NotFoundError(
          said(fmt::format("answers, but has no {}: the service must import net/http/pprof", target_.path)));
    }
    if (status_ == 401 || status_ == 403) {
      return absl::PermissionDeniedError(
          said(fmt::format("does not let us see its goroutines (HTTP status {})", status_)));
    }
    if (status_ >= 300 && status_ < 400) {
      return absl::FailedPreconditionError(said(
          fmt::format("sends us on to '{}': give that address if it is right", printableKey(location_))));
    }
    return absl::UnavailableError(said(fmt::format("answers with HTTP status {}", status_)));
  }

  absl::Status failed(httplib::Error error) const {
    using httplib::Error;
    switch (error) {
      case Error::Connection:
        return absl::UnavailableError(
            said("can't be reached: does the service run, and is this the port of its net/http/pprof?"));
      case Error::ConnectionTimeout:
        return absl::DeadlineExceededError(
            said("can't be reached in time: is the address right, and is no firewall in between?"));
      case Error::SSLConnection:
        return absl::UnavailableError(said("does not speak TLS as we do: use http://"));
      case Error::SSLLoadingCerts:
      case Error::SSLServerVerification:
        return absl::UnavailableError(said("has a certificate that this system does not trust"));
      default:
        return absl::UnavailableError(said(
            "ended its answer too early, or does not speak HTTP: is this the port of its net/http/pprof?"));
    }
  }

  const PprofTarget& target_;
  const PprofLimits& limits_;
  std::unique_ptr<Http> http_;
  int status_ = 0;
  std::string location_;
  std::string body_;
};

absl::StatusOr<GoroutineProfile> fetchAs(std::string_view form, const PprofTarget& target,
                                         const PprofLimits& limits, const std::stop_token& stop) {
  const absl::StatusOr<std::string> answer =
      Exchange(target, limits).get(target.path + std::string(form), stop);
  return answer.ok() ? parseGoroutineProfile(*answer) : answer.status();
}

}  // namespace

absl::StatusOr<GoroutineProfile> fetchGoroutineProfile(const PprofTarget& target, const PprofLimits& limits,
                                                       const std::stop_token& stop) {
  absl::StatusOr<GoroutineProfile> profile = fetchAs("", target, limits, stop);
  if (!absl::IsInvalidArgument(profile.status())) return profile;
  absl::StatusOr<GoroutineProfile> fromText = fetchAs("?debug=1", target, limits, stop);
  return fromText.ok() ? fromText : profile;
}

}  // namespace leasescope
