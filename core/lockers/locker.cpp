#include "core/lockers/locker.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "core/lockers/announce_holder.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

// Long enough for the other half of a deadlock to take its first lock.
constexpr absl::Duration kBetweenTwoLocks = absl::Milliseconds(300);
constexpr absl::Duration kBeforeTryingAgain = absl::Milliseconds(500);

/// False when stopped before the time was over.
bool sleepFor(absl::Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, absl::ToChronoMicroseconds(duration), [] { return false; });
  return !stop.stop_requested();
}

void waitForStop(const std::stop_token& stop) {
  while (sleepFor(absl::Hours(1), stop)) {
  }
}

}  // namespace

Locker::Locker(Plan plan, std::shared_ptr<etcd::Client> client, std::shared_ptr<etcd::KeepAlive> keepAlive)
    : plan_(std::move(plan)),
      name_(fmt::format("locker-{}", plan_.number)),
      client_(std::move(client)),
      keepAlive_(std::move(keepAlive)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Locker::~Locker() { finish(Leftovers::CleanUp); }

void Locker::finish(Leftovers leftovers) {
  requestStop();
  if (thread_.joinable()) thread_.join();
  endSessions(leftovers);
}

void Locker::endSessions(Leftovers leftovers) {
  std::vector<std::unique_ptr<etcd::Session>> left;
  {
    const std::lock_guard lock(mutex_);
    left = std::exchange(sessions_, {});
  }
  for (const auto& session : left) {
    if (leftovers == Leftovers::Leave) {
      session->orphan();
    } else {
      report(session->close());
    }
  }
}

void Locker::run(const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), name_.c_str());
  {
    const std::lock_guard lock(mutex_);
    osThread_ = gettid();
  }
  bool again = true;
  while (again && !stop.stop_requested()) {
    absl::Status status;
    switch (plan_.spec.behaviour) {
      case Behaviour::WellBehaved:
      case Behaviour::GivesUp:
        status = cycle(stop);
        break;
      case Behaviour::LeakSession:
        status = leak(stop);
        break;
      case Behaviour::NeverUnlocks:
        status = holdForEver(stop);
        break;
      case Behaviour::Crash:
        status = crash(stop);
        break;
      case Behaviour::Deadlock:
        status = deadlock(stop);
        break;
    }
    report(status);
    const bool repeats =
        plan_.spec.behaviour == Behaviour::WellBehaved || plan_.spec.behaviour == Behaviour::GivesUp;
    again = repeats || absl::IsUnavailable(status);
    if (!again || status.ok()) continue;
    endSessions(Leftovers::CleanUp);
    sleepFor(kBeforeTryingAgain, stop);
  }
  const std::lock_guard lock(mutex_);
  osThread_ = 0;
}

absl::Status Locker::lockAndWork(etcd::Session& session, const std::stop_token& stop) {
  etcd::Mutex mutex(session, plan_.lock);
  absl::Status status = acquire(mutex, plan_.spec.lockTimeout, stop);
  if (!status.ok()) return status;
  sleepFor(plan_.spec.work, stop);
  return mutex.unlock();
}

absl::Status Locker::cycle(const std::stop_token& stop) {
  const absl::StatusOr<etcd::Session*> session = openSession();
  if (!session.ok()) return session.status();
  const absl::Status status = lockAndWork(**session, stop);
  const absl::Status closed = closeSession(*session);
  enter(LockerState::Released, etcd::kNoLease);
  return status.ok() ? closed : status;
}

absl::Status Locker::leak(const std::stop_token& stop) {
  const absl::StatusOr<etcd::Session*> session = openSession();
  if (!session.ok()) return session.status();
  absl::Status status = lockAndWork(**session, stop);
  enter(LockerState::Leaked, (*session)->lease());
  return status;
}

absl::Status Locker::holdForEver(const std::stop_token& stop) {
  const absl::StatusOr<etcd::Session*> session = openSession();
  if (!session.ok()) return session.status();
  etcd::Mutex mutex(**session, plan_.lock);
  absl::Status status = acquire(mutex, absl::InfiniteDuration(), stop);
  if (status.ok()) waitForStop(stop);
  return status;
}

absl::Status Locker::crash(const std::stop_token& stop) {
  const absl::StatusOr<etcd::Session*> session = openSession();
  if (!session.ok()) return session.status();
  etcd::Mutex mutex(**session, plan_.lock);
  absl::Status status = acquire(mutex, absl::InfiniteDuration(), stop);
  if (!status.ok()) return status;
  sleepFor(plan_.spec.work, stop);
  (*session)->orphan();
  enter(LockerState::Lost, (*session)->lease());
  return absl::OkStatus();
}

absl::Status Locker::deadlock(const std::stop_token& stop) {
  const absl::StatusOr<etcd::Session*> session = openSession();
  if (!session.ok()) return session.status();
  etcd::Mutex first(**session, plan_.lock);
  if (absl::Status status = acquire(first, absl::InfiniteDuration(), stop); !status.ok()) return status;
  if (!sleepFor(kBetweenTwoLocks, stop)) return absl::OkStatus();
  etcd::Mutex second(**session, plan_.secondLock);
  absl::Status status = acquire(second, absl::InfiniteDuration(), stop);
  if (status.ok()) waitForStop(stop);
  return status;
}

absl::StatusOr<etcd::Session*> Locker::openSession() {
  enter(LockerState::Acquiring, etcd::kNoLease);
  absl::StatusOr<std::unique_ptr<etcd::Session>> session =
      etcd::Session::open(client_, keepAlive_, plan_.spec.ttl);
  if (!session.ok()) return session.status();
  announceHolder(*client_, (*session)->lease(), name_);
  const std::lock_guard lock(mutex_);
  lease_ = (*session)->lease();
  sessions_.push_back(*std::move(session));
  return sessions_.back().get();
}

absl::Status Locker::acquire(etcd::Mutex& mutex, absl::Duration timeout, const std::stop_token& stop) {
  const etcd::LeaseId lease = [this] {
    const std::lock_guard lock(mutex_);
    return lease_;
  }();
  enter(LockerState::Waiting, lease);
  absl::Status status = mutex.lock(timeout, stop);
  if (absl::IsAborted(status)) enter(LockerState::Lost, lease);
  if (status.ok()) enter(LockerState::Holding, lease);
  return status;
}

absl::Status Locker::closeSession(etcd::Session* session) {
  absl::Status status = session->close();
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [session](const auto& one) { return one.get() == session; });
  return status;
}

void Locker::enter(LockerState state, etcd::LeaseId lease) {
  const std::lock_guard lock(mutex_);
  if (state != state_ || lease != lease_) since_ = Moment::now();
  state_ = state;
  lease_ = lease;
}

void Locker::report(const absl::Status& problem) {
  const std::lock_guard lock(mutex_);
  problem_ = problem.ok() || absl::IsCancelled(problem) ? "" : std::string(problem.message());
}

void Locker::describe(std::vector<LockerThread>& out) const {
  const std::lock_guard lock(mutex_);
  const bool renewed = std::ranges::any_of(sessions_, [](const auto& session) { return !session->ended(); });
  // A holder whose session ended has lost its lock, whether it has noticed or not.
  const bool lost = (state_ == LockerState::Holding || state_ == LockerState::Leaked) && !renewed;
  LockerThread row{.locker = plan_.number,
                   .role = LockerThread::Role::Locker,
                   .behaviour = plan_.spec.behaviour,
                   .name = name_,
                   .osThread = osThread_,
                   .state = lost ? LockerState::Lost : state_,
                   .lock = plan_.lock,
                   .lease = lease_,
                   .since = since_,
                   .problem = problem_};
  out.push_back(row);
  for (const auto& session : sessions_) {
    if (session->threadId() == 0) continue;
    row.role = LockerThread::Role::KeepAlive;
    row.name = etcd::kSessionThreadName;
    row.osThread = session->threadId();
    row.lease = session->lease();
    row.problem.clear();
    out.push_back(row);
  }
}

}  // namespace leasescope
