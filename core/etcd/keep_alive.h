#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/time/time.h"
#include "core/etcd/client.h"

namespace etcdserverpb {
class LeaseKeepAliveResponse;
}

namespace leasescope::etcd {

/// What the owner of one lease hears of its renewals, as Go's keep-alive channel. Thread-safe.
class Renewals {
 public:
  enum class News { Renewed, Ended };

  /// Blocks until the server has renewed the lease once more, or renewing has ended.
  News wait();
  bool ended() const;
  /// Renewing ended because the lease is gone or could not be renewed before its deadline.
  bool lost() const;

 private:
  friend class KeepAlive;
  void renewed();
  void end(bool lost);

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::int64_t unread_ = 0;
  bool ended_ = false;
  bool lost_ = false;
};

/// Renews many leases over one stream: each a third of its TTL after its last renewal, given up when its TTL
/// has passed without an answer (etcd: clientv3/lease.go). A stream that ends is replaced at once, but not
/// more often than every half second, and asked again for what is unanswered. Thread-safe; owns one thread.
class KeepAlive {
 public:
  explicit KeepAlive(std::shared_ptr<Client> client);
  /// Ends renewing of all leases, which are then not lost but left to expire.
  ~KeepAlive();
  KeepAlive(const KeepAlive&) = delete;
  KeepAlive& operator=(const KeepAlive&) = delete;

  enum class Renew { AtOnce, WhenDue };
  /// The lease lives for `left` from now; due is its first renewal after a third of that.
  std::shared_ptr<Renewals> keep(LeaseId lease, absl::Duration left, Renew first = Renew::WhenDue);
  /// Stops renewing; the lease lives on until its TTL is over. Nothing happens for unknown leases.
  void forget(LeaseId lease);

 private:
  class Stream;
  using Clock = std::chrono::steady_clock;
  struct Entry {
    Clock::duration ttl;
    Clock::time_point nextSend;
    Clock::time_point deadline;
    bool answered = true;  // the last renewal that was sent
    std::shared_ptr<Renewals> renewals;
  };

  void run();
  void openStream(std::unique_lock<std::mutex>& lock);
  Clock::time_point reopenAt() const;
  Clock::time_point sendDue(Clock::time_point now);
  void onAnswer(const etcdserverpb::LeaseKeepAliveResponse& response);
  void onStreamEnd();

  const std::shared_ptr<Client> client_;
  std::mutex mutex_;  // guards all below but the thread
  std::condition_variable wake_;
  std::map<LeaseId, Entry> entries_;
  std::unique_ptr<Stream> stream_;
  bool streamEnded_ = true;
  Clock::time_point openedAt_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace leasescope::etcd
