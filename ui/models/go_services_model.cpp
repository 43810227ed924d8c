#include "ui/models/go_services_model.h"

#include <tuple>

namespace leasescope::ui {
namespace {

QVariant count(std::int64_t value) { return QVariant::fromValue<qint64>(value); }

QVariant roleCount(const GoroutineRoles& roles, int column) {
  switch (column) {
    case GoServicesModel::TotalColumn:
      return count(roles.total);
    case GoServicesModel::SessionsColumn:
      return count(roles.sessions);
    case GoServicesModel::WaitersColumn:
      return count(roles.lockWaiters);
    case GoServicesModel::KeptAliveColumn:
      return count(roles.keepAliveClosers);
    case GoServicesModel::LoopsColumn:
      return count(roles.keepAliveLoops);
    case GoServicesModel::WatchersColumn:
      return count(roles.watchers);
    case GoServicesModel::RestColumn:
      return count(roles.rest);
    default:
      return {};
  }
}

auto shownFields(const GoService& service) {
  return std::tuple(service.kind, service.name, service.address, service.seen.has_value(),
                    service.seen ? service.seen->roles : GoroutineRoles(),
                    service.seen && service.seen->complete, service.seenAt.steady, service.problem);
}

}  // namespace

QVariant GoServicesModel::rawValue(const GoService& service, int column) const {
  switch (column) {
    case NameColumn:
      return service.name;
    case SeenColumn:
      return service.seen ? count(service.seenAt.steady.time_since_epoch().count()) : QVariant();
    case StateColumn:
      return service.problem;  // how old is too old is for the proxy, which knows the time
    default:
      return service.seen ? roleCount(service.seen->roles, column) : QVariant();
  }
}

bool GoServicesModel::looksSame(const GoService& a, const GoService& b) const {
  return shownFields(a) == shownFields(b);
}

}  // namespace leasescope::ui
