#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/etcd/client.h"
#include "core/etcd/keep_alive.h"

namespace leasescope::etcd {

/// A lease that is kept alive for as long as this object says so: Go's concurrency.Session.
///
/// As in Go, a session that is neither closed nor orphaned costs more than a lease: a thread of its own lives
/// on, draining the answers to the renewals. That thread is what a service leaks that forgets Close.
class Session {
 public:
  /// Grants a lease (or takes over `lease`, renewing it at once) and keeps it alive.
  static absl::StatusOr<std::unique_ptr<Session>> open(std::shared_ptr<Client> client,
                                                       std::shared_ptr<KeepAlive> keepAlive,
                                                       absl::Duration ttl, LeaseId lease = kNoLease);
  /// Orphans: stops renewing, does not revoke.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  LeaseId lease() const { return lease_; }
  absl::Duration grantedTtl() const { return ttl_; }
  Client& client() const { return *client_; }
  /// The lease is gone, or could not be renewed in time.
  bool lost() const { return renewals_->lost(); }
  /// Nobody renews any more: lost, orphaned or closed.
  bool ended() const { return renewals_->ended(); }
  std::int64_t renewalCount() const { return renewalCount_.load(); }
  /// Id that the operating system gives the draining thread; 0 once it has ended.
  int threadId() const { return threadId_.load(); }

  /// Stops renewing and ends the thread; lease and keys stay until the TTL is over.
  void orphan();
  /// Orphans, then revokes the lease: its keys vanish at once. OK when the lease was gone already.
  absl::Status close();

 private:
  Session(std::shared_ptr<Client> client, std::shared_ptr<KeepAlive> keepAlive, LeaseId lease,
          absl::Duration ttl, std::shared_ptr<Renewals> renewals);
  void drain();

  const std::shared_ptr<Client> client_;
  const std::shared_ptr<KeepAlive> keepAlive_;
  const LeaseId lease_;
  const absl::Duration ttl_;
  const std::shared_ptr<Renewals> renewals_;
  std::atomic<std::int64_t> renewalCount_ = 0;
  std::atomic<int> threadId_ = 0;
  std::thread thread_;
};

/// What the draining threads are called, so that they can be counted from outside.
inline constexpr char kSessionThreadName[] = "session-drain";

}  // namespace leasescope::etcd
