#include "core/monitor/loop.h"

#include <pthread.h>

#include <algorithm>
#include <random>
#include <utility>

#include "core/monitor/key_lister.h"
#include "fmt/format.h"
#include "spdlog/spdlog.h"

namespace leasescope {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kTtlCallsAtOnce = 64;
// Rates and the time of the last good look are told this often when nothing else happens.
constexpr auto kHeartbeat = 500ms;
constexpr auto kFirstRetry = 200ms;
constexpr auto kLongestRetry = 5'000ms;
// The steady clock stands still while a machine sleeps, the wall clock does not.
constexpr absl::Duration kLostTime = absl::Seconds(2);

/// Exponential, with jitter so that many programs don't come back at the same moment.
SteadyTime::duration backoff(int failures) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  const auto step =
      std::min<std::chrono::milliseconds>(kFirstRetry * (1 << std::min(failures, 8)), kLongestRetry);
  std::uniform_int_distribution<std::int64_t> jitter(step.count() * 3 / 4, step.count() * 5 / 4);
  return std::chrono::milliseconds(jitter(random));
}

bool refuses(const absl::Status& status) {
  return absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status) ||
         absl::IsInvalidArgument(status) || absl::IsUnimplemented(status);
}

}  // namespace

Monitor::Loop::Loop(std::shared_ptr<etcd::Client> client, MonitorOptions options, Sink sink)
    : client_(std::move(client)),
      options_(std::move(options)),
      sink_(std::move(sink)),
      ranges_(watchedRanges(options_.prefixes)),
      schedule_(options_.ttlBudget),
      applied_(ranges_.size(), 0) {
  thread_ = std::thread([this] { run(); });
}

Monitor::Loop::~Loop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Monitor::Loop::lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible) {
  post([this, selected = std::move(selected), visible = std::move(visible)] {
    schedule_.lookAt(selected, visible);
    selected_ = selected;
    selectionChanged_ = true;
  });
}

void Monitor::Loop::refresh() {
  post([this] {
    need_ = Need::List;
    retryAt_ = {};
    if (poller_) poller_->hurry();
  });
}

void Monitor::Loop::inspect(std::function<void(const Picture&)> look) {
  post([this, look = std::move(look)] { look(picture_); });
}

void Monitor::Loop::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(job));
  }
  wake_.notify_all();
}

void Monitor::Loop::run() {
  pthread_setname_np(pthread_self(), "monitor");
  publish(Moment::now());
  while (true) {
    if (need_ != Need::Nothing && Moment::now().steady >= retryAt_) becomeLive();
    const Moment now = Moment::now();
    noticeLostTime(now);
    sampleTtls();
    publish(now);
    waitForPosted(nextWakeUp());
    runPosted();
    const std::lock_guard lock(mutex_);
    if (stopping_) break;
  }
  // Answers that are still under way are posted to this object: wait for all who could do so.
  watch_.reset();
  poller_.reset();
  while (ttlCallsUnderWay_ > 0) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !posted_.empty(); });
    lock.unlock();
    runPosted();
  }
}

void Monitor::Loop::waitForPosted(SteadyTime until) {
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, until, [this] { return stopping_ || !posted_.empty(); });
}

void Monitor::Loop::runPosted() {
  std::vector<std::function<void()>> jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs = std::exchange(posted_, {});
  }
  for (const auto& job : jobs) job();
}

SteadyTime Monitor::Loop::nextWakeUp() const {
  const Moment now = Moment::now();
  SteadyTime next = now.steady + kHeartbeat;
  if (need_ != Need::Nothing) next = std::min(next, std::max(retryAt_, now.steady));
  if (health_.state == Health::State::Live && ttlCallsUnderWay_ < kTtlCallsAtOnce) {
    if (const auto due = schedule_.next(now)) next = std::min(next, *due);
  }
  return next;
}

void Monitor::Loop::becomeLive() {
  health_.endpoint = client_->endpoint();
  const absl::Status status = need_ == Need::List ? list() : checkSameCluster();
  if (!status.ok()) {
    failed(status, need_);
    return;
  }
  if (need_ == Need::Watch || watch_ == nullptr) openWatch();
  need_ = Need::Nothing;
}

absl::Status Monitor::Loop::list() {
  watch_.reset();
  ++watchNumber_;
  absl::StatusOr<Listing> listing = listKeys(*client_, ranges_);
  if (!listing.ok()) return listing.status();
  const Moment now = Moment::now();
  const Moment asked = now;
  picture_.restore(*listing, now);
  std::ranges::fill(applied_, listing->revision);
  onLeases(client_->leases(), asked);
  return absl::OkStatus();
}

/// Before an interrupted watch goes on: is this still the cluster, and the history, that was watched?
absl::Status Monitor::Loop::checkSameCluster() {
  absl::StatusOr<etcd::RangeResult> probe =
      client_->range({.range = ranges_.front(), .limit = 1, .keysOnly = true});
  if (!probe.ok()) return probe.status();
  const bool same =
      probe->header.clusterId == picture_.clusterId() && probe->header.revision >= picture_.revision();
  if (same) return absl::OkStatus();
  spdlog::warn("cluster {:x} at revision {} answers instead of {:x} at {}: listing anew",
               probe->header.clusterId, probe->header.revision, picture_.clusterId(), picture_.revision());
  need_ = Need::List;
  return list();
}

void Monitor::Loop::openWatch() {
  std::vector<etcd::WatchTarget> targets;
  for (std::size_t i = 0; i < ranges_.size(); ++i) targets.push_back({ranges_[i], applied_[i] + 1});
  watch_.reset();
  const std::uint64_t number = ++watchNumber_;
  const auto mine = [this, number](auto job) {
    post([this, number, job = std::move(job)]() mutable {
      if (number == watchNumber_) job();
    });
  };
  watch_ = std::make_unique<etcd::WatchStream>(
      *client_, targets,
      etcd::WatchHandlers{
          .onReady = [this, mine] { mine([this] { onWatchReady(); }); },
          .onBatch =
              [this, mine](etcd::WatchBatch batch) {
                mine([this, batch = std::move(batch)]() mutable { onBatch(std::move(batch)); });
              },
          .onEnd = [this,
                    mine](etcd::WatchEnd end) { mine([this, end = std::move(end)] { onWatchEnd(end); }); }});
}

void Monitor::Loop::onWatchReady() {
  failures_ = 0;
  health_.endpoint = client_->endpoint();
  setHealth(Health::State::Live, {});
  if (poller_) return;
  poller_ = std::make_unique<Poller>(
      client_, Poller::Handlers{.onLeases =
                                    [this](absl::StatusOr<std::vector<LeaseId>> ids, Moment asked) {
                                      post([this, ids = std::move(ids), asked] { onLeases(ids, asked); });
                                    },
                                .onCluster =
                                    [this](std::shared_ptr<const ClusterView> view) {
                                      post([this, view = std::move(view)] {
                                        cluster_ = view;
                                        clusterChanged_ = true;
                                      });
                                    }});
}

void Monitor::Loop::onBatch(etcd::WatchBatch batch) {
  const Moment now = Moment::now();
  events_.count(now.steady, static_cast<std::int64_t>(batch.events.size()));
  picture_.apply(batch.events, now);
  applied_[batch.target] = std::max(applied_[batch.target], batch.revision);
  // Nothing at or below the lowest of these revisions is still to come.
  picture_.advance(*std::ranges::min_element(applied_));
}

void Monitor::Loop::onWatchEnd(const etcd::WatchEnd& end) {
  ++watchNumber_;
  failed(end.status, absl::IsOutOfRange(end.status) ? Need::List : Need::Watch);
}

void Monitor::Loop::failed(const absl::Status& why, Need need) {
  const std::string reason(why.message());
  if (refuses(why)) {
    need_ = Need::Nothing;  // until somebody asks: F5, or a new connection
    setHealth(Health::State::Denied, reason);
    return;
  }
  need_ = need;
  // After a compaction the list is at hand; everything else gets some time.
  retryAt_ = Moment::now().steady + (absl::IsOutOfRange(why) ? SteadyTime::duration{} : backoff(failures_++));
  const bool wasLive = picture_.epoch() > 0;
  setHealth(wasLive ? Health::State::Stale : Health::State::Connecting, reason);
}

void Monitor::Loop::setHealth(Health::State state, std::string reason) {
  if (state == Health::State::Live) health_.lastGood = Moment::now();
  healthChanged_ = healthChanged_ || state != health_.state || reason != health_.reason;
  health_.state = state;
  health_.reason = std::move(reason);
}

void Monitor::Loop::sampleTtls() {
  if (health_.state != Health::State::Live || ttlCallsUnderWay_ >= kTtlCallsAtOnce) return;
  const Moment now = Moment::now();
  for (const LeaseId id : schedule_.take(now, kTtlCallsAtOnce - ttlCallsUnderWay_)) {
    ++ttlCallsUnderWay_;
    ttlCalls_.count(now.steady);
    const Moment sent = Moment::now();
    client_->leaseTtlAsync(id, [this, id, sent](absl::StatusOr<etcd::LeaseTtl> answer) {
      const Moment received = Moment::now();
      post([this, id, sent, received, answer = std::move(answer)] { onTtl(id, sent, received, answer); });
    });
  }
}

void Monitor::Loop::onTtl(LeaseId id, const Moment& sent, const Moment& received,
                          const absl::StatusOr<etcd::LeaseTtl>& answer) {
  --ttlCallsUnderWay_;
  // An error leaves the lease as it was; when nothing newer comes its TTL becomes unknown by itself.
  if (!answer.ok()) return;
  if (!answer->found) {
    picture_.leaseNotFound(id);
    return;
  }
  picture_.leaseSampled(id, {.remaining = answer->remaining,
                             .granted = answer->granted,
                             .sent = sent,
                             .received = received,
                             .raftTerm = answer->header.raftTerm});
}

void Monitor::Loop::onLeases(const absl::StatusOr<std::vector<LeaseId>>& ids, const Moment& asked) {
  if (ids.ok()) {
    picture_.leasesListed(*ids, asked, Moment::now());
    leasesProblem_.clear();
    return;
  }
  const std::string problem =
      fmt::format("leases without keys are not shown: {}", std::string(ids.status().message()));
  if (problem != leasesProblem_ && !absl::IsCancelled(ids.status())) spdlog::warn("{}", problem);
  leasesProblem_ = problem;
}

void Monitor::Loop::noticeLostTime(const Moment& now) {
  if (lastTick_) {
    const absl::Duration steady = now - *lastTick_;
    const absl::Duration wall = now.wall - lastTick_->wall;
    if (absl::AbsDuration(wall - steady) > kLostTime) picture_.forgetTtls();
  }
  lastTick_ = now;
}

void Monitor::Loop::publish(const Moment& now) {
  ChangeSet changes = picture_.takeChanges();
  const bool heartbeat = now.steady - lastPublished_ >= kHeartbeat;
  if (changes.empty() && !healthChanged_ && !clusterChanged_ && !selectionChanged_ && !heartbeat) return;
  schedule_.apply(changes, now);
  if (health_.state == Health::State::Live) health_.lastGood = now;
  MonitorUpdate update{.changes = std::move(changes),
                       .health = health_,
                       .load = {.eventsPerSecond = events_.perSecond(now.steady),
                                .ttlCallsPerSecond = ttlCalls_.perSecond(now.steady),
                                .ttlBudget = options_.ttlBudget},
                       .cluster = cluster_};
  if (cluster_ && !leasesProblem_.empty()) {
    auto view = std::make_shared<ClusterView>(*cluster_);
    view->problems.push_back(leasesProblem_);
    update.cluster = std::move(view);
  }
  addHistories(update.changes, update);
  healthChanged_ = clusterChanged_ = selectionChanged_ = false;
  lastPublished_ = now.steady;
  sink_(std::move(update));
}

void Monitor::Loop::addHistories(const ChangeSet& changes, MonitorUpdate& update) {
  for (const LeaseId id : selected_) {
    const bool changed = changes.complete || std::ranges::any_of(changes.leases, [id](const auto& lease) {
                           return lease->id == id;
                         });
    if (!changed && !selectionChanged_) continue;
    update.histories[id] = std::make_shared<const std::vector<TtlPoint>>(picture_.leases().history(id));
  }
}

}  // namespace leasescope
