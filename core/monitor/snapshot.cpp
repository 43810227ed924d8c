#include "core/monitor/snapshot.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "core/monitor/key_lister.h"
#include "core/monitor/ttl_sampler.h"
#include "core/monitor/watched_ranges.h"

namespace leasescope {
namespace {

constexpr std::size_t kCallsAtOnce = 64;

/// Most important first: whom others wait for, other holders, waiters, the rest.
std::vector<LeaseId> byImportance(const ChangeSet& all, bool onlyLocks) {
  std::vector<LeaseId> order;
  absl::flat_hash_set<LeaseId> seen;
  const auto add = [&](LeaseId id) {
    if (id != etcd::kNoLease && seen.insert(id).second) order.push_back(id);
  };
  for (const auto& lock : all.locks) {
    if (lock->waiterCount() > 0) add(lock->leaseInTheWay());
  }
  for (const auto& lock : all.locks) {
    if (lock->holder() != nullptr) add(lock->holder()->lease);
  }
  for (const auto& lock : all.locks) {
    for (const auto& contender : lock->queue) add(contender->lease);
  }
  if (onlyLocks) return order;
  for (const auto& lease : all.leases) add(lease->id);
  return order;
}

/// Asks for many TTLs at once and collects the answers.
class Sampler {
 public:
  Sampler(etcd::Client& client, Picture& picture) : client_(client), picture_(picture) {}

  void sample(LeaseId id) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return underWay_ < kCallsAtOnce; });
      ++underWay_;
    }
    const Moment sent = Moment::now();
    client_.leaseTtlAsync(id, [this, id, sent](absl::StatusOr<etcd::LeaseTtl> answer) {
      const Moment received = Moment::now();
      const std::lock_guard lock(mutex_);
      takeIn(picture_, id, answer, sent, received);
      --underWay_;
      changed_.notify_all();
    });
  }

  void finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return underWay_ == 0; });
  }

 private:
  etcd::Client& client_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  Picture& picture_;
  std::size_t underWay_ = 0;
};

void sampleAll(etcd::Client& client, Picture& picture, const std::vector<LeaseId>& leases,
               int callsPerSecond) {
  Sampler sampler(client, picture);
  SteadyTime second = Moment::now().steady;
  int calls = 0;
  for (const LeaseId id : leases) {
    if (calls == callsPerSecond) {
      // A second that the server stood still is not made up for.
      second = std::max(second + std::chrono::seconds(1), Moment::now().steady);
      std::this_thread::sleep_until(second);
      calls = 0;
    }
    sampler.sample(id);
    ++calls;
  }
  sampler.finish();
}

}  // namespace

absl::StatusOr<Snapshot> takeSnapshot(etcd::Client& client, const SnapshotOptions& options) {
  absl::StatusOr<Listing> listing = listKeys(client, watchedRanges(options.prefixes));
  if (!listing.ok()) return listing.status();
  Picture picture(watchedBy(options.prefixes));
  picture.restore(*listing, Moment::now());
  const Moment asked = Moment::now();
  const absl::StatusOr<std::vector<LeaseId>> leases = client.leases();
  if (leases.ok()) picture.leasesListed(*leases, asked, Moment::now());
  Snapshot snapshot{.all = picture.takeChanges(), .leaseList = leases.status()};
  if (options.ttls == TtlPolicy::None || options.ttlBudget <= 0) return snapshot;
  std::vector<LeaseId> wanted = byImportance(snapshot.all, options.onlyLocks);
  const auto budget = static_cast<std::size_t>(options.ttlBudget);
  if (options.ttls == TtlPolicy::Some && wanted.size() > budget) wanted.resize(budget);
  sampleAll(client, picture, wanted, options.ttlBudget);
  ChangeBacklog backlog;
  backlog.add(std::move(snapshot.all));
  backlog.add(picture.takeChanges());
  snapshot.all = backlog.take();
  return snapshot;
}

}  // namespace leasescope
