#include "core/monitor/judge.h"

#include <algorithm>

namespace leasescope {
namespace {

using namespace std::chrono_literals;

constexpr auto kEvery = 500ms;
// So much rest for the time that it took.
constexpr int kRest = 25;
constexpr int kRestWhileCirclesChange = 4;

}  // namespace

void Judge::setThresholds(const Thresholds& thresholds) {
  diagnosis_.setThresholds(thresholds);
  next_ = {};
}

std::shared_ptr<const Verdict> Judge::judge(const Moment& now) {
  const bool due = now.steady >= next_;
  if (!due && (now.steady < nextForCircles_ || !diagnosis_.circlesChanged(now))) return nullptr;
  auto verdict = std::make_shared<const Verdict>(diagnosis_.look(now));
  const SteadyTime::duration took = Moment::now().steady - now.steady;
  next_ = now.steady + std::max<SteadyTime::duration>(kEvery, took * kRest);
  nextForCircles_ = now.steady + took * kRestWhileCirclesChange;
  return verdict;
}

std::shared_ptr<const Verdict> Judge::judgeCluster(const Moment& now) {
  return std::make_shared<const Verdict>(diagnosis_.lookAtCluster(now));
}

}  // namespace leasescope
