#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string_view>

#include "core/etcd/lease_id.h"
#include "core/lockers/demo.h"
#include "core/picture/moment.h"

namespace leasescope {

/// What one of the demo's programs says of itself, a line of JSON at a time (demo_program.h). Thread-safe.
class DemoReports {
 public:
  /// A line that is no report is passed over.
  void onLine(std::string_view line);

  void fill(DemoSample& sample) const;
  /// It has reported, `margin` or more after `then`, that no request is under way.
  bool idleSince(SteadyTime then, SteadyTime::duration margin) const;
  /// All that it has ever told of.
  std::set<etcd::LeaseId> leases() const;

 private:
  mutable std::mutex mutex_;  // guards all below
  std::int64_t requests_ = 0;
  std::int64_t served_ = 0;
  std::int64_t gaveUp_ = 0;
  std::int64_t underWay_ = 0;
  SteadyTime lastReport_;
  std::set<etcd::LeaseId> leases_;
};

}  // namespace leasescope
