#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/etcd/lease_id.h"

namespace leasescope {

/// What a part of a scenario says that is wrong with it.
struct Truth {
  std::set<etcd::LeaseId> leaked;            // sessions without a key that nobody will close
  std::set<etcd::LeaseId> held;              // of locks that nobody will release
  std::set<std::set<etcd::LeaseId>> cycles;  // sessions that wait for each other

  void add(const Truth& other);
};

/// How what was found compares with what is wrong.
struct Score {
  int right = 0;
  std::vector<std::string> wrong;   // found, although nothing is
  std::vector<std::string> missed;  // not found

  void add(const Score& other);
};

struct ScenarioResult {
  std::vector<std::string> parts;
  Score score;
  std::string problem;  // set: it could not be run
};

/// A cluster of its own in which a few services run that the seed chooses, right ones and wrong ones, judged
/// with the default thresholds. `interop`: the Go program of the integration tests. Blocks; on any thread.
ScenarioResult runScenario(std::uint64_t seed, const std::string& interop);

}  // namespace leasescope
