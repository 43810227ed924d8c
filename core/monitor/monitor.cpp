#include "core/monitor/monitor.h"

#include <utility>

#include "core/monitor/loop.h"

namespace leasescope {

Monitor::Monitor(std::shared_ptr<etcd::Client> client, MonitorOptions options, Sink sink)
    : loop_(std::make_unique<Loop>(std::move(client), std::move(options), std::move(sink))) {}

Monitor::~Monitor() = default;

void Monitor::lookAt(std::vector<LeaseId> selected, std::vector<LeaseId> visible) {
  loop_->lookAt(std::move(selected), std::move(visible));
}

void Monitor::refresh() { loop_->refresh(); }

void Monitor::setThresholds(const Thresholds& thresholds) { loop_->setThresholds(thresholds); }

void Monitor::removing(std::vector<std::string> keys) { loop_->removing(std::move(keys)); }

void Monitor::inspect(std::function<void(const Picture&)> look) { loop_->inspect(std::move(look)); }

}  // namespace leasescope
