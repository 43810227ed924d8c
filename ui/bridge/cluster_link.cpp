#include "ui/bridge/cluster_link.h"

#include <utility>

#include "core/playground/find_etcd.h"
#include "ui/bridge/cluster_session.h"
#include "ui/bridge/update_inbox.h"

namespace leasescope::ui {
namespace {

constexpr int kMillisecondsBetweenUpdates = 33;
constexpr const char* kNotConnected = "not connected to a cluster: connect to one first";

QString message(const absl::Status& status) { return QString::fromStdString(std::string(status.message())); }

}  // namespace

ClusterLink::ClusterLink(QObject* parent)
    : QObject(parent), background_(std::make_unique<Background>()), inbox_(std::make_shared<UpdateInbox>()) {
  coalesce_.setSingleShot(true);
  coalesce_.setInterval(kMillisecondsBetweenUpdates);
  connect(&coalesce_, &QTimer::timeout, this, &ClusterLink::wake);
}

ClusterLink::~ClusterLink() {
  background_.reset();
  session_.reset();
}

void ClusterLink::connectTo(etcd::ConnectionOptions connection, MonitorOptions options) {
  aim({.wanted = true, .playground = false, .connection = connection});
  options.thresholds = thresholds_;
  open([connection = std::move(connection), options = std::move(options)](Monitor::Sink sink) {
    return ClusterSession::open(connection, options, std::move(sink));
  });
}

void ClusterLink::startPlayground(MonitorOptions options) {
  if (!connected()) {
    openPlayground(std::move(options));
    return;
  }
  background_->run(
      this, [] { return findEtcd(); },
      [this, attempt = target_.attempt,
       options = std::move(options)](const absl::StatusOr<std::string>& etcd) {
        if (attempt != target_.attempt) return;
        if (etcd.ok()) {
          openPlayground(options);
        } else {
          emit failed(message(etcd.status()));
        }
      });
}

void ClusterLink::openPlayground(MonitorOptions options) {
  aim({.wanted = true, .playground = true, .connection = {}});
  options.thresholds = thresholds_;
  open([options = std::move(options)](Monitor::Sink sink) {
    return ClusterSession::openPlayground(options, std::move(sink));
  });
}

void ClusterLink::disconnectFromCluster() { aim({}); }

void ClusterLink::leave() {
  coalesce_.stop();
  inbox_ = std::make_shared<UpdateInbox>();
  selected_.clear();
  visible_.clear();
  if (session_) close(std::exchange(session_, nullptr));
}

void ClusterLink::aim(Target target) {
  leave();
  target.attempt = target_.attempt + 1;
  target_ = std::move(target);
  setPaused(false);
  emit reset();
}

void ClusterLink::open(Open open) {
  background_->run(
      this, [open = std::move(open), sink = sinkInto(inbox_)] { return open(sink); },
      [this, attempt = target_.attempt](Opened session) { opened(attempt, std::move(session)); });
}

void ClusterLink::opened(std::uint64_t attempt, Opened session) {
  if (attempt != target_.attempt) {
    if (session.ok()) close(*std::move(session));
  } else if (session.ok()) {
    session_ = *std::move(session);
    target_.connection = session_->connection();
    session_->lookAt(selected_, visible_);
    session_->setThresholds(thresholds_);
    wake();
  } else {
    disconnectFromCluster();
    emit failed(message(session.status()));
  }
}

void ClusterLink::close(std::shared_ptr<ClusterSession> session) {
  background_->run(
      this,
      [session = std::move(session)] {
        session->close();
        return true;
      },
      [](bool) {});
}

/// A monitor's thread wakes the link once and goes on; it ends before the link does.
Monitor::Sink ClusterLink::sinkInto(const std::shared_ptr<UpdateInbox>& inbox) {
  return [this, inbox](MonitorUpdate update) {
    if (inbox->put(std::move(update)))
      QMetaObject::invokeMethod(this, &ClusterLink::wake, Qt::QueuedConnection);
  };
}

void ClusterLink::wake() {
  if (coalesce_.isActive() || !inbox_->fresh()) return;
  coalesce_.start();
  deliver();
}

/// Who is told that a cluster is live can act on it: nothing is told before `opened`.
void ClusterLink::deliver() {
  if (!session_) return;
  if (paused_) {
    emit behind(inbox_->peek());
  } else {
    emit updated(inbox_->take());
  }
}

bool ClusterLink::connected() const { return target_.wanted; }

bool ClusterLink::starting() const { return target_.wanted && !session_; }

bool ClusterLink::onPlayground() const { return target_.playground; }

QString ClusterLink::playgroundFolder() const {
  return session_ ? QString::fromStdString(session_->playgroundFolder()) : QString();
}

const etcd::ConnectionOptions& ClusterLink::connection() const { return target_.connection; }

void ClusterLink::setPaused(bool paused) {
  if (paused_ == paused) return;
  paused_ = paused;
  emit pausedChanged(paused);
  if (!paused) deliver();
}

bool ClusterLink::paused() const { return paused_; }

void ClusterLink::lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible) {
  if (selected == selected_ && visible == visible_) return;
  selected_ = std::move(selected);
  visible_ = std::move(visible);
  if (session_) session_->lookAt(selected_, visible_);
}

void ClusterLink::refresh() {
  if (session_) session_->refresh();
}

void ClusterLink::setThresholds(const Thresholds& thresholds) {
  thresholds_ = thresholds;
  if (session_) session_->setThresholds(thresholds);
}

void ClusterLink::previewRevoke(LeaseId lease, std::function<void(absl::StatusOr<RevokePreview>)> done) {
  background_->run(
      this,
      [session = session_, lease]() -> absl::StatusOr<RevokePreview> {
        if (!session) return absl::FailedPreconditionError(kNotConnected);
        return session->actions().previewRevoke(lease);
      },
      std::move(done));
}

void ClusterLink::act(std::function<ActionOutcome(const Actions&)> action,
                      std::function<void(ActionOutcome)> done) {
  background_->run(
      this,
      [session = session_, action = std::move(action)]() -> ActionOutcome {
        if (!session) return {.kind = ActionOutcome::Kind::Refused, .message = kNotConnected, .preview = {}};
        return action(session->actions());
      },
      std::move(done));
}

void ClusterLink::revoke(const RevokePreview& confirmed, std::function<void(ActionOutcome)> done) {
  act([confirmed](const Actions& actions) { return actions.revoke(confirmed); }, std::move(done));
}

void ClusterLink::release(const std::string& key, Revision createRevision,
                          std::function<void(ActionOutcome)> done) {
  act([key, createRevision](const Actions& actions) { return actions.release(key, createRevision); },
      std::move(done));
}

void ClusterLink::spawnLockers(const LockerSpec& spec, std::function<void(absl::Status)> done) {
  background_->run(
      this,
      [session = session_, spec]() -> absl::Status {
        if (!session) return absl::FailedPreconditionError(kNotConnected);
        return session->lockers().spawn(spec);
      },
      std::move(done));
}

void ClusterLink::stopLocker(std::int64_t locker, Leftovers leftovers) {
  if (!session_) return;
  background_->run(
      this,
      [session = session_, locker, leftovers] {
        session->lockers().stop(locker, leftovers);
        return true;
      },
      [](bool) {});
}

void ClusterLink::stopAllLockers(Leftovers leftovers) {
  if (!session_) return;
  background_->run(
      this,
      [session = session_, leftovers] {
        session->lockers().stopAll(leftovers);
        return true;
      },
      [](bool) {});
}

std::vector<LockerThread> ClusterLink::lockerThreads() const {
  return session_ ? session_->lockerThreads() : std::vector<LockerThread>();
}

void ClusterLink::startDemo(const DemoTask& task, std::function<void(absl::Status)> done) {
  DemoOptions options;
  options.console = consolePath_;
  options.task = task;
  background_->run(
      this,
      [session = session_, options]() -> absl::Status {
        if (!session) return absl::FailedPreconditionError(kNotConnected);
        return session->startDemo(options);
      },
      std::move(done));
}

void ClusterLink::changeDemo(const DemoTask& task, std::function<void(absl::Status)> done) {
  background_->run(
      this,
      [session = session_, task]() -> absl::Status {
        if (!session) return absl::FailedPreconditionError(kNotConnected);
        return session->changeDemo(task);
      },
      std::move(done));
}

void ClusterLink::stopDemoLoad() {
  if (!session_) return;
  background_->run(
      this,
      [session = session_] {
        session->stopDemoLoad();
        return true;
      },
      [](bool) {});
}

void ClusterLink::resetDemo(std::function<void()> done) {
  background_->run(
      this,
      [session = session_] {
        if (session) session->endDemo();
        return true;
      },
      [done = std::move(done)](bool) { done(); });
}

bool ClusterLink::demoRunning() const { return session_ && session_->demoState().has_value(); }

DemoState ClusterLink::demoState() const {
  return session_ ? session_->demoState().value_or(DemoState()) : DemoState();
}

void ClusterLink::setConsolePath(std::string path) { consolePath_ = std::move(path); }

}  // namespace leasescope::ui
