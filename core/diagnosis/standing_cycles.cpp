#include "core/diagnosis/standing_cycles.h"

#include <algorithm>
#include <utility>

namespace leasescope {
namespace {

std::vector<Revision> nameOf(const WaitCycle& cycle) {
  std::vector<Revision> name;
  for (const WaitEdge& edge : cycle.edges) name.push_back(edge.since);
  return name;
}

}  // namespace

std::vector<WaitCycle> StandingCycles::look(const std::vector<WaitCycle>& cycles, const Moment& now) {
  const auto before = std::exchange(known_, {});
  next_.reset();
  std::vector<WaitCycle> stand;
  for (const WaitCycle& cycle : cycles) {
    std::vector<Revision> name = nameOf(cycle);
    const auto known = before.find(name);
    Standing standing = known != before.end() ? known->second : Standing{.since = now};
    standing.confidence = std::min(standing.confidence, cycle.confidence);
    const SteadyTime ofAge = standing.since.steady + absl::ToChronoNanoseconds(kStands);
    if (ofAge <= now.steady) {
      stand.push_back({.edges = cycle.edges, .confidence = standing.confidence});
    } else if (!next_ || ofAge < *next_) {
      next_ = ofAge;
    }
    known_.emplace(std::move(name), standing);
  }
  std::ranges::stable_sort(stand, std::ranges::greater(), &WaitCycle::confidence);
  return stand;
}

}  // namespace leasescope
