#include "core/monitor/watch_position.h"

#include <algorithm>

namespace leasescope {

void WatchPosition::listed(const Listing& listing) {
  std::ranges::fill(applied_, listing.revision);
  const auto newest = std::ranges::max_element(listing.keys, {}, &ListedKey::modRevision);
  lastPut_ = newest == listing.keys.end() ? std::string() : newest->key;
}

void WatchPosition::applied(const etcd::WatchBatch& batch) {
  for (const etcd::Event& event : batch.events) {
    if (event.type != etcd::Event::Type::Delete) lastPut_ = event.kv.key;
  }
  applied_[batch.target] = std::max(applied_[batch.target], batch.revision);
}

Revision WatchPosition::seen() const { return *std::ranges::min_element(applied_); }

std::vector<etcd::WatchTarget> WatchPosition::next() const {
  std::vector<etcd::WatchTarget> targets;
  for (std::size_t i = 0; i < ranges_.size(); ++i) targets.push_back({ranges_[i], applied_[i] + 1});
  return targets;
}

absl::StatusOr<WatchPosition::Comparison> WatchPosition::compare(etcd::Client& client,
                                                                 const Picture& picture) const {
  const absl::StatusOr<etcd::RangeResult> now =
      client.range({.range = ranges_.front(), .limit = 1, .keysOnly = true});
  if (!now.ok()) return now.status();
  Comparison comparison{.same = now->header.revision >= picture.revision(), .revision = now->header.revision};
  const auto last = picture.keys().find(lastPut_);
  if (!comparison.same || last == picture.keys().end() || last->second.modRevision > seen())
    return comparison;
  const absl::StatusOr<etcd::RangeResult> then =
      client.range({.range = etcd::KeyRange::single(lastPut_), .revision = seen(), .keysOnly = true});
  if (!then.ok()) return then.status();
  comparison.same = !then->kvs.empty() && then->kvs.front().modRevision == last->second.modRevision;
  return comparison;
}

}  // namespace leasescope
