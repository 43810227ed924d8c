#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/etcd/session.h"

namespace leasescope::etcd {

/// A lock that excludes Go's concurrency.Mutex, etcdctl lock and the v3 Lock service on the same name:
/// the key is `<name>/<lease in hex>`, the holder is the one with the lowest create revision below `<name>/`
/// (etcd: client/v3/concurrency/mutex.go). Borrows the session, which must outlive it.
///
/// Not thread-safe: one thread at a time. Etcd's locks are no mutual exclusion for what lies outside etcd
/// unless that checks the fencing token.
class Mutex {
 public:
  Mutex(Session& session, std::string name);

  /// Blocks until this session holds the lock. DeadlineExceeded after `timeout`, Cancelled on `stop`,
  /// Aborted when the session ended while waiting; the own key is removed in these cases if etcd answers.
  absl::Status lock(absl::Duration timeout, const std::stop_token& stop = {});
  /// False when somebody else holds the lock; leaves no key behind then.
  absl::StatusOr<bool> tryLock();
  /// Removes the key. The session and its lease live on.
  absl::Status unlock();
  /// Asks etcd whether this session holds the lock now.
  absl::StatusOr<bool> isOwner() const;

  const std::string& name() const { return name_; }
  const std::string& key() const { return key_; }
  /// The create revision of the own key; 0 before it was written.
  Revision fencingToken() const { return createRevision_; }

 private:
  /// Writes the own key unless it exists, and reads who is first; true when that is this session.
  absl::StatusOr<bool> enqueue();
  absl::Status waitForPredecessors(std::chrono::steady_clock::time_point deadline,
                                   const std::stop_token& stop);
  absl::Status waitUntilGone(const std::string& key, Revision from,
                             std::chrono::steady_clock::time_point deadline, const std::stop_token& stop);
  absl::Status stillQueued() const;
  absl::Status withdraw(absl::Status why);

  Session& session_;
  const std::string name_;
  const std::string prefix_;
  const std::string key_;
  Revision createRevision_ = 0;
};

}  // namespace leasescope::etcd
