#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tests/chaos/faults.h"

namespace leasescope {

struct ChaosOptions {
  int rounds = 10;
  std::uint64_t seed = 1;
};

/// What a run did and found.
struct ChaosReport {
  int rounds = 0;
  std::array<int, kFaultCount> faults{};
  std::size_t events = 0;      // of etcd's history, each compared
  std::size_t happenings = 0;  // that the monitor had to tell, and told
  std::size_t gaps = 0;        // reported as such
  std::size_t inGaps = 0;      // happenings that lie in them
  int threadsBefore = 0;
  int threadsAfter = 0;
  std::int64_t residentKbBefore = 0;
  std::int64_t residentKbAfter = 0;
  std::string difference;  // the first one; empty: none
};

/// Three real members under load, a monitor that watches them, and a fault after the other. After each round
/// the picture must equal the cluster, key by key and lease by lease, and the monitor must have told every
/// change that etcd's history holds once and in order, or that it missed some. Prints a line a round.
ChaosReport runChaos(const ChaosOptions& options);

}  // namespace leasescope
