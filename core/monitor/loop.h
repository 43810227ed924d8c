#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "core/etcd/watch_stream.h"
#include "core/monitor/cluster_report.h"
#include "core/monitor/job_queue.h"
#include "core/monitor/judge.h"
#include "core/monitor/lease_survey.h"
#include "core/monitor/monitor.h"
#include "core/monitor/pulse.h"
#include "core/monitor/rate_meter.h"
#include "core/monitor/reconciliation.h"
#include "core/monitor/recurring.h"
#include "core/monitor/ttl_sampler.h"
#include "core/monitor/watch_position.h"
#include "core/picture/picture.h"

namespace leasescope {

/// The monitor's thread. It alone touches the picture; whatever happens on other threads is posted to it.
class Monitor::Loop {
 public:
  Loop(std::shared_ptr<etcd::Client> client, MonitorOptions options, Sink sink);
  ~Loop();

  void lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible);
  void refresh();
  void setThresholds(const Thresholds& thresholds);
  void removing(std::vector<std::string> keys);
  void inspect(std::function<void(const Picture&)> look);

 private:
  enum class Need { List, Watch, Nothing };  // what is to be done to be live

  // Any thread.
  void post(JobQueue::Job job) { jobs_.post(std::move(job)); }

  // All below: the loop's thread.
  void run();
  SteadyTime nextWakeUp() const;

  void becomeLive();
  absl::Status list();
  absl::Status checkSameHistory();
  absl::Status listInsteadOfWatching();
  void noteHistoryWentBack(Revision revision);
  void openWatch();
  void onWatchReady();
  void onBatch(etcd::WatchBatch batch);
  void onWatchEnd(const etcd::WatchEnd& end);
  void onOverflow();
  void failed(const absl::Status& why, Need need);
  void refused(const absl::Status& why);
  void retryAtOnce();
  void setHealth(Health::State state, std::string reason);

  void checkLiveness();
  void probe();

  void onAccess(const absl::Status& access);
  void noticeLostTime(const Moment& now);

  // What is asked for beside the watch: in loop_asking.cpp.
  void askForMembers();
  void startAsking();
  absl::Status askForAccess() const;
  SteadyTime::duration askForList();
  void reconcileWhenReady();
  void onLeases(const absl::StatusOr<std::vector<LeaseId>>& ids, const Moment& asked);

  std::shared_ptr<const Verdict> judged(const Moment& now, bool surveyed);
  void publish(const Moment& now);
  void addHistories(const ChangeSet& changes, MonitorUpdate& update);

  const std::shared_ptr<etcd::Client> client_;
  const MonitorOptions options_;
  const Sink sink_;

  JobQueue jobs_;
  Picture picture_;
  TtlSampler sampler_;
  std::unique_ptr<etcd::WatchStream> watch_;
  std::uint64_t watchNumber_ = 0;              // tells a watch that was given up from the present one
  std::atomic<std::size_t> pendingBytes_ = 0;  // of events that wait for the loop
  WatchPosition position_;
  Need need_ = Need::List;
  SteadyTime retryAt_;
  int failures_ = 0;
  int deniedWatches_ = 0;    // in a row
  bool watchReady_ = false;  // the server has taken it
  SteadyTime watchOpenedAt_;
  SteadyTime lastBatch_;
  Pulse pulse_;  // of the member that is watched

  Reconciliation reconciliation_;
  bool comparisonAsked_ = false;  // for the next one

  Judge judge_;

  Health health_;
  bool healthChanged_ = true;
  NoticeLog notices_;
  ClusterReport report_{notices_};
  std::vector<LeaseId> selected_;
  bool selectionChanged_ = false;
  RateMeter events_;
  std::int64_t eventsDropped_ = 0;
  SteadyTime lastPublished_;
  std::optional<Moment> lastTick_;

  std::vector<std::unique_ptr<Recurring>> askers_;
  bool leasesAsked_ = false;   // and lists: from the first time on that it is live
  bool historyNoted_ = false;  // that it went back, before the list that follows
  LeaseSurvey leaseSurvey_;    // used by its comparer only
  std::unique_ptr<Recurring> leaseAsker_;
  std::unique_ptr<Recurring> leaseComparer_;  // never hurried: between two rounds members must catch up
  std::thread thread_;
};

}  // namespace leasescope
