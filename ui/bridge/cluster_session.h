#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "core/actions/actions.h"
#include "core/etcd/connection_options.h"
#include "core/lockers/demo.h"
#include "core/lockers/lockers.h"
#include "core/monitor/monitor.h"
#include "core/playground/playground.h"

namespace leasescope::ui {

/// Everything that belongs to one cluster. Functions block unless they say otherwise: they are for the
/// background thread, where a session is also opened and closed.
class ClusterSession {
 public:
  static absl::StatusOr<std::shared_ptr<ClusterSession>> open(etcd::ConnectionOptions connection,
                                                              MonitorOptions options, Monitor::Sink sink);
  static absl::StatusOr<std::shared_ptr<ClusterSession>> openPlayground(MonitorOptions options,
                                                                        Monitor::Sink sink);
  /// Closes if nobody did.
  ~ClusterSession();
  ClusterSession(const ClusterSession&) = delete;
  ClusterSession& operator=(const ClusterSession&) = delete;

  /// Ends lockers and demo with what they left, the watch, and the playground.
  void close();

  const Actions& actions() const { return *actions_; }
  Lockers& lockers() { return *lockers_; }
  absl::Status startDemo(DemoOptions options);
  void endDemo();

  // What follows does not block; any thread.
  const etcd::ConnectionOptions& connection() const { return connection_; }
  bool isPlayground() const { return playground_ != nullptr; }
  const std::string& playgroundFolder() const { return playgroundFolder_; }
  void lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible);
  void refresh();
  void setThresholds(const Thresholds& thresholds);
  std::vector<LockerThread> lockerThreads() const { return lockers_->threads(); }
  /// Nothing to do when there is no demo.
  absl::Status changeDemo(const DemoTask& task);
  void stopDemoLoad();
  /// nullopt: there is no demo.
  std::optional<DemoState> demoState() const;

 private:
  explicit ClusterSession(etcd::ConnectionOptions connection) : connection_(std::move(connection)) {}
  absl::Status begin(MonitorOptions options, Monitor::Sink sink);

  const etcd::ConnectionOptions connection_;
  std::string playgroundFolder_;
  std::unique_ptr<Playground> playground_;
  std::shared_ptr<etcd::Client> client_;       // of everything but the monitor
  std::shared_ptr<etcd::Client> watchClient_;  // of the monitor: it can be cut off while lockers clean up
  std::unique_ptr<Lockers> lockers_;
  std::unique_ptr<Monitor> monitor_;
  std::unique_ptr<Actions> actions_;  // tells the monitor

  mutable std::mutex demoMutex_;  // guards demo_, which comes and goes while others ask for its state
  std::unique_ptr<Demo> demo_;
};

}  // namespace leasescope::ui
