#include "core/lockers/demo_reports.h"

#include <string>

#include <nlohmann/json.hpp>

namespace leasescope {
namespace {

/// What the report says under this name, if it is a whole number, and otherwise what was known.
std::int64_t numberOr(const nlohmann::json& report, const char* name, std::int64_t known) {
  const auto found = report.find(name);
  return found != report.end() && found->is_number_integer() ? found->get<std::int64_t>() : known;
}

}  // namespace

void DemoReports::onLine(std::string_view line) {
  const nlohmann::json report = nlohmann::json::parse(line, nullptr, false);
  if (!report.is_object()) return;
  const std::lock_guard lock(mutex_);
  requests_ = numberOr(report, "requests", requests_);
  served_ = numberOr(report, "served", served_);
  gaveUp_ = numberOr(report, "gave_up", gaveUp_);
  underWay_ = numberOr(report, "under_way", underWay_);
  lastReport_ = Moment::now().steady;
  const auto leases = report.find("new_leases");
  if (leases == report.end() || !leases->is_array()) return;
  for (const nlohmann::json& lease : *leases) {
    if (!lease.is_string()) continue;
    if (const auto id = etcd::leaseFromCanonicalHex(lease.get_ref<const std::string&>())) leases_.insert(*id);
  }
}

void DemoReports::fill(DemoSample& sample) const {
  const std::lock_guard lock(mutex_);
  sample.requests = requests_;
  sample.served = served_;
  sample.gaveUp = gaveUp_;
}

bool DemoReports::idleSince(SteadyTime then, SteadyTime::duration margin) const {
  const std::lock_guard lock(mutex_);
  return underWay_ == 0 && lastReport_ > then + margin;
}

std::set<etcd::LeaseId> DemoReports::leases() const {
  const std::lock_guard lock(mutex_);
  return leases_;
}

}  // namespace leasescope
