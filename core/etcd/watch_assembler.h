#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "core/etcd/types.h"

namespace leasescope::etcd {

/// One message of a watch stream, as it came.
struct WatchFrame {
  Header header;
  std::int64_t watchId = 0;
  bool created = false;
  bool canceled = false;
  bool fragment = false;  // more of the same revision follows
  Revision compactRevision = 0;
  std::string cancelReason;
  std::vector<Event> events;
};

/// Whole revisions of one target, in order, each event once. May be empty: then only `revision` has moved on.
struct WatchBatch {
  std::size_t target = 0;
  /// Everything up to and including this revision has been delivered.
  Revision revision = 0;
  Header header;
  std::vector<Event> events;
  std::int64_t dropped = 0;  // events that came although they had been delivered before
};

/// Why a stream ended. OutOfRange with `compactRevision`: the start was compacted, list again.
/// PermissionDenied: this target may not be watched. Anything else: open a new stream.
struct WatchEnd {
  absl::Status status;
  std::optional<std::size_t> target;
  Revision compactRevision = 0;
};

/// Makes batches out of frames: joins fragments, drops what was seen already, understands the ways in which
/// etcd ends a watch. Pure and single-threaded.
class WatchAssembler {
 public:
  /// `starts`: the first revision wanted by each target, in the order in which the watches are created.
  explicit WatchAssembler(const std::vector<Revision>& starts);

  struct Outcome {
    std::optional<WatchBatch> batch;
    std::optional<WatchEnd> end;
  };
  Outcome feed(WatchFrame&& frame);

  /// The revision from which a new stream has to start for this target.
  Revision next(std::size_t target) const { return targets_[target].next; }
  std::size_t created() const { return created_; }
  /// Events at or below a revision that had been delivered already.
  std::int64_t dropped() const { return dropped_; }

 private:
  struct Target {
    Revision next = 0;
    std::vector<Event> fragments;
  };
  Outcome onCreated(const WatchFrame& frame);
  static WatchEnd onCanceled(const WatchFrame& frame, std::optional<std::size_t> target);
  WatchBatch complete(std::size_t index, WatchFrame&& frame);

  std::vector<Target> targets_;
  std::unordered_map<std::int64_t, std::size_t> byId_;
  std::size_t created_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace leasescope::etcd
