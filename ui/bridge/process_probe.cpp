#include "ui/bridge/process_probe.h"

#include <utility>

namespace leasescope::ui {

ProcessProbe::ProcessProbe(QObject* parent)
    : QObject(parent), recurring_("ls-processes", [this] {
        look();
        return Recurring::Clock::duration(kRest);
      }) {}

void ProcessProbe::setEndpoints(const std::vector<std::string>& endpoints) {
  if (endpoints == endpoints_) return;
  endpoints_ = endpoints;
  {
    const std::lock_guard lock(mutex_);
    lookedFor_ = endpoints;
  }
  recurring_.hurry();
}

/// On the probe's own thread, which ends before this object does.
void ProcessProbe::look() {
  std::vector<std::string> endpoints;
  {
    const std::lock_guard lock(mutex_);
    endpoints = lookedFor_;
  }
  if (endpoints.empty()) return;
  FoundProcesses answer{.at = Moment::now(), .processes = findLocalProcesses(endpoints)};
  QMetaObject::invokeMethod(
      this,
      [this, endpoints = std::move(endpoints), answer = std::move(answer)] {
        if (endpoints == endpoints_) emit found(answer);
      },
      Qt::QueuedConnection);
}

}  // namespace leasescope::ui
