#include "core/etcd/keep_alive.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "core/etcd/bidi_stream.h"

namespace leasescope::etcd {
namespace pb = etcdserverpb;

namespace {

// Go's client repeats an unanswered renewal at this pace, and reopens a stream not more often.
constexpr auto kRetryEvery = std::chrono::milliseconds(500);

}  // namespace

Renewals::News Renewals::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return unread_ > 0 || ended_; });
  if (unread_ == 0) return News::Ended;
  --unread_;
  return News::Renewed;
}

bool Renewals::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

bool Renewals::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

void Renewals::renewed() {
  const std::lock_guard lock(mutex_);
  ++unread_;
  changed_.notify_all();
}

void Renewals::end(bool lost) {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  lost_ = lost;
  changed_.notify_all();
}

class KeepAlive::Stream : public BidiStream<pb::LeaseKeepAliveRequest, pb::LeaseKeepAliveResponse> {
 public:
  using BidiStream::BidiStream;
};

KeepAlive::KeepAlive(std::shared_ptr<Client> client)
    : client_(std::move(client)), thread_([this] { run(); }) {}

KeepAlive::~KeepAlive() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  stream_.reset();
  for (auto& [lease, entry] : entries_) entry.renewals->end(false);
}

std::shared_ptr<Renewals> KeepAlive::keep(LeaseId lease, absl::Duration left, Renew first) {
  auto renewals = std::make_shared<Renewals>();
  {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const auto duration = absl::ToChronoMilliseconds(left);
    if (const auto before = entries_.find(lease); before != entries_.end())
      before->second.renewals->end(false);
    entries_[lease] = {.ttl = duration,
                       .nextSend = first == Renew::AtOnce ? now : now + duration / 3,
                       .deadline = now + duration,
                       .renewals = renewals};
  }
  wake_.notify_all();
  return renewals;
}

void KeepAlive::forget(LeaseId lease) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(lease);
  if (found == entries_.end()) return;
  found->second.renewals->end(false);
  entries_.erase(found);
}

void KeepAlive::run() {
  pthread_setname_np(pthread_self(), "lease-renewals");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (streamEnded_ && !entries_.empty() && Clock::now() >= reopenAt()) openStream(lock);
    if (stopping_) break;  // told while the lock was open
    const Clock::time_point next = sendDue(Clock::now());
    if (next == Clock::time_point::max()) {
      wake_.wait(lock);
    } else {
      wake_.wait_until(lock, next);
    }
  }
}

KeepAlive::Clock::time_point KeepAlive::reopenAt() const { return openedAt_ + kRetryEvery; }

void KeepAlive::openStream(std::unique_lock<std::mutex>& lock) {
  streamEnded_ = false;
  auto end = Clock::time_point::max();
  for (const auto& [lease, entry] : entries_) end = std::min(end, entry.deadline);
  // The old stream's destructor waits for its last callback, which takes the lock.
  std::unique_ptr<Stream> old = std::move(stream_);
  lock.unlock();
  old.reset();
  // Without one the stream ends, and is tried again; who is lost meanwhile is to hear it in time.
  client_->transport().ensureToken(absl::FromChrono(end - Clock::now())).IgnoreError();
  auto fresh = std::make_unique<Stream>(
      client_->transport(),
      [](const Route& route, grpc::ClientContext* context, Stream::Reactor* reactor) {
        route.lease->async()->LeaseKeepAlive(context, reactor);
      },
      [this](pb::LeaseKeepAliveResponse& response) { onAnswer(response); },
      [this](const grpc::Status&) { onStreamEnd(); });
  lock.lock();
  stream_ = std::move(fresh);
  openedAt_ = Clock::now();
  // What the old stream did not answer it never will.
  for (auto& [lease, entry] : entries_) {
    if (!entry.answered) entry.nextSend = Clock::now();
  }
}

/// Sends what is due, gives up what is over; returns when to look again.
KeepAlive::Clock::time_point KeepAlive::sendDue(Clock::time_point now) {
  auto next = Clock::time_point::max();
  for (auto it = entries_.begin(); it != entries_.end();) {
    Entry& entry = it->second;
    if (now >= entry.deadline) {
      entry.renewals->end(true);
      it = entries_.erase(it);
      continue;
    }
    if (now >= entry.nextSend) {
      if (stream_ && !streamEnded_) {
        pb::LeaseKeepAliveRequest request;
        request.set_id(it->first);
        stream_->write(std::move(request));
      }
      entry.answered = false;
      entry.nextSend = now + kRetryEvery;
    }
    next = std::min({next, entry.nextSend, entry.deadline});
    ++it;
  }
  if (streamEnded_ && !entries_.empty()) next = std::min(next, std::max(reopenAt(), now));
  return next;
}

void KeepAlive::onAnswer(const pb::LeaseKeepAliveResponse& response) {
  // A restored cluster may have another identity and the same leases: what it renews is not what was granted.
  const auto& identity = client_->transport().identity();
  if (!identity->check(response.header().cluster_id(), client_->endpoint()).ok()) return;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(response.id());
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (response.ttl() <= 0) {
    entry.renewals->end(true);
    entries_.erase(found);
    return;
  }
  const auto now = Clock::now();
  entry.ttl = std::chrono::seconds(response.ttl());
  entry.nextSend = now + entry.ttl / 3;
  entry.deadline = now + entry.ttl;
  entry.answered = true;
  entry.renewals->renewed();
}

void KeepAlive::onStreamEnd() {
  const std::lock_guard lock(mutex_);
  streamEnded_ = true;
  wake_.notify_all();
}

}  // namespace leasescope::etcd
