#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/monitor/monitor.h"
#include "core/picture/picture.h"
#include "tests/support/etcdctl.h"

namespace leasescope {

/// Watches a cluster with a Monitor, as the window does, and compares what came out with what etcd's own tool
/// says of the same revision.
class ClusterWitness {
 public:
  explicit ClusterWitness(const std::string& endpoint, MonitorOptions options = {});
  explicit ClusterWitness(etcd::ConnectionOptions connection, MonitorOptions options = {});
  ~ClusterWitness();

  Monitor& monitor() { return *monitor_; }
  Health health() const;
  Revision revision() const;
  std::uint64_t epoch() const;
  std::shared_ptr<const Lock> lock(const std::string& name) const;
  std::shared_ptr<const Lease> lease(LeaseId id) const;
  std::vector<Happening> happenings() const;
  /// Those since the last time.
  std::vector<Happening> takeHappenings();
  /// How often this happened to this lock.
  std::size_t count(Happening::Type type, const std::string& lock) const;
  /// A notice contains this text.
  bool noticed(const std::string& text) const;
  std::vector<std::string> notices() const;
  std::int64_t eventsDropped() const;
  std::size_t leaseCount() const;
  TtlHistory history(LeaseId id) const;
  std::shared_ptr<const ClusterView> cluster() const;
  /// "deadlock of lock /a", one for each finding of the newest verdict. What is said of the server's version
  /// is left out: tests run on any.
  std::vector<std::string> findings() const;
  double mostTtlCallsPerSecond() const;

  /// Every key of the monitor's picture, as it is now.
  KeyTable keys() const;

  bool waitUntilLive(absl::Duration patience = absl::Seconds(10)) const;
  /// The first difference between the picture and `etcdctl get --prefix` at the same revision, key by key;
  /// empty when there is none. Waits until the picture has caught up.
  std::string differenceTo(const Etcdctl& etcdctl) const;

 private:
  void onUpdate(MonitorUpdate update);

  const std::vector<std::string> prefixes_;
  const std::shared_ptr<etcd::Client> client_;
  mutable std::mutex mutex_;  // guards all below but the monitor
  Health health_;
  std::uint64_t epoch_ = 0;
  Revision revision_ = 0;
  std::size_t keyCount_ = 0;
  std::map<std::string, std::shared_ptr<const Lock>> locks_;
  std::map<LeaseId, std::shared_ptr<const Lease>> leases_;
  std::map<LeaseId, TtlHistory> histories_;
  std::vector<Happening> happenings_;
  std::shared_ptr<const std::vector<Notice>> notices_;
  std::int64_t eventsDropped_ = 0;
  std::shared_ptr<const ClusterView> cluster_;
  std::shared_ptr<const Verdict> verdict_;
  double mostTtlCalls_ = 0;
  std::unique_ptr<Monitor> monitor_;
};

/// What `etcdctl get` says of these prefixes (everything when empty), at its newest revision.
absl::StatusOr<Listing> listingFromEtcdctl(const Etcdctl& etcdctl, const std::vector<std::string>& prefixes);

}  // namespace leasescope
