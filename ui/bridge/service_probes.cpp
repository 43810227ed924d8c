#include "ui/bridge/service_probes.h"

#include <stop_token>
#include <utility>

#include <QFile>
#include <QFileInfo>

#include "core/monitor/recurring.h"
#include "core/probe/goroutine_profile.h"
#include "core/probe/pprof_client.h"

namespace leasescope::ui {
namespace {

absl::StatusOr<SeenGoroutines> seenIn(const absl::StatusOr<GoroutineProfile>& profile) {
  if (!profile.ok()) return profile.status();
  return SeenGoroutines{.roles = rolesOf(*profile), .complete = profile->complete};
}

absl::StatusOr<SeenGoroutines> seenIn(const QByteArray& profile) {
  const auto size = static_cast<std::size_t>(profile.size());
  return seenIn(parseGoroutineProfile({profile.constData(), size}));
}

/// A pipe or a terminal might never end.
absl::StatusOr<SeenGoroutines> seenInFile(const QString& path) {
  if (!QFileInfo(path).isFile()) return absl::NotFoundError("there is no such file");
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    return absl::UnavailableError("can't be read: " + file.errorString().toStdString());
  }
  return seenIn(file.read(static_cast<qint64>(kLargestProfile) + 1));  // so that more is seen to be more
}

}  // namespace

/// One service. Ending it calls the question off that is under way, and waits for that.
class ServiceProbes::Asking {
 public:
  using Tell = std::function<void(ServiceAnswer)>;

  Asking(const PprofTarget& target, Tell tell)
      : recurring_("ls-pprof", [target, tell = std::move(tell), stop = stop_.get_token()] {
          ServiceAnswer answer{.at = {}, .seen = seenIn(fetchGoroutineProfile(target, {}, stop))};
          answer.at = Moment::now();
          tell(std::move(answer));
          return Recurring::Clock::duration(kRest);
        }) {}
  ~Asking() { stop_.request_stop(); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  void callOff() { stop_.request_stop(); }

 private:
  std::stop_source stop_;
  Recurring recurring_;  // last: its thread uses the above
};

ServiceProbes::ServiceProbes(QObject* parent)
    : QObject(parent), reading_(std::make_unique<Background>()), ending_(std::make_unique<Background>()) {}

ServiceProbes::~ServiceProbes() {
  for (const auto& [id, asking] : asking_) asking->callOff();  // all of them before the first is waited for
  asking_.clear();
  ending_.reset();
}

void ServiceProbes::watch(int id, const PprofTarget& target) {
  forget(id);
  // The thread ends before this object does.
  asking_[id] = std::make_shared<Asking>(target, [this, id](ServiceAnswer answer) {
    QMetaObject::invokeMethod(
        this,
        [this, id, answer = std::move(answer)] {
          if (asking_.contains(id)) emit answered(id, answer);
        },
        Qt::QueuedConnection);
  });
}

void ServiceProbes::forget(int id) {
  const auto found = asking_.find(id);
  if (found == asking_.end()) return;
  std::shared_ptr<Asking> asking = std::move(found->second);
  asking_.erase(found);
  asking->callOff();
  ending_->run(
      this, [asking = std::move(asking)]() mutable { return std::exchange(asking, nullptr) == nullptr; },
      [](bool) {});
}

void ServiceProbes::readFile(const QString& path, Read done) {
  reading_->run(
      this, [path] { return seenInFile(path); }, std::move(done));
}

void ServiceProbes::readText(const QByteArray& profile, Read done) {
  reading_->run(
      this, [profile] { return seenIn(profile); }, std::move(done));
}

}  // namespace leasescope::ui
