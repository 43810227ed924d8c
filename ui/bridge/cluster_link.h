#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <QObject>
#include <QString>
#include <QTimer>

#include "core/actions/actions.h"
#include "core/etcd/connection_options.h"
#include "core/lockers/demo.h"
#include "core/lockers/lockers.h"
#include "core/monitor/monitor.h"
#include "core/playground/playground.h"
#include "ui/bridge/background.h"

namespace leasescope::ui {

class ClusterSession;
class UpdateInbox;

/// The window's connection to one cluster, and the only place where something comes over from core's
/// threads: updates are coalesced and delivered at most 30 times a second, the first of a burst at once.
///
/// Lives on the window's thread; no function blocks, only the destructor waits until everything that was
/// started has ended. Callbacks and signals come on that thread. A callback is dropped when the link is
/// destroyed; those of a cluster that was left meanwhile still come.
class ClusterLink : public QObject {
  Q_OBJECT

 public:
  explicit ClusterLink(QObject* parent = nullptr);
  ~ClusterLink() override;

  /// Leaves the present cluster, if any, and watches this one, judging by thresholds(), not by the options'.
  void connectTo(etcd::ConnectionOptions connection, MonitorOptions options);
  /// Starts a private etcd and connects to it likewise. Failure is told by `failed`; where there is no etcd
  /// to be started, the present cluster is not left for it.
  void startPlayground(MonitorOptions options);
  /// Stops lockers, demo and playground too.
  void disconnectFromCluster();

  bool connected() const;  // there is a cluster that is watched, live or not, or a playground that starts
  bool starting() const;   // connected, but nothing is watched yet
  bool onPlayground() const;
  QString playgroundFolder() const;
  const etcd::ConnectionOptions& connection() const;

  /// While paused nothing is delivered; `behind` tells how far the view has fallen back.
  void setPaused(bool paused);
  bool paused() const;

  void lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible);
  void refresh();
  /// From when on something counts as wrong, in this cluster and in later ones.
  void setThresholds(const Thresholds& thresholds);
  const Thresholds& thresholds() const { return thresholds_; }

  /// Errors of these say why (not connected included).
  void previewRevoke(LeaseId lease, std::function<void(absl::StatusOr<RevokePreview>)> done);
  void revoke(const RevokePreview& confirmed, std::function<void(ActionOutcome)> done);
  void release(const std::string& key, Revision createRevision, std::function<void(ActionOutcome)> done);

  void spawnLockers(const LockerSpec& spec, std::function<void(absl::Status)> done);
  void stopLocker(std::int64_t locker, Leftovers leftovers);
  void stopAllLockers(Leftovers leftovers);
  std::vector<LockerThread> lockerThreads() const;

  /// On the playground only; FailedPrecondition elsewhere.
  void startDemo(const DemoTask& task, std::function<void(absl::Status)> done);
  void changeDemo(const DemoTask& task, std::function<void(absl::Status)> done);  // while it runs
  void stopDemoLoad();
  void resetDemo(std::function<void()> done);  // ends both programs, removes what they left
  bool demoRunning() const;
  DemoState demoState() const;  // cheap

  /// The programs that lockers and demo need, when not beside this one.
  void setConsolePath(std::string path);

 signals:
  /// Something changed; `update.changes` may be empty.
  void updated(const leasescope::MonitorUpdate& update);
  /// A new cluster is being connected to, or none is: forget everything that is shown.
  void reset();
  void pausedChanged(bool paused);
  /// While paused: how the cluster is, and the newest revision that waits behind the frozen view.
  void behind(const leasescope::MonitorUpdate& waiting);
  void failed(const QString& what);

 private:
  /// What the window wants to be connected to; `attempt` tells late results of an earlier wish.
  struct Target {
    std::uint64_t attempt = 0;
    bool wanted = false;
    bool playground = false;
    etcd::ConnectionOptions connection;
  };
  using Opened = absl::StatusOr<std::shared_ptr<ClusterSession>>;
  using Open = std::function<Opened(Monitor::Sink)>;

  void leave();
  void aim(Target target);
  void openPlayground(MonitorOptions options);
  void open(Open open);
  void opened(std::uint64_t attempt, Opened session);
  void close(std::shared_ptr<ClusterSession> session);
  Monitor::Sink sinkInto(const std::shared_ptr<UpdateInbox>& inbox);
  void wake();
  void deliver();
  void act(std::function<ActionOutcome(const Actions&)> action, std::function<void(ActionOutcome)> done);

  std::unique_ptr<Background> background_;
  Target target_;
  std::shared_ptr<ClusterSession> session_;  // null while it is being opened
  std::shared_ptr<UpdateInbox> inbox_;
  QTimer coalesce_;
  bool paused_ = false;
  std::string consolePath_;
  Thresholds thresholds_;
  std::vector<LeaseId> selected_;
  std::vector<LeaseId> visible_;
};

}  // namespace leasescope::ui
