#include "core/monitor/ttl_schedule.h"

#include <algorithm>

namespace leasescope {
namespace {

constexpr std::size_t kForTheRestEvery = 10;

}  // namespace

std::chrono::milliseconds TtlSchedule::interval(Rank rank) {
  switch (rank) {
    case Selected:
      return std::chrono::milliseconds(250);
    case Visible:
    case Expiring:
      return std::chrono::milliseconds(500);
    default:
      return std::chrono::milliseconds(1000);
  }
}

TtlSchedule::Rank TtlSchedule::rankOf(LeaseId id, const Entry& entry) const {
  if (entry.prompt || selected_.contains(id)) return Selected;
  if (visible_.contains(id)) return Visible;
  if (contended_.contains(id)) return Contended;
  return entry.expiring ? Expiring : Rest;
}

void TtlSchedule::place(LeaseId id, Entry& entry) {
  queues_[entry.rank].erase({entry.due, id});
  entry.rank = rankOf(id, entry);
  entry.due = entry.prompt ? SteadyTime() : entry.lastAsked + interval(entry.rank);
  queues_[entry.rank].insert({entry.due, id});
}

void TtlSchedule::rerank(LeaseId id) {
  const auto found = leases_.find(id);
  if (found != leases_.end()) place(id, found->second);
}

void TtlSchedule::erase(LeaseId id) {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return;
  queues_[found->second.rank].erase({found->second.due, id});
  leases_.erase(found);
}

void TtlSchedule::apply(const ChangeSet& changes, const Moment& now) {
  if (changes.complete) {
    leases_.clear();
    contendedLocks_.clear();
    contended_.clear();
    queues_ = {};
  }
  for (const auto& lease : changes.leases) update(*lease, now);
  for (const LeaseId id : changes.removedLeases) erase(id);
  for (const auto& lock : changes.locks) update(*lock);
  for (const std::string& name : changes.removedLocks) uncontend(name);
}

void TtlSchedule::update(const Lease& lease, const Moment& now) {
  const auto [it, fresh] = leases_.try_emplace(lease.id);
  Entry& entry = it->second;
  if (fresh && lease.lastSample) entry.lastAsked = lease.lastSample->steady;
  const LeaseState state = lease.state(now);
  entry.expiring = state == LeaseState::Expiring || state == LeaseState::Expired;
  entry.prompt = entry.prompt || (entry.hasKeys && lease.keys->empty());
  entry.hasKeys = !lease.keys->empty();
  place(lease.id, entry);
}

void TtlSchedule::update(const Lock& lock) {
  uncontend(lock.name);
  const LeaseId inTheWay = lock.leaseInTheWay();
  if (inTheWay == etcd::kNoLease || lock.waiterCount() == 0) return;
  contendedLocks_[lock.name] = inTheWay;
  ++contended_[inTheWay];
  rerank(inTheWay);
}

void TtlSchedule::uncontend(const std::string& lock) {
  const auto found = contendedLocks_.find(lock);
  if (found == contendedLocks_.end()) return;
  const LeaseId lease = found->second;
  contendedLocks_.erase(found);
  if (--contended_[lease] == 0) contended_.erase(lease);
  rerank(lease);
}

void TtlSchedule::lookAt(const std::vector<LeaseId>& selected, const std::vector<LeaseId>& visible) {
  absl::flat_hash_set<LeaseId> affected = std::move(selected_);
  affected.insert(visible_.begin(), visible_.end());
  selected_ = {selected.begin(), selected.end()};
  visible_ = {visible.begin(), visible.end()};
  affected.insert(selected_.begin(), selected_.end());
  affected.insert(visible_.begin(), visible_.end());
  for (const LeaseId id : affected) rerank(id);
}

std::vector<LeaseId> TtlSchedule::take(const Moment& now, std::size_t room) {
  refill(now);
  std::vector<LeaseId> taken;
  while (tokens_ >= 1 && taken.size() < room) {
    const std::optional<LeaseId> id = pick(now);
    if (!id) break;
    Entry& entry = leases_.at(*id);
    entry.prompt = false;
    entry.lastAsked = now.steady;
    place(*id, entry);
    taken.push_back(*id);
    tokens_ -= 1;
    ++picks_;
  }
  return taken;
}

std::optional<LeaseId> TtlSchedule::pick(const Moment& now) {
  return picks_ % kForTheRestEvery == kForTheRestEvery - 1 ? longestWaiting(now) : mostImportant(now);
}

std::optional<LeaseId> TtlSchedule::mostImportant(const Moment& now) const {
  for (const Queue& queue : queues_) {
    if (!queue.empty() && queue.begin()->first <= now.steady) return queue.begin()->second;
  }
  return std::nullopt;
}

std::optional<LeaseId> TtlSchedule::longestWaiting(const Moment& now) const {
  std::optional<std::pair<SteadyTime, LeaseId>> longest;
  for (const Queue& queue : queues_) {
    if (!queue.empty() && (!longest || queue.begin()->first < longest->first)) longest = *queue.begin();
  }
  if (!longest || longest->first > now.steady) return std::nullopt;
  return longest->second;
}

/// Unused calls are saved up for a tenth of a second only, so that a burst never hurts the cluster.
double TtlSchedule::mostSaved() const { return std::max(1.0, callsPerSecond_ / 10.0); }

/// So that a burst and a second's worth of refills, the last of them just too late, are within the budget.
double TtlSchedule::refillRate() const { return callsPerSecond_ + 1 - mostSaved(); }

void TtlSchedule::refill(const Moment& now) {
  if (callsPerSecond_ == 0) return;
  if (!filledAt_) {
    tokens_ = mostSaved();
  } else {
    const std::chrono::duration<double> passed = now.steady - *filledAt_;
    tokens_ = std::min(mostSaved(), tokens_ + passed.count() * refillRate());
  }
  filledAt_ = now.steady;
}

std::optional<SteadyTime> TtlSchedule::next(const Moment& now) const {
  if (callsPerSecond_ == 0) return std::nullopt;
  std::optional<SteadyTime> soonest;
  for (const Queue& queue : queues_) {
    if (!queue.empty() && (!soonest || queue.begin()->first < *soonest)) soonest = queue.begin()->first;
  }
  if (!soonest) return std::nullopt;
  const double lacking = std::max(0.0, 1 - tokens_) / refillRate();
  const auto affordable =
      now.steady + std::chrono::ceil<SteadyTime::duration>(std::chrono::duration<double>(lacking));
  return std::max(*soonest, affordable);
}

}  // namespace leasescope
