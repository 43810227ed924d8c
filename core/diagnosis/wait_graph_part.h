#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/diagnosis/wait_graph.h"
#include "core/picture/lease.h"

namespace leasescope {

/// How much of a graph a person can look at.
struct DrawingLimits {
  std::size_t edges = 250;
  /// Of a queue: it is a chain, and the far end of a long one tells nothing. Circles are drawn nevertheless,
  /// and so is one more if it would be the only one left out.
  std::size_t edgesOfQueue = 6;
};

/// What of a wait-for graph is drawn, and how much is not. A value.
struct WaitGraphPart {
  struct Edge {
    WaitEdge wait;
    std::optional<Confidence> inCycle;  // as sure as that

    bool operator==(const Edge&) const = default;
  };
  /// The end of a queue that is not drawn.
  struct Tail {
    LeaseId behind = etcd::kNoLease;  // the last that is drawn
    std::string lock;
    std::size_t waiters = 0;

    bool operator==(const Tail&) const = default;
  };
  std::vector<Edge> edges;  // by lock and place in its queue; locks in byte order
  std::vector<Tail> tails;
  std::vector<WaitJoint> joints;  // of the circles in it
  std::size_t edgesLeftOut = 0;
  std::size_t sessionsLeftOut = 0;

  bool operator==(const WaitGraphPart&) const = default;
};

/// Within the limits: circles first, in their order, then what hangs on them, the nearest first, then the
/// locks that most sessions wait for. Pure; `edges` as WaitGraph gives them; of `cycles` those that are
/// proven come first.
WaitGraphPart partWorthDrawing(const std::vector<WaitEdge>& edges, const std::vector<WaitCycle>& cycles,
                               const DrawingLimits& limits = {});

/// Those that wait or are waited for.
std::set<LeaseId> sessionsIn(const WaitGraphPart& part);

/// Who sessions say they are; who says nothing is not in it.
using SessionIdentities = absl::flat_hash_map<LeaseId, SharedIdentity>;
/// Of the sessions in the part.
SessionIdentities identitiesIn(const WaitGraphPart& part, const FindLease& find);

}  // namespace leasescope
