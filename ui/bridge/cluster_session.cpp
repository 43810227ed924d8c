#include "ui/bridge/cluster_session.h"

#include <utility>

namespace leasescope::ui {

absl::StatusOr<std::shared_ptr<ClusterSession>> ClusterSession::open(etcd::ConnectionOptions connection,
                                                                     MonitorOptions options,
                                                                     Monitor::Sink sink) {
  std::shared_ptr<ClusterSession> session(new ClusterSession(std::move(connection)));
  if (absl::Status begun = session->begin(std::move(options), std::move(sink)); !begun.ok()) return begun;
  return session;
}

absl::StatusOr<std::shared_ptr<ClusterSession>> ClusterSession::openPlayground(MonitorOptions options,
                                                                               Monitor::Sink sink) {
  absl::StatusOr<std::unique_ptr<Playground>> playground = Playground::start();
  if (!playground.ok()) return playground.status();
  etcd::ConnectionOptions connection;
  connection.endpoints = {(*playground)->endpoint()};
  std::shared_ptr<ClusterSession> session(new ClusterSession(std::move(connection)));
  session->playgroundFolder_ = (*playground)->folder();
  session->playground_ = *std::move(playground);
  if (absl::Status begun = session->begin(std::move(options), std::move(sink)); !begun.ok()) return begun;
  return session;
}

absl::Status ClusterSession::begin(MonitorOptions options, Monitor::Sink sink) {
  absl::StatusOr<std::shared_ptr<etcd::Client>> client = etcd::Client::create(connection_);
  if (!client.ok()) return client.status();
  absl::StatusOr<std::shared_ptr<etcd::Client>> watchClient = (*client)->sibling();
  if (!watchClient.ok()) return watchClient.status();
  client_ = *std::move(client);
  watchClient_ = *std::move(watchClient);
  lockers_ = std::make_unique<Lockers>(client_);
  monitor_ = std::make_unique<Monitor>(watchClient_, std::move(options), std::move(sink));
  actions_ =
      std::make_unique<Actions>(client_, connection_.user, AuditLog(),
                                [this](const std::vector<std::string>& keys) { monitor_->removing(keys); });
  return absl::OkStatus();
}

ClusterSession::~ClusterSession() { close(); }

void ClusterSession::close() {
  if (watchClient_) watchClient_->shutdown();
  actions_.reset();
  monitor_.reset();
  lockers_.reset();
  endDemo();
  if (client_) client_->shutdown();
  client_.reset();
  watchClient_.reset();
  playground_.reset();
}

absl::Status ClusterSession::startDemo(DemoOptions options) {
  if (!playground_)
    return absl::FailedPreconditionError("the demo runs on a playground only: start one first");
  endDemo();
  options.endpoint = playground_->endpoint();
  absl::StatusOr<std::unique_ptr<Demo>> demo = Demo::start(std::move(options));
  if (!demo.ok()) return demo.status();
  const std::lock_guard lock(demoMutex_);
  demo_ = *std::move(demo);
  return absl::OkStatus();
}

void ClusterSession::endDemo() {
  std::unique_ptr<Demo> ending;
  {
    const std::lock_guard lock(demoMutex_);
    ending = std::move(demo_);
  }
}

void ClusterSession::lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible) {
  monitor_->lookAt(std::move(selected), std::move(visible));
}

void ClusterSession::refresh() { monitor_->refresh(); }

void ClusterSession::setThresholds(const Thresholds& thresholds) { monitor_->setThresholds(thresholds); }

absl::Status ClusterSession::changeDemo(const DemoTask& task) {
  const std::lock_guard lock(demoMutex_);
  return demo_ ? demo_->change(task) : absl::OkStatus();
}

void ClusterSession::stopDemoLoad() {
  const std::lock_guard lock(demoMutex_);
  if (demo_) demo_->stopLoad();
}

std::optional<DemoState> ClusterSession::demoState() const {
  const std::lock_guard lock(demoMutex_);
  if (!demo_) return std::nullopt;
  return demo_->state();
}

}  // namespace leasescope::ui
