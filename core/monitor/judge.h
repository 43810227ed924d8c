#pragma once

#include <memory>

#include "core/diagnosis/diagnosis.h"

namespace leasescope {

/// Judges what a monitor saw: soon after something happened, and never for more than a part of its thread's
/// time. The monitor's thread.
class Judge {
 public:
  explicit Judge(const Thresholds& thresholds) : diagnosis_(thresholds) {}

  Observations& observations() { return diagnosis_.observations(); }
  /// They count from now on, also for what was observed before.
  void setThresholds(const Thresholds& thresholds);
  /// While the picture is live. Null: as before. A deadlock is told at once.
  std::shared_ptr<const Verdict> judge(const Moment& now);
  /// While it is not: what was found before stays, but for what the members say of themselves.
  std::shared_ptr<const Verdict> judgeCluster(const Moment& now);

 private:
  Diagnosis diagnosis_;
  SteadyTime next_;
  SteadyTime nextForCircles_;  // not before, however often they close and open
};

}  // namespace leasescope
