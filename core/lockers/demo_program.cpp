#include "core/lockers/demo_program.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/etcd/mutex.h"
#include "core/etcd/session.h"
#include "core/lockers/announce_holder.h"
#include "core/lockers/demo.h"
#include "core/lockers/timed_context.h"
#include "core/playground/line_splitter.h"
#include "core/playground/unique_fd.h"

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

  void accept(const DemoMistakes& mistakes) {
    ++requests_;
    auto request = std::make_unique<Request>();
    Request& one = *request;
    underWay_.push_back(std::move(request));
    one.thread = std::thread([this, &one, mistakes] {
      pthread_setname_np(pthread_self(), "request");
      serve(mistakes);
      one.over = true;
    });
  }

  /// Joins the threads of requests and of timers that are over.
  void reap() {
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(neverCancelled_, [](const auto& context) { return context->over(); });
    }
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

  void serve(const DemoMistakes& mistakes) {
    absl::StatusOr<std::unique_ptr<etcd::Session>> session =
        etcd::Session::open(client_, keepAlive_, options_.sessionTtl);
    if (!session.ok()) return;
    note((*session)->lease());
    announceHolder(*client_, (*session)->lease(), std::string(kDemoService));
    auto context = std::make_unique<TimedContext>(options_.lockTimeout);
    etcd::Mutex mutex(**session, options_.lock);
    const bool locked = mutex.lock(absl::InfiniteDuration(), context->done()).ok();
    if (locked) std::this_thread::sleep_for(absl::ToChronoMilliseconds(options_.work));
    ++(locked ? served_ : gaveUp_);
    if (locked && !mistakes.lockNotReleased) mutex.unlock().IgnoreError();  // closing removes the key as well
    if (!mistakes.contextNotCancelled) context->cancel();
    if (!mistakes.sessionNotClosed) (*session)->close().IgnoreError();  // else it expires with its TTL
    const std::lock_guard lock(mutex_);
    if (mistakes.contextNotCancelled) neverCancelled_.push_back(std::move(context));
    if (mistakes.sessionNotClosed) neverClosed_.push_back(*std::move(session));
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
  std::mutex mutex_;  // guards the three below
  std::vector<etcd::LeaseId> newLeases_;
  std::vector<std::unique_ptr<TimedContext>> neverCancelled_;
  std::vector<std::unique_ptr<etcd::Session>> neverClosed_;
};

/// What this process is told: signals, and lines on its standard input.
class Orders {
 public:
  /// Blocks the signals; before any other thread, so that all inherit that.
  Orders() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signals_ = UniqueFd(signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  }

  void waitUntil(Clock::time_point until) {
    const auto left = std::max<Clock::duration>(until - Clock::now(), Clock::duration::zero());
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    std::array<pollfd, 2> sources{pollfd{signals_.get(), POLLIN, 0}, pollfd{input_, POLLIN, 0}};
    if (poll(sources.data(), sources.size(), static_cast<int>(milliseconds)) <= 0) return;
    if (sources[0].revents != 0) readSignal();
    if (sources[1].revents != 0) readInput();
  }

  bool end() const { return end_; }
  bool stopLoad() const { return stopLoad_; }
  /// The last task that was sent since the last call.
  std::optional<DemoTask> newTask() { return std::exchange(task_, std::nullopt); }

 private:
  void readSignal() {
    signalfd_siginfo signal{};
    if (read(signals_.get(), &signal, sizeof signal) != sizeof signal) return;
    (signal.ssi_signo == SIGTERM ? end_ : stopLoad_) = true;
  }

  void readInput() {
    std::array<char, 4096> buffer;
    const ssize_t got = read(input_, buffer.data(), buffer.size());
    if (got > 0) {
      lines_.feed({buffer.data(), static_cast<std::size_t>(got)});
    } else if (got == 0 || errno != EINTR) {
      input_ = -1;  // at its end; poll() ignores a descriptor below zero
    }
  }

  UniqueFd signals_;
  int input_ = STDIN_FILENO;
  bool end_ = false;
  bool stopLoad_ = false;
  std::optional<DemoTask> task_;
  const std::function<void(std::string_view)> onLine_ = [this](std::string_view line) {
    if (const auto task = demoTaskFrom(line)) task_ = task;
  };
  LineSplitter lines_{onLine_};
};

Clock::duration between(const DemoTask& task) {
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(1 / std::max(task.requestsPerSecond, DemoTask::kLowestRate)));
}

}  // namespace

absl::Status runDemoProgram(const DemoProgramOptions& options) {
  Orders orders;
  absl::StatusOr<std::shared_ptr<etcd::Client>> client =
      etcd::Client::create({.endpoints = {options.endpoint}});
  if (!client.ok()) return client.status();
  Service service(options, *client);
  DemoTask task = options.task;
  Clock::time_point nextRequest = Clock::now();
  Clock::time_point nextReport = nextRequest + kReportEvery;
  while (!orders.end()) {
    orders.waitUntil(std::min(nextRequest, nextReport));
    if (const auto changed = orders.newTask()) {
      task = *changed;
      nextRequest = std::min(nextRequest, Clock::now() + between(task));
    }
    if (orders.stopLoad()) nextRequest = Clock::time_point::max();
    if (Clock::now() >= nextRequest) {
      service.accept(task.mistakes);
      nextRequest += between(task);
    }
    if (Clock::now() >= nextReport) {
      service.reap();
      service.report();
      nextReport += kReportEvery;
    }
  }
  service.report();  // so that whoever watches knows the last leases, too
  std::_Exit(0);
}

}  // namespace leasescope
