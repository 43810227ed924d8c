#include "core/monitor/loop.h"

#include <pthread.h>

#include <algorithm>
#include <random>
#include <utility>

#include "core/monitor/key_lister.h"
#include "core/monitor/watched_ranges.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

using namespace std::chrono_literals;

// Rates and the time of the last good look are told this often when nothing else happens.
constexpr auto kHeartbeat = 500ms;
constexpr auto kFirstRetry = 200ms;
constexpr auto kLongestRetry = 3'000ms;
constexpr absl::Duration kProbeLimit = absl::Seconds(2);
// etcd hands out no such id, and asking for it costs the server next to nothing.
constexpr LeaseId kProbeLease = 1;
// A virtual machine that was stopped as a whole has lost steady time, too; its wall clock is set afterwards.
constexpr absl::Duration kLostTime = absl::Seconds(2);

/// Exponential, with jitter so that many programs don't come back at the same moment.
SteadyTime::duration backoff(int failures) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  const auto step =
      std::min<std::chrono::milliseconds>(kFirstRetry * (1 << std::min(failures, 8)), kLongestRetry);
  std::uniform_int_distribution<std::int64_t> jitter(step.count() * 3 / 4, step.count() * 5 / 4);
  return std::chrono::milliseconds(jitter(random));
}

std::size_t bytesOf(const std::vector<etcd::Event>& events) {
  std::size_t bytes = 0;
  for (const etcd::Event& event : events) {
    bytes += sizeof(event) + event.kv.key.size() + event.kv.value.size();
  }
  return bytes;
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
      picture_(watchedBy(options_.prefixes)),
      sampler_(client_, picture_,
               {.callsPerSecond = options_.ttlBudget,
                .post = [this](JobQueue::Job job) { post(std::move(job)); },
                .onAnswer = [this] { pulse_.heard(Moment::now()); }}),
      position_(watchedRanges(options_.prefixes)),
      pulse_(options_.staleAfter),
      judge_(options_.thresholds) {
  thread_ = std::thread([this] { run(); });
}

Monitor::Loop::~Loop() {
  jobs_.stop();
  thread_.join();
}

void Monitor::Loop::lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible) {
  post([this, selected = std::move(selected), visible = std::move(visible)] {
    sampler_.lookAt(selected, visible);
    selected_ = selected;
    selectionChanged_ = true;
  });
}

void Monitor::Loop::refresh() {
  post([this] {
    for (const auto& asker : askers_) asker->hurry();
    if (leaseAsker_) leaseAsker_->hurry();
    if (health_.state == Health::State::Live) {
      comparisonAsked_ = true;
    } else {
      need_ = Need::List;
      retryAtOnce();
    }
  });
}

void Monitor::Loop::setThresholds(const Thresholds& thresholds) {
  post([this, thresholds] { judge_.setThresholds(thresholds); });
}

void Monitor::Loop::removing(std::vector<std::string> keys) {
  post([this, keys = std::move(keys)] { judge_.observations().removing(keys, Moment::now()); });
}

void Monitor::Loop::inspect(std::function<void(const Picture&)> look) {
  post([this, look = std::move(look)] { look(picture_); });
}

void Monitor::Loop::run() {
  pthread_setname_np(pthread_self(), "monitor");
  publish(Moment::now());
  askForMembers();
  while (!jobs_.stopping()) {
    if (need_ != Need::Nothing && Moment::now().steady >= retryAt_) becomeLive();
    const Moment now = Moment::now();
    noticeLostTime(now);
    checkLiveness();
    reconcileWhenReady();
    if (health_.state == Health::State::Live) sampler_.sample();
    publish(now);
    jobs_.waitUntil(nextWakeUp());
    jobs_.run();
  }
  // Answers that are still under way are posted to this object: wait for all who could do so.
  watch_.reset();
  askers_.clear();
  leaseAsker_.reset();
  leaseComparer_.reset();
  while (sampler_.busy() || pulse_.probing()) {
    jobs_.waitForJob();
    jobs_.run();
  }
}

SteadyTime Monitor::Loop::nextWakeUp() const {
  const Moment now = Moment::now();
  SteadyTime next = now.steady + kHeartbeat;
  if (need_ != Need::Nothing) next = std::min(next, std::max(retryAt_, now.steady));
  if (health_.state == Health::State::Live) {
    if (const auto due = sampler_.next(now)) next = std::min(next, *due);
  }
  return next;
}

void Monitor::Loop::becomeLive() {
  health_.retryAt.reset();
  if (health_.state != Health::State::Denied) health_.endpoint = client_->endpoint();
  const absl::Status status = need_ == Need::List ? list() : checkSameHistory();
  if (!status.ok()) {
    failed(status, need_);
    return;
  }
  pulse_.heard(Moment::now());
  if (need_ == Need::Watch || watch_ == nullptr) openWatch();
  need_ = Need::Nothing;
}

absl::Status Monitor::Loop::list() {
  watch_.reset();
  ++watchNumber_;
  absl::StatusOr<Listing> listing = listKeys(*client_, position_.ranges());
  if (!listing.ok()) return listing.status();
  const Moment now = Moment::now();
  const Moment asked = now;
  if (picture_.epoch() > 0 && listing->revision < picture_.revision() && !historyNoted_) {
    noteHistoryWentBack(listing->revision);
  }
  historyNoted_ = false;
  if (picture_.epoch() > 0 && listing->revision > picture_.revision()) {
    notices_.add(Notice::Severity::Info,
                 fmt::format("listed anew at revision {}; what happened since {} is known as its "
                             "outcome, not one by one",
                             listing->revision, picture_.revision()));
  }
  picture_.restore(*listing, now);
  position_.listed(*listing);
  onLeases(client_->leases(), asked);
  return absl::OkStatus();
}

absl::Status Monitor::Loop::checkSameHistory() {
  const absl::StatusOr<WatchPosition::Comparison> history = position_.compare(*client_, picture_);
  if (absl::IsOutOfRange(history.status())) return listInsteadOfWatching();
  if (!history.ok()) return history.status();
  if (history->same) {
    picture_.missed(history->revision);
    return absl::OkStatus();
  }
  noteHistoryWentBack(history->revision);
  historyNoted_ = true;
  return listInsteadOfWatching();
}

void Monitor::Loop::noteHistoryWentBack(Revision revision) {
  report_.restored({.seen = picture_.revision(), .reached = revision, .at = Moment::now()});
}

absl::Status Monitor::Loop::listInsteadOfWatching() {
  need_ = Need::List;
  return list();
}

void Monitor::Loop::openWatch() {
  watch_.reset();
  watchReady_ = false;
  watchOpenedAt_ = Moment::now().steady;
  const std::uint64_t number = ++watchNumber_;
  const auto mine = [this, number](auto job) {
    post([this, number, job = std::move(job)]() mutable {
      if (number == watchNumber_) job();
    });
  };
  const auto onBatch = [this, mine, full = false](etcd::WatchBatch batch) mutable {
    const std::size_t bytes = bytesOf(batch.events);
    if (full) return;
    full = (pendingBytes_ += bytes) > options_.maxPendingBytes;
    post([this, bytes] { pendingBytes_ -= bytes; });
    if (full) {
      mine([this] { onOverflow(); });
    } else {
      mine([this, batch = std::move(batch)]() mutable { this->onBatch(std::move(batch)); });
    }
  };
  watch_ = std::make_unique<etcd::WatchStream>(
      *client_, position_.next(),
      etcd::WatchHandlers{
          .onReady = [this, mine] { mine([this] { onWatchReady(); }); },
          .onBatch = onBatch,
          .onEnd = [this,
                    mine](etcd::WatchEnd end) { mine([this, end = std::move(end)] { onWatchEnd(end); }); }});
}

void Monitor::Loop::onWatchReady() {
  failures_ = 0;
  deniedWatches_ = 0;
  watchReady_ = true;
  pulse_.heard(Moment::now());
  reconciliation_.resumed(Moment::now().steady);
  health_.endpoint = watch_->endpoint();
  setHealth(Health::State::Live, {});
  if (!leasesAsked_) startAsking();
}

void Monitor::Loop::onBatch(etcd::WatchBatch batch) {
  const Moment now = Moment::now();
  pulse_.heard(now);
  lastBatch_ = now.steady;
  events_.count(now.steady, static_cast<std::int64_t>(batch.events.size()));
  eventsDropped_ += batch.dropped;
  for (const etcd::Event& event : batch.events) {
    if (event.type == etcd::Event::Type::Delete) reconciliation_.deleted(event.kv.key, event.kv.modRevision);
  }
  picture_.apply(batch.events, now);
  position_.applied(batch);
  picture_.advance(position_.seen());
}

void Monitor::Loop::onWatchEnd(const etcd::WatchEnd& end) {
  ++watchNumber_;
  const absl::Status& why = end.status;
  if (absl::IsPermissionDenied(why) && deniedWatches_++ == 0) {
    // etcd 3.4 says the same of a token that has expired: asking once gets a new one, or the true reason.
    need_ = Need::Watch;
    retryAtOnce();
    return;
  }
  // Compacted, ended by the server without a reason that helps, or with a message too large to be taken:
  // going on from the same revision would end the same way.
  const bool anew = absl::IsOutOfRange(why) || absl::IsAborted(why) || absl::IsResourceExhausted(why);
  failed(why, anew ? Need::List : Need::Watch);
}

void Monitor::Loop::onOverflow() {
  ++watchNumber_;
  failed(absl::ResourceExhaustedError("more events at once than can be taken in; listing anew"), Need::List);
  retryAtOnce();
}

void Monitor::Loop::failed(const absl::Status& why, Need need) {
  if (etcd::isOtherCluster(why) || refuses(why)) {
    refused(why);
    return;
  }
  need_ = need;
  // After a compaction the list is at hand; everything else gets some time.
  const auto wait = absl::IsOutOfRange(why) ? SteadyTime::duration{} : backoff(failures_++);
  const Moment now = Moment::now();
  retryAt_ = now.steady + wait;
  health_.retryAt = Moment{retryAt_, now.wall + absl::FromChrono(wait)};
  setHealth(picture_.epoch() > 0 ? Health::State::Stale : Health::State::Connecting,
            std::string(why.message()));
}

void Monitor::Loop::retryAtOnce() {
  retryAt_ = {};
  health_.retryAt.reset();
}

void Monitor::Loop::refused(const absl::Status& why) {
  watch_.reset();
  ++watchNumber_;
  // Another cluster stays another cluster; a permission may be given.
  const bool again = !etcd::isOtherCluster(why);
  need_ = again ? Need::List : Need::Nothing;
  const Moment now = Moment::now();
  retryAt_ = now.steady + absl::ToChronoMilliseconds(options_.deniedRetry);
  health_.retryAt.reset();
  if (again) health_.retryAt = Moment{retryAt_, now.wall + options_.deniedRetry};
  setHealth(Health::State::Denied, std::string(why.message()));
}

void Monitor::Loop::setHealth(Health::State state, std::string reason) {
  if (state == Health::State::Live && health_.state == Health::State::Stale) {
    judge_.observations().outage(health_.lastGood, Moment::now());
  }
  if (state == Health::State::Live) health_.lastGood = pulse_.lastHeard();
  if (state == Health::State::Live && health_.state != state && picture_.epoch() > 0) {
    notices_.add(Notice::Severity::Info,
                 fmt::format("live through {} at revision {}", health_.endpoint, picture_.revision()));
    if (leaseAsker_) leaseAsker_->hurry();
  }
  const bool changed = state != health_.state || reason != health_.reason;
  if (changed && state == Health::State::Denied) notices_.add(Notice::Severity::Bad, reason);
  if (state == Health::State::Stale && health_.state == Health::State::Live) {
    notices_.add(Notice::Severity::Warning, fmt::format("not live any more: {}", reason));
  }
  healthChanged_ = healthChanged_ || changed;
  health_.state = state;
  health_.reason = std::move(reason);
}

/// What is shown must not look live when nobody is heard.
void Monitor::Loop::checkLiveness() {
  if (watch_ == nullptr || need_ != Need::Nothing) return;
  if (watch_->endpoint() != client_->endpoint()) {  // calls have moved on: their member did not answer
    failed(absl::UnavailableError(
               fmt::format("no answer from {}; going on with {}", watch_->endpoint(), client_->endpoint())),
           Need::Watch);
    retryAt_ = {};
    return;
  }
  const SteadyTime now = Moment::now().steady;
  if (!watchReady_) {  // a stream that is taken and never answered brings no events, whatever calls say
    if (now - watchOpenedAt_ > absl::ToChronoMilliseconds(options_.staleAfter) + Pulse::kProbeAfter) {
      failed(absl::UnavailableError(fmt::format("{} does not answer the watch", watch_->endpoint())),
             Need::Watch);
    }
    return;
  }
  if (pulse_.probeDue(now)) probe();
  const bool silent = pulse_.silent(now);
  if (silent && health_.state == Health::State::Live) {
    setHealth(Health::State::Stale, fmt::format("no sign of life from {}", watch_->endpoint()));
  } else if (!silent && health_.state == Health::State::Stale) {
    setHealth(Health::State::Live, {});
  }
}

void Monitor::Loop::probe() {
  pulse_.probeBegins(Moment::now().steady);
  client_->leaseTtlAsync(
      kProbeLease,
      [this](const absl::StatusOr<etcd::LeaseTtl>& answer) {
        // Whoever refuses is alive.
        const bool alive = !absl::IsUnavailable(answer.status()) &&
                           !absl::IsDeadlineExceeded(answer.status()) && !absl::IsCancelled(answer.status());
        post([this, alive] {
          pulse_.probeEnds();
          if (alive) pulse_.heard(Moment::now());
        });
      },
      kProbeLimit);
}

void Monitor::Loop::onAccess(const absl::Status& access) {
  if (health_.state == Health::State::Live && refuses(access)) refused(access);
}

void Monitor::Loop::noticeLostTime(const Moment& now) {
  if (lastTick_) {
    const absl::Duration steady = now - *lastTick_;
    const absl::Duration wall = now.wall - lastTick_->wall;
    if (absl::AbsDuration(wall - steady) > kLostTime) picture_.forgetTtls();
  }
  lastTick_ = now;
}

std::shared_ptr<const Verdict> Monitor::Loop::judged(const Moment& now, bool surveyed) {
  if (health_.state != Health::State::Live) return surveyed ? judge_.judgeCluster(now) : nullptr;
  judge_.observations().ghostsListed(health_.endpoint, picture_.leases().phantoms(), now);
  return judge_.judge(now);
}

void Monitor::Loop::publish(const Moment& now) {
  ChangeSet changes = picture_.takeChanges();
  const bool heartbeat = now.steady - lastPublished_ >= kHeartbeat;
  const bool news = healthChanged_ || report_.changed() || selectionChanged_ || notices_.changed();
  if (changes.empty() && !news && !heartbeat) return;
  sampler_.apply(changes, now);
  if (health_.state == Health::State::Live) health_.lastGood = pulse_.lastHeard();
  MonitorUpdate update{.changes = std::move(changes),
                       .health = health_,
                       .load = {.eventsPerSecond = events_.perSecond(now.steady),
                                .ttlCallsPerSecond = sampler_.callsPerSecond(now),
                                .ttlBudget = options_.ttlBudget,
                                .eventsDropped = eventsDropped_}};
  const bool surveyed = report_.changed();
  update.cluster = report_.take();
  if (surveyed && update.cluster) judge_.observations().surveyed(update.cluster, now);
  judge_.observations().apply(update.changes, now);
  update.verdict = judged(now, surveyed && update.cluster);
  update.notices = notices_.takeIfChanged();
  addHistories(update.changes, update);
  healthChanged_ = selectionChanged_ = false;
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
