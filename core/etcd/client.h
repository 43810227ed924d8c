#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/etcd/connection_options.h"
#include "core/etcd/types.h"

namespace leasescope::etcd {

class ClusterIdentity;
class Transport;

/// Calls to one cluster over several endpoints: stays with one that answers, moves on when it does not.
///
/// Thread-safe. Calls block for at most the command timeout. Reads and lease calls are tried at the next
/// endpoint when a server is unavailable; writes only when they certainly were not sent. Errors carry gRPC's
/// code and one readable line; Unavailable and DeadlineExceeded of a write mean that its outcome is unknown.
/// Once an answer has told which cluster this is, no answer of another one is taken: isOtherCluster().
class Client {
 public:
  /// Does not connect. Error: InvalidArgument (endpoint, TLS files).
  static absl::StatusOr<std::shared_ptr<Client>> create(ConnectionOptions options);
  /// Another client of the same connection, with channels of its own: what one knows of the cluster's
  /// identity holds for both.
  absl::StatusOr<std::shared_ptr<Client>> sibling() const;
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Cancels all calls and streams under way and waits for their end; later ones answer Cancelled.
  /// Not from a callback.
  void shutdown();

  absl::StatusOr<RangeResult> range(const RangeQuery& query);
  /// As range() without values in the order of keys, and every key with its lease whatever the server's
  /// version: where none of the keys seems to have one, they are asked for a second time.
  absl::StatusOr<RangeResult> rangeKeys(RangeQuery query);
  absl::StatusOr<Header> put(const PutOp& operation);
  absl::StatusOr<std::int64_t> remove(const KeyRange& range);
  absl::StatusOr<TransactionResult> transact(const Transaction& transaction);
  absl::Status compact(Revision revision);

  /// `ttl` is rounded up to whole seconds; `id` 0 lets the server choose.
  absl::StatusOr<LeaseGrant> grantLease(absl::Duration ttl, LeaseId id = kNoLease);
  /// NotFound when the lease is gone already.
  absl::StatusOr<Header> revokeLease(LeaseId id);
  absl::StatusOr<LeaseTtl> leaseTtl(LeaseId id, bool withKeys);
  /// The ids that the answering member knows; not linearizable (etcd: lease/lessor.go Leases).
  absl::StatusOr<std::vector<LeaseId>> leases();
  /// What exactly this endpoint says; tried once.
  absl::StatusOr<std::vector<LeaseId>> leasesOf(std::size_t endpoint);

  using OnLeaseTtl = std::function<void(absl::StatusOr<LeaseTtl>)>;
  /// As leaseTtl without keys, but does not block: `done` is called once, on a thread of gRPC, where it
  /// must not block either. Tried once; given up after `limit`, or the command timeout if that is shorter.
  void leaseTtlAsync(LeaseId id, OnLeaseTtl done, absl::Duration limit = absl::InfiniteDuration());

  /// Of the endpoint in use.
  absl::StatusOr<MemberStatus> status();
  absl::StatusOr<MemberStatus> statusOf(std::size_t endpoint);
  absl::StatusOr<std::vector<Member>> members();
  absl::StatusOr<std::vector<Alarm>> alarms();

  std::vector<std::string> endpoints() const;
  /// The address in use now.
  std::string endpoint() const;

  /// For the streams of this folder.
  Transport& transport() { return *transport_; }

 private:
  explicit Client(std::unique_ptr<Transport> transport);
  static absl::StatusOr<std::shared_ptr<Client>> createFor(ConnectionOptions options,
                                                           std::shared_ptr<ClusterIdentity> identity);
  std::unique_ptr<Transport> transport_;
};

/// The answer came from another cluster than the first one; nothing of it may be believed or changed.
bool isOtherCluster(const absl::Status& status);

}  // namespace leasescope::etcd
