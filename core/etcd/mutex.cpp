#include "core/etcd/mutex.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "core/etcd/lock_name.h"
#include "core/etcd/watch_stream.h"
#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

// How often a waiting lock looks at its session; everything else wakes it at once.
constexpr auto kSessionCheck = std::chrono::milliseconds(200);

using Clock = std::chrono::steady_clock;

Clock::time_point after(absl::Duration timeout) {
  const Clock::time_point now = Clock::now();
  const Clock::duration wait = absl::ToChronoNanoseconds(std::max(timeout, absl::ZeroDuration()));
  return now + std::min(wait, Clock::time_point::max() - now);
}

/// What ends one wait for a predecessor. Written by threads of gRPC, read by the waiting thread.
struct Wake {
  std::mutex mutex;  // guards all below
  std::condition_variable changed;
  bool deleted = false;
  bool streamEnded = false;

  void set(bool Wake::*flag) {
    const std::lock_guard lock(mutex);
    this->*flag = true;
    changed.notify_all();
  }
};

/// The key may have been written although nobody said so.
bool outcomeUnknown(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

Mutex::Mutex(Session& session, std::string name)
    : session_(session),
      name_(std::move(name)),
      prefix_(name_ + "/"),
      key_(prefix_ + leaseHex(session.lease())) {}

absl::StatusOr<bool> Mutex::enqueue() {
  const RangeQuery first{.range = KeyRange::prefix(prefix_),
                         .limit = 1,
                         .order = RangeQuery::Order::OldestFirst,
                         .keysOnly = true};
  const RangeQuery own{.range = KeyRange::single(key_), .keysOnly = true};
  absl::StatusOr<TransactionResult> result =
      session_.client().transact({.conditions = {{.key = key_, .createRevision = 0}},
                                  .then = {PutOp{.key = key_, .value = {}, .lease = session_.lease()}, first},
                                  .otherwise = {own, first}});
  if (!result.ok()) return result.status();
  const auto& answers = result->answers;
  createRevision_ = result->succeeded ? result->header.revision : answers[0].kvs.front().createRevision;
  const auto& owner = answers[1].kvs;
  return owner.empty() || owner.front().createRevision == createRevision_;
}

absl::Status Mutex::lock(absl::Duration timeout, const std::stop_token& stop) {
  if (absl::Status name = checkLockName(name_); !name.ok()) return name;
  const Clock::time_point deadline = after(timeout);
  absl::StatusOr<bool> owner = enqueue();
  if (!owner.ok()) return outcomeUnknown(owner.status()) ? withdraw(owner.status()) : owner.status();
  if (*owner) return absl::OkStatus();
  absl::Status waited = waitForPredecessors(deadline, stop);
  if (waited.ok()) waited = stillQueued();
  return waited.ok() ? waited : withdraw(std::move(waited));
}

absl::StatusOr<bool> Mutex::tryLock() {
  if (absl::Status name = checkLockName(name_); !name.ok()) return name;
  absl::StatusOr<bool> owner = enqueue();
  if (!owner.ok() || *owner) return owner;
  if (absl::Status status = unlock(); !status.ok()) return status;
  return false;
}

absl::Status Mutex::waitForPredecessors(Clock::time_point deadline, const std::stop_token& stop) {
  while (true) {
    absl::StatusOr<RangeResult> before = session_.client().range({.range = KeyRange::prefix(prefix_),
                                                                  .limit = 1,
                                                                  .order = RangeQuery::Order::NewestFirst,
                                                                  .keysOnly = true,
                                                                  .maxCreateRevision = createRevision_ - 1});
    if (!before.ok()) return before.status();
    if (before->kvs.empty()) return absl::OkStatus();
    absl::Status gone = waitUntilGone(before->kvs.front().key, before->header.revision + 1, deadline, stop);
    if (!gone.ok()) return gone;
  }
}

/// OK when the key was deleted, or when the watch broke and the caller has to look again.
absl::Status Mutex::waitUntilGone(const std::string& key, Revision from, Clock::time_point deadline,
                                  const std::stop_token& stop) {
  Wake wake;
  const std::stop_callback onStop(stop, [&wake] {
    const std::lock_guard lock(wake.mutex);
    wake.changed.notify_all();
  });
  const WatchStream watch(session_.client(), {{.range = KeyRange::single(key), .start = from}},
                          {.onReady = {},
                           .onBatch =
                               [&wake](const WatchBatch& batch) {
                                 if (std::ranges::any_of(batch.events, [](const Event& event) {
                                       return event.type == Event::Type::Delete;
                                     })) {
                                   wake.set(&Wake::deleted);
                                 }
                               },
                           .onEnd = [&wake](const WatchEnd&) { wake.set(&Wake::streamEnded); }});
  std::unique_lock lock(wake.mutex);
  while (!wake.deleted) {
    if (stop.stop_requested()) return absl::CancelledError("stopped while waiting for the lock");
    if (session_.ended()) return absl::AbortedError("the session ended while waiting for the lock");
    const Clock::duration left = deadline - Clock::now();
    if (left <= Clock::duration::zero()) return absl::DeadlineExceededError("gave up waiting for the lock");
    wake.changed.wait_for(lock, std::min<Clock::duration>(left, kSessionCheck));
    if (wake.streamEnded && !wake.deleted) return absl::OkStatus();
  }
  return absl::OkStatus();
}

/// A waiter does not watch its own key: without this check a revoked waiter would believe itself owner
/// (etcd#11456; Go's client checks since 3.5).
absl::Status Mutex::stillQueued() const {
  absl::StatusOr<RangeResult> own =
      session_.client().range({.range = KeyRange::single(key_), .keysOnly = true});
  if (!own.ok()) return own.status();
  if (own->kvs.empty() || own->kvs.front().createRevision != createRevision_) {
    return absl::AbortedError("the session ended while waiting for the lock");
  }
  return absl::OkStatus();
}

absl::Status Mutex::withdraw(absl::Status why) {
  const absl::Status removed = unlock();
  if (removed.ok()) return why;
  return {why.code(), fmt::format("{}; its key {} may have stayed: {}", std::string(why.message()), key_,
                                  std::string(removed.message()))};
}

absl::Status Mutex::unlock() { return session_.client().remove(KeyRange::single(key_)).status(); }

absl::StatusOr<bool> Mutex::isOwner() const {
  absl::StatusOr<RangeResult> first = session_.client().range({.range = KeyRange::prefix(prefix_),
                                                               .limit = 1,
                                                               .order = RangeQuery::Order::OldestFirst,
                                                               .keysOnly = true});
  if (!first.ok()) return first.status();
  return createRevision_ > 0 && !first->kvs.empty() && first->kvs.front().key == key_ &&
         first->kvs.front().createRevision == createRevision_;
}

}  // namespace leasescope::etcd
