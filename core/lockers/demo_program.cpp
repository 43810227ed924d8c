#include "core/lockers/demo_program.h"

#include <pthread.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/etcd/mutex.h"
#include "core/etcd/session.h"

namespace leasescope {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kReportEvery = std::chrono::milliseconds(250);

class Service {
 public:
  explicit Service(const DemoProgramOptions& options, std::shared_ptr<etcd::Client> client)
      : options_(options),
        client_(std::move(client)),
        keepAlive_(std::make_shared<etcd::KeepAlive>(client_)) {}

  void accept() {
    ++requests_;
    auto request = std::make_unique<Request>();
    Request& one = *request;
    underWay_.push_back(std::move(request));
    one.thread = std::thread([this, &one] {
      pthread_setname_np(pthread_self(), "request");
      serve();
      one.over = true;
    });
  }

  /// Joins the threads of requests that are over.
  void reap() {
    underWay_.remove_if([](const auto& request) {
      if (!request->over) return false;
      request->thread.join();
      return true;
    });
  }

  void report() {
    nlohmann::json leases = nlohmann::json::array();
    {
      const std::lock_guard lock(mutex_);
      for (const etcd::LeaseId id : newLeases_) leases.push_back(etcd::leaseHex(id));
      newLeases_.clear();
    }
    const nlohmann::json line = {{"requests", requests_},
                                 {"served", served_.load()},
                                 {"gave_up", gaveUp_.load()},
                                 {"under_way", underWay_.size()},
                                 {"new_leases", leases}};
    std::fputs((line.dump() + "\n").c_str(), stdout);
    std::fflush(stdout);
  }

 private:
  struct Request {
    std::thread thread;
    std::atomic<bool> over = false;
  };

  void serve() {
    absl::StatusOr<std::unique_ptr<etcd::Session>> session =
        etcd::Session::open(client_, keepAlive_, options_.sessionTtl);
    if (!session.ok()) return;
    note((*session)->lease());
    etcd::Mutex mutex(**session, options_.lock);
    const bool locked = mutex.lock(options_.lockTimeout).ok();
    if (locked) std::this_thread::sleep_for(absl::ToChronoMilliseconds(options_.work));
    ++(locked ? served_ : gaveUp_);
    if (options_.program == DemoProgram::Fixed) {
      if (locked) mutex.unlock().IgnoreError();  // closing removes the key as well
      (*session)->close().IgnoreError();         // what can't be closed now expires with its TTL
    } else {
      const std::lock_guard lock(mutex_);
      neverClosed_.push_back(*std::move(session));
    }
  }

  void note(etcd::LeaseId lease) {
    const std::lock_guard lock(mutex_);
    newLeases_.push_back(lease);
  }

  const DemoProgramOptions options_;
  const std::shared_ptr<etcd::Client> client_;
  const std::shared_ptr<etcd::KeepAlive> keepAlive_;
  std::int64_t requests_ = 0;
  std::atomic<std::int64_t> served_ = 0;
  std::atomic<std::int64_t> gaveUp_ = 0;
  std::list<std::unique_ptr<Request>> underWay_;
  std::mutex mutex_;  // guards the two below
  std::vector<etcd::LeaseId> newLeases_;
  std::vector<std::unique_ptr<etcd::Session>> neverClosed_;
};

/// The next signal until then, or 0.
int signalBefore(Clock::time_point until, const sigset_t& signals) {
  const auto left = std::max<Clock::duration>(until - Clock::now(), Clock::duration::zero());
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
  const timespec timeout{.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
  return std::max(sigtimedwait(&signals, nullptr, &timeout), 0);
}

}  // namespace

absl::Status runDemoProgram(const DemoProgramOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread, so that all inherit it
  absl::StatusOr<std::shared_ptr<etcd::Client>> client =
      etcd::Client::create({.endpoints = {options.endpoint}});
  if (!client.ok()) return client.status();
  Service service(options, *client);
  const auto interval = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(1 / std::max(options.requestsPerSecond, 0.1)));
  Clock::time_point nextRequest = Clock::now();
  Clock::time_point nextReport = nextRequest + kReportEvery;
  while (true) {
    const int signal = signalBefore(std::min(nextRequest, nextReport), signals);
    if (signal == SIGTERM) {
      service.report();  // so that whoever watches knows the last leases, too
      std::_Exit(0);
    }
    if (signal == SIGUSR1) nextRequest = Clock::time_point::max();
    if (Clock::now() >= nextRequest) {
      service.accept();
      nextRequest += interval;
    }
    if (Clock::now() >= nextReport) {
      service.reap();
      service.report();
      nextReport += kReportEvery;
    }
  }
}

}  // namespace leasescope
