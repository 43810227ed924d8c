#include "core/lockers/demo.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "core/etcd/client.h"
#include "core/etcd/session.h"
#include "core/lockers/demo_reports.h"
#include "core/lockers/timed_context.h"
#include "core/playground/subprocess.h"
#include "core/probe/process_stats.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr auto kSampleEvery = std::chrono::milliseconds(500);
constexpr std::size_t kMostSamples = 7'200;  // an hour

std::string consoleBesideThisProgram() {
  std::error_code error;
  return (std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "leasescopectl").string();
}

/// One of the two programs, seen from outside.
class Side {
 public:
  explicit Side(DemoProgram program) : program_(program) {}

  absl::Status start(const DemoOptions& options) {
    const DemoTask task = own(options.task);
    const auto text = [](absl::Duration duration) { return absl::FormatDuration(duration); };
    absl::StatusOr<std::unique_ptr<Subprocess>> process = Subprocess::start(
        {.command = {options.console.empty() ? consoleBesideThisProgram() : options.console, "demo-program",
                     "--mistakes", demoMistakesText(task.mistakes), "--endpoints", options.endpoint, "--lock",
                     std::string(demoLock(program_)), "--rate", fmt::format("{}", task.requestsPerSecond),
                     "--lock-timeout", text(options.lockTimeout), "--work", text(options.work), "--ttl",
                     text(options.sessionTtl)},
         .onLine = [this](std::string_view line) { reports_.onLine(line); },
         .holdInput = true});
    if (!process.ok()) return process.status();
    process_ = *std::move(process);
    return absl::OkStatus();
  }

  /// The mistakes are the leaky program's alone.
  DemoTask own(DemoTask task) const {
    if (program_ == DemoProgram::Fixed) task.mistakes = DemoMistakes::none();
    return task;
  }
  absl::Status change(const DemoTask& task) const { return process_->writeInput(demoTaskLine(own(task))); }

  bool running() const { return process_ && process_->running(); }
  int pid() const { return running() ? process_->pid() : 0; }
  void stopLoad() const {
    if (running()) kill(process_->pid(), SIGUSR1);
  }
  void end() {
    if (process_) process_->terminate(absl::Seconds(1));
  }
  /// Two reports or more after `then`, no request is under way.
  bool idleSince(SteadyTime then) const { return reports_.idleSince(then, kSampleEvery); }

  DemoSample sample(etcd::Client& client, const std::vector<etcd::LeaseId>& alive) {
    DemoSample sample;
    reports_.fill(sample);
    const std::set<etcd::LeaseId> mine = reports_.leases();
    sample.leases = std::ranges::count_if(alive, [&](etcd::LeaseId id) { return mine.contains(id); });
    const auto keys = client.range({.range = etcd::KeyRange::prefix(std::string(demoLock(program_)) + "/"),
                                    .order = etcd::RangeQuery::Order::OldestFirst,
                                    .keysOnly = true});
    if (keys.ok()) {
      sample.keys = static_cast<std::int64_t>(keys->kvs.size());
      sample.heldFor = heldFor(keys->kvs.empty() ? 0 : keys->kvs.front().createRevision);
    }
    if (!running()) return sample;
    sample.threads = countThreadsNamed(process_->pid(), etcd::kSessionThreadName).value_or(0);
    sample.timers = countThreadsNamed(process_->pid(), kContextThreadName).value_or(0);
    sample.residentKb = readProcessStats(process_->pid()).value_or(ProcessStats()).residentKb;
    return sample;
  }

  void revokeLeftovers(etcd::Client& client, const std::vector<etcd::LeaseId>& alive) const {
    const std::set<etcd::LeaseId> mine = reports_.leases();
    for (const etcd::LeaseId id : alive) {
      if (mine.contains(id)) client.revokeLease(id).IgnoreError();  // may have expired meanwhile
    }
  }

 private:
  /// `holder`: the create revision of the first key in the queue; 0: there is none. On the sampling thread.
  absl::Duration heldFor(etcd::Revision holder) {
    const Moment now = Moment::now();
    if (std::exchange(holder_, holder) != holder) holderSince_ = now;
    return holder == 0 ? absl::ZeroDuration() : now - holderSince_;
  }

  const DemoProgram program_;
  etcd::Revision holder_ = 0;
  Moment holderSince_ = Moment::now();
  DemoReports reports_;
  std::unique_ptr<Subprocess> process_;  // last: its threads call into reports_
};

}  // namespace

std::string_view demoLock(DemoProgram program) {
  return program == DemoProgram::Leaky ? "/leaky/my-lock/" : "/fixed/my-lock/";
}

class Demo::Runner {
 public:
  Runner(DemoOptions options, std::shared_ptr<etcd::Client> client)
      : options_(std::move(options)), client_(std::move(client)) {
    state_.leaky = {.program = DemoProgram::Leaky, .lock = std::string(demoLock(DemoProgram::Leaky))};
    state_.fixed = {.program = DemoProgram::Fixed, .lock = std::string(demoLock(DemoProgram::Fixed))};
    state_.leaky.lockTimeout = state_.fixed.lockTimeout = options_.lockTimeout;
    show(options_.task);
    state_.underLoad = true;
  }

  ~Runner() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (sampler_.joinable()) sampler_.join();
    leaky_.end();
    fixed_.end();
    if (const auto alive = client_->leases(); alive.ok()) {
      leaky_.revokeLeftovers(*client_, *alive);
      fixed_.revokeLeftovers(*client_, *alive);
    }
  }

  absl::Status start() {
    if (absl::Status status = leaky_.start(options_); !status.ok()) return status;
    if (absl::Status status = fixed_.start(options_); !status.ok()) return status;
    sampler_ = std::thread([this] { sampleUntilStopped(); });
    return absl::OkStatus();
  }

  absl::Status change(const DemoTask& task) {
    absl::Status leaky = leaky_.change(task);
    absl::Status fixed = fixed_.change(task);
    if (!leaky.ok() || !fixed.ok()) return leaky.ok() ? fixed : leaky;
    const std::lock_guard lock(mutex_);
    show(task);
    return absl::OkStatus();
  }

  void stopLoad() {
    leaky_.stopLoad();
    fixed_.stopLoad();
    const std::lock_guard lock(mutex_);
    state_.underLoad = false;
    loadStoppedAt_ = Moment::now().steady;
  }

  bool settled() const {
    const std::lock_guard lock(mutex_);
    return !state_.underLoad && leaky_.idleSince(loadStoppedAt_) && fixed_.idleSince(loadStoppedAt_);
  }

  DemoState state() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }

 private:
  void show(const DemoTask& task) {
    state_.requestsPerSecond = task.requestsPerSecond;
    state_.leaky.mistakes = leaky_.own(task).mistakes;
    state_.leaky.everNotClosed |= state_.leaky.mistakes.sessionNotClosed;
    state_.fixed.mistakes = fixed_.own(task).mistakes;
  }

  void sampleUntilStopped() {
    pthread_setname_np(pthread_self(), "demo-sampler");
    const Moment start = Moment::now();
    std::unique_lock lock(mutex_);
    state_.start = start;
    while (!stopping_) {
      lock.unlock();
      const auto alive = client_->leases();
      const std::vector<etcd::LeaseId> ids = alive.value_or(std::vector<etcd::LeaseId>());
      DemoSample leaky = leaky_.sample(*client_, ids);
      DemoSample fixed = fixed_.sample(*client_, ids);
      leaky.at = fixed.at = Moment::now() - start;
      lock.lock();
      state_.problem = problem(alive.status());
      if (alive.ok()) {  // what could not be counted is not drawn as zero
        add(state_.leaky, leaky_.pid(), leaky);
        add(state_.fixed, fixed_.pid(), fixed);
      }
      wake_.wait_for(lock, kSampleEvery, [this] { return stopping_; });
    }
  }

  std::string problem(const absl::Status& etcd) const {
    if (!etcd.ok()) return fmt::format("the server does not answer: {}", std::string(etcd.message()));
    if (!leaky_.running()) return "the leaky program has ended";
    if (!fixed_.running()) return "the fixed program has ended";
    return {};
  }

  static void add(DemoSide& side, int pid, const DemoSample& sample) {
    side.processId = pid;
    side.samples.push_back(sample);
    if (side.samples.size() > kMostSamples) side.samples.erase(side.samples.begin());
  }

  const DemoOptions options_;
  const std::shared_ptr<etcd::Client> client_;
  Side leaky_{DemoProgram::Leaky};
  Side fixed_{DemoProgram::Fixed};
  mutable std::mutex mutex_;  // guards the three below
  bool stopping_ = false;
  DemoState state_;
  SteadyTime loadStoppedAt_;
  std::condition_variable wake_;
  std::thread sampler_;
};

Demo::Demo(std::unique_ptr<Runner> runner) : runner_(std::move(runner)) {}
Demo::~Demo() = default;

absl::StatusOr<std::unique_ptr<Demo>> Demo::start(DemoOptions options) {
  absl::StatusOr<std::shared_ptr<etcd::Client>> client =
      etcd::Client::create({.endpoints = {options.endpoint}});
  if (!client.ok()) return client.status();
  auto runner = std::make_unique<Runner>(std::move(options), *std::move(client));
  if (absl::Status status = runner->start(); !status.ok()) return status;
  return std::unique_ptr<Demo>(new Demo(std::move(runner)));
}

absl::Status Demo::change(const DemoTask& task) { return runner_->change(task); }
void Demo::stopLoad() { runner_->stopLoad(); }
bool Demo::settled() const { return runner_->settled(); }
DemoState Demo::state() const { return runner_->state(); }

}  // namespace leasescope
