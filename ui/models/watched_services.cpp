#include "ui/models/watched_services.h"

#include <algorithm>
#include <utility>

#include <QFileInfo>
#include <QSettings>
#include <QStringList>

#include "core/probe/pprof_target.h"

namespace leasescope::ui {
namespace {

constexpr QLatin1String kAddressesSetting("goServices/addresses");

/// What tells services apart: "host:6060", and a path if it is not the usual one.
QString shortName(const PprofTarget& target) {
  QString path = QString::fromStdString(target.path);
  for (const QLatin1String end :
       {QLatin1String("/goroutine"), QLatin1String("/pprof"), QLatin1String("/debug")})
    if (path.endsWith(end)) path.chop(end.size());
  return QString::fromStdString(target.service.address) + path;
}

}  // namespace

WatchedServices::WatchedServices(QObject* parent) : QObject(parent), probes_(new ServiceProbes(this)) {
  connect(probes_, &ServiceProbes::answered, this, &WatchedServices::take);
}

const GoService* WatchedServices::find(int id) const {
  const auto found = std::ranges::find(services_, id, &GoService::id);
  return found == services_.end() ? nullptr : &*found;
}

int WatchedServices::watch(const PprofTarget& target) {
  const int id = add(target);
  emit othersToRemember();
  return id;
}

int WatchedServices::add(const PprofTarget& target) {
  const QString address = QString::fromStdString(target.url());
  const auto known = std::ranges::find(services_, address, &GoService::address);
  if (known != services_.end()) return known->id;
  const int id = add(GoService{.name = shortName(target), .address = address});
  probes_->watch(id, target);
  return id;
}

int WatchedServices::add(GoService service) {
  service.id = ++lastId_;
  services_.push_back(std::move(service));
  trends_[lastId_];
  emit changed();
  return lastId_;
}

void WatchedServices::remove(int id) {
  probes_->forget(id);
  trends_.erase(id);
  std::erase_if(services_, [id](const GoService& service) { return service.id == id; });
  emit changed();
  emit othersToRemember();
}

void WatchedServices::openFile(const QString& path, Opened done) {
  probes_->readFile(path, [this, path, done = std::move(done)](const absl::StatusOr<SeenGoroutines>& seen) {
    done(addSaved(QFileInfo(path).fileName(), path, seen));
  });
}

void WatchedServices::openText(const QString& name, const QByteArray& profile, Opened done) {
  probes_->readText(profile,
                    [this, name, done = std::move(done)](const absl::StatusOr<SeenGoroutines>& seen) {
                      done(addSaved(name, {}, seen));
                    });
}

absl::StatusOr<int> WatchedServices::addSaved(const QString& name, const QString& path,
                                              const absl::StatusOr<SeenGoroutines>& seen) {
  if (!seen.ok()) return seen.status();
  return add(GoService{
      .kind = GoService::Kind::Saved, .name = name, .address = path, .seen = *seen, .seenAt = Moment::now()});
}

void WatchedServices::take(int id, const ServiceAnswer& answer) {
  const auto service = std::ranges::find(services_, id, &GoService::id);
  if (service == services_.end()) return;
  service->take(answer);
  trends_[id].add(answer.at, answer.seen.ok() ? std::optional(answer.seen->roles) : std::nullopt);
  emit changed();
}

void WatchedServices::save(QSettings& settings) const {
  QStringList addresses;
  for (const GoService& service : services_) {
    if (service.kind == GoService::Kind::Asked) addresses << service.address;
  }
  settings.setValue(kAddressesSetting, addresses);
}

void WatchedServices::restore(const QSettings& settings) {
  const QStringList addresses = settings.value(kAddressesSetting).toStringList();
  for (const QString& address : addresses) {
    const auto target = parsePprofTarget(address.toStdString());
    if (target.ok()) add(*target);  // else somebody has edited the file
  }
}

}  // namespace leasescope::ui
