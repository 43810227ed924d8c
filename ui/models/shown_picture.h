#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QObject>

#include "core/diagnosis/wait_graph.h"
#include "core/monitor/monitor.h"
#include "ui/models/findings_model.h"
#include "ui/models/lease_book.h"
#include "ui/models/leases_model.h"
#include "ui/models/locks_model.h"
#include "ui/models/view_clock.h"

namespace leasescope::ui {

/// The window's copy of what the monitor says, and the models that show it: brought up to date in the right
/// order and together.
class ShownPicture : public QObject {
  Q_OBJECT

 public:
  explicit ShownPicture(ViewClock::Source time = &Moment::now, QObject* parent = nullptr);

  void apply(const MonitorUpdate& update);
  void clear();
  /// While frozen the clock stands still; nothing is applied by itself.
  void setFrozen(bool frozen);
  /// While frozen: whether there is still a cluster to go on with is told all the same.
  void applyHealth(const MonitorUpdate& waiting);

  const LeaseBook& book() const { return book_; }
  LeaseBook& book() { return book_; }
  LocksModel* locks() { return &locks_; }
  LeasesModel* leases() { return &leases_; }
  FindingsModel* findings() { return &findings_; }
  /// Who waits for whom.
  WaitGraph& waits() { return waits_; }
  /// Deadlocks that were found and not seen to open since; proven ones first.
  std::vector<WaitCycle> cycles() const;
  /// Counts the changes after which somebody may wait for somebody else, or the circles may be others.
  std::uint64_t waitChanges() const { return waitChanges_; }
  const ViewClock& clock() const { return clock_; }

  /// There was a full list: an empty table means that there is nothing.
  bool ready() const { return ready_; }
  const Health& health() const { return health_; }
  const Load& load() const { return load_; }
  const std::shared_ptr<const ClusterView>& cluster() const { return cluster_; }
  Revision revision() const { return revision_; }
  /// 0: none was seen yet.
  std::uint64_t clusterId() const { return clusterId_; }
  /// What the last verdict could not judge, and from when on after the first look it can.
  const Verdict::Unjudged& unjudged() const { return unjudged_; }
  absl::Duration judgedAfter() const { return judgedAfter_; }

 signals:
  void changed();
  /// There is a new verdict, and `findings` says what it does. Far rarer than `changed`.
  void judged();

 private:
  void applyWaits(const ChangeSet& changes);
  void applyCycles(const std::vector<WaitCycle>& cycles);
  void setClock();

  LeaseBook book_;
  LocksModel locks_;
  LeasesModel leases_;
  FindingsModel findings_;
  WaitGraph waits_;
  std::vector<WaitCycle> cycles_;  // as of the last verdict
  std::uint64_t waitChanges_ = 0;
  ViewClock clock_;
  bool ready_ = false;
  bool frozen_ = false;
  Health health_;
  Load load_;
  std::shared_ptr<const ClusterView> cluster_;
  Revision revision_ = 0;
  std::uint64_t clusterId_ = 0;
  Verdict::Unjudged unjudged_;
  absl::Duration judgedAfter_;
};

}  // namespace leasescope::ui
