#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/etcd/client.h"
#include "core/etcd/watch_stream.h"
#include "core/picture/picture.h"

namespace leasescope {

/// How far the events of each watched range were taken in, and what the history they come from is recognized
/// by. Single-threaded, but for ranges().
class WatchPosition {
 public:
  explicit WatchPosition(std::vector<etcd::KeyRange> ranges)
      : ranges_(std::move(ranges)), applied_(ranges_.size(), 0) {}

  const std::vector<etcd::KeyRange>& ranges() const { return ranges_; }
  /// Everything was listed.
  void listed(const Listing& listing);
  void applied(const etcd::WatchBatch& batch);

  /// Nothing at or below this revision is still to come.
  Revision seen() const;
  /// Where the watch goes on.
  std::vector<etcd::WatchTarget> next() const;

  struct Comparison {
    bool same = false;
    Revision revision = 0;  // that the server has reached
  };
  /// Before an interrupted watch goes on: is the server's history still the one that was watched? It is not
  /// when its revision is lower than the picture's, nor when the key that was put last was not put then: a
  /// restored cluster may have gone on since. OutOfRange: compacted, so that it can't be told. Blocks.
  absl::StatusOr<Comparison> compare(etcd::Client& client, const Picture& picture) const;

 private:
  const std::vector<etcd::KeyRange> ranges_;
  std::vector<Revision> applied_;  // by range
  std::string lastPut_;            // the key that was put last, as far as was seen
};

}  // namespace leasescope
