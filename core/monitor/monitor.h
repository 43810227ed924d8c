#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "core/diagnosis/diagnosis.h"
#include "core/etcd/client.h"
#include "core/monitor/cluster_view.h"
#include "core/monitor/notice.h"
#include "core/picture/change_set.h"
#include "core/picture/picture.h"
#include "core/picture/ttl_track.h"

namespace leasescope {

struct MonitorOptions {
  std::vector<std::string> prefixes;  // what to watch; empty: everything
  int ttlBudget = 200;                // LeaseTimeToLive calls a second, at most; 0: none
  /// No sign of life from the member for so long: what is shown is stale.
  absl::Duration staleAfter = absl::Seconds(5);
  /// How often everything is listed beside the watch and compared with the picture.
  absl::Duration reconcileEvery = absl::Minutes(5);
  /// How often the members' lists of leases are compared; what differs twice in a row is told.
  absl::Duration compareEvery = absl::Seconds(60);
  /// How often a refusal is asked about again: permissions may be given, authentication switched off.
  absl::Duration deniedRetry = absl::Seconds(30);
  /// Events that wait for the monitor's thread, in bytes; with more of them everything is listed anew.
  std::size_t maxPendingBytes = 64 << 20;
  /// From when on something counts as wrong.
  Thresholds thresholds;
};

/// How far what is shown can be believed.
struct Health {
  enum class State {
    Connecting,  // nothing is known yet, which is not the same as "no locks"
    Live,
    Stale,   // was live; what is shown is as of lastGood
    Denied,  // etcd refuses, or another cluster answers
  };
  State state = State::Connecting;
  std::string endpoint;           // in use, or the one that is tried
  std::string reason;             // why it is not live; empty when it is
  Moment lastGood;                // when the picture was last known to be true; meaningless while Connecting
  std::optional<Moment> retryAt;  // when it is tried again; nullopt: it is being tried, or need not be
};

/// What watching costs, as seen over the last second or so.
struct Load {
  double eventsPerSecond = 0;
  double ttlCallsPerSecond = 0;
  int ttlBudget = 0;
  std::int64_t eventsDropped = 0;  // since the start: they came twice
};

using TtlHistory = std::shared_ptr<const std::vector<TtlPoint>>;

/// Everything that leaves the monitor: values.
struct MonitorUpdate {
  ChangeSet changes;
  Health health;
  Load load;
  std::shared_ptr<const ClusterView> cluster;          // the newest; null before the first
  std::shared_ptr<const std::vector<Notice>> notices;  // the newest, oldest first; null: as before
  std::shared_ptr<const Verdict> verdict;              // when it was judged anew; null: as before
  absl::flat_hash_map<LeaseId, TtlHistory> histories;  // of the leases looked at, when they changed
};

/// Keeps a picture of one cluster true: lists, watches from there on, lists again after a compaction or gap,
/// compares with a list now and then, samples TTLs within the budget. Never changes the cluster and never
/// renews a lease.
class Monitor {
 public:
  /// Called on the monitor's own thread; must not block and not call back into the monitor's destructor.
  using Sink = std::function<void(MonitorUpdate)>;

  /// Returns at once; the first update says Connecting.
  Monitor(std::shared_ptr<etcd::Client> client, MonitorOptions options, Sink sink);
  /// Waits for the thread; calls under way are cancelled when the client was shut down before, and end by
  /// their deadline otherwise.
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// These leases are on screen, `selected` ones first: they are sampled before all others, and the
  /// histories of the selected come with the updates. Any thread.
  void lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible);
  /// Looks again at everything now. While live that is done beside the watch: what is shown stays, a list is
  /// compared with it, and a notice tells the outcome; otherwise it lists anew. Any thread.
  void refresh();
  /// Judges by these from now on, at once and all that was observed before. Any thread.
  void setThresholds(const Thresholds& thresholds);
  /// An action of this program is about to remove these keys. To be told before, because the event may come
  /// sooner than the answer. Any thread.
  void removing(std::vector<std::string> keys);
  /// Shows the picture itself, on the monitor's thread, where `look` must not block; not called when the
  /// monitor ends before. For checks: what goes to the sink is all that a view needs. Any thread.
  void inspect(std::function<void(const Picture&)> look);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace leasescope
