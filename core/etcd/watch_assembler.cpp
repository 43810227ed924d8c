#include "core/etcd/watch_assembler.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

/// No etcd gets there, and whatever a server says there is a revision behind it.
constexpr Revision kLastRevision = std::numeric_limits<Revision>::max() - 1;

Revision revisionOf(const Event& event) { return event.kv.modRevision; }

}  // namespace

WatchAssembler::WatchAssembler(const std::vector<Revision>& starts) {
  for (const Revision start : starts) targets_.push_back({.next = start, .fragments = {}});
}

WatchAssembler::Outcome WatchAssembler::feed(WatchFrame&& frame) {
  if (frame.created) return onCreated(frame);
  const auto found = byId_.find(frame.watchId);
  if (frame.canceled) {
    return {.batch = {},
            .end = onCanceled(frame, found == byId_.end() ? std::nullopt : std::optional(found->second))};
  }
  if (found == byId_.end()) return {};  // progress of nobody in particular (watch id -1)
  Target& target = targets_[found->second];
  if (frame.fragment) {
    std::ranges::move(frame.events, std::back_inserter(target.fragments));
    return {};
  }
  return {.batch = complete(found->second, std::move(frame)), .end = {}};
}

WatchAssembler::Outcome WatchAssembler::onCreated(const WatchFrame& frame) {
  // etcd answers create requests in the order in which they were sent (etcd: api/v3rpc/watch.go recvLoop).
  const std::size_t index = created_++;
  if (frame.canceled) {
    return {.batch = {},
            .end = onCanceled(frame, index < targets_.size() ? std::optional(index) : std::nullopt)};
  }
  if (index < targets_.size()) byId_[frame.watchId] = index;
  return {};
}

WatchEnd WatchAssembler::onCanceled(const WatchFrame& frame, std::optional<std::size_t> target) {
  if (frame.compactRevision > 0) {
    return {
        absl::OutOfRangeError(fmt::format("history before revision {} was compacted", frame.compactRevision)),
        target, frame.compactRevision};
  }
  // A refused watch is created and canceled at once; the reason is all that tells why.
  if (frame.cancelReason.find("permission denied") != std::string::npos) {
    return {absl::PermissionDeniedError(frame.cancelReason), target, 0};
  }
  const std::string reason = frame.cancelReason.empty() ? "no reason given" : frame.cancelReason;
  return {absl::AbortedError("the server ended the watch: " + reason), target, 0};
}

WatchBatch WatchAssembler::complete(std::size_t index, WatchFrame&& frame) {
  Target& target = targets_[index];
  std::vector<Event> events = std::exchange(target.fragments, {});
  std::ranges::move(frame.events, std::back_inserter(events));
  const auto old =
      std::erase_if(events, [&](const Event& event) { return event.kv.modRevision < target.next; });
  dropped_ += static_cast<std::int64_t>(old);
  WatchBatch batch{.target = index,
                   .revision = target.next - 1,
                   .header = frame.header,
                   .events = std::move(events),
                   .dropped = static_cast<std::int64_t>(old)};
  // A message with events may carry a header that is ahead of them while the watcher still catches up, so
  // only the events themselves say how far we are. An empty one is sent to watchers that are in step.
  if (!batch.events.empty()) {
    batch.revision = revisionOf(std::ranges::max(batch.events, {}, revisionOf));
  } else if (old == 0) {
    batch.revision = std::max(batch.revision, frame.header.revision);
  }
  target.next = std::min(batch.revision, kLastRevision) + 1;
  return batch;
}

}  // namespace leasescope::etcd
