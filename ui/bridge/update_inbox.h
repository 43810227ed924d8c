#pragma once

#include <mutex>

#include "core/monitor/monitor.h"

namespace leasescope::ui {

/// Where a monitor leaves its updates until the window takes them: one merged update, whose size is bounded
/// by what there is and not by how long nobody came. Thread-safe.
class UpdateInbox {
 public:
  /// True: the reader does not know yet that there is something, so wake it.
  bool put(MonitorUpdate update);
  /// Everything that was put since the last call.
  MonitorUpdate take();
  /// The newest revision, health, load and what the members say, taken or not; everything stays.
  MonitorUpdate peek();
  /// Something was put since the last `take` or `peek`.
  bool fresh() const;

 private:
  mutable std::mutex mutex_;  // guards all below
  ChangeBacklog changes_;
  MonitorUpdate rest_;  // without changes
  bool fresh_ = false;
};

}  // namespace leasescope::ui
