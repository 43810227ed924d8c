#include "core/etcd/session.h"

#include <pthread.h>
#include <unistd.h>

#include <utility>

namespace leasescope::etcd {
namespace {

// etcd tells whole seconds, rounded down (etcd: lease/lease.go Remaining, api/v3rpc/lease.go).
constexpr absl::Duration kCutOff = absl::Milliseconds(999);

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::open(std::shared_ptr<Client> client,
                                                       std::shared_ptr<KeepAlive> keepAlive,
                                                       absl::Duration ttl, LeaseId lease) {
  std::shared_ptr<Renewals> renewals;
  if (lease == kNoLease) {
    absl::StatusOr<LeaseGrant> granted = client->grantLease(ttl);
    if (!granted.ok()) return granted.status();
    lease = granted->id;
    ttl = granted->ttl;
    renewals = keepAlive->keep(lease, ttl);
  } else {
    absl::StatusOr<LeaseTtl> known = client->leaseTtl(lease, false);
    if (!known.ok()) return known.status();
    if (!known->found) return absl::NotFoundError("lease " + leaseHex(lease) + " does not exist");
    ttl = known->granted;
    renewals = keepAlive->keep(lease, known->remaining + kCutOff, KeepAlive::Renew::AtOnce);
  }
  return std::unique_ptr<Session>(
      new Session(std::move(client), std::move(keepAlive), lease, ttl, std::move(renewals)));
}

Session::Session(std::shared_ptr<Client> client, std::shared_ptr<KeepAlive> keepAlive, LeaseId lease,
                 absl::Duration ttl, std::shared_ptr<Renewals> renewals)
    : client_(std::move(client)),
      keepAlive_(std::move(keepAlive)),
      lease_(lease),
      ttl_(ttl),
      renewals_(std::move(renewals)),
      thread_([this] { drain(); }) {}

Session::~Session() { orphan(); }

void Session::drain() {
  pthread_setname_np(pthread_self(), kSessionThreadName);
  threadId_ = gettid();
  while (renewals_->wait() == Renewals::News::Renewed) ++renewalCount_;
  threadId_ = 0;
}

void Session::orphan() {
  keepAlive_->forget(lease_);
  if (thread_.joinable()) thread_.join();
}

absl::Status Session::close() {
  orphan();
  const absl::Status status = client_->revokeLease(lease_).status();
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

}  // namespace leasescope::etcd
