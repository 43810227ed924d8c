#include "core/diagnosis/observations.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace leasescope {
namespace {

// Names of locks may be as many as there are requests: of locks that are gone only so many habits are kept.
constexpr std::size_t kMostHabits = 50'000;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::size_t kMostLostWaiters = 256;
constexpr std::size_t kMostOutages = 64;
constexpr std::size_t kMostThatGaveUp = 1'000;
// From the moment that it is asked for until it is seen.
constexpr absl::Duration kRemovalTakes = absl::Seconds(5);

/// Whose key the happening is about, as the lock was before; the queue's end when that is not known.
Queue::const_iterator placeOf(const Happening& happening, const Queue& queue) {
  const Revision created = happening.createRevision;
  const auto begin = std::ranges::lower_bound(queue, created, {}, &Contender::createRevision);
  const auto end = std::ranges::upper_bound(queue, created, {}, &Contender::createRevision);
  const auto place = std::ranges::find(begin, end, happening.key, &Contender::key);
  return place == end ? queue.end() : place;
}

bool sameInTheWay(const Lock& before, const Lock& now) {
  if (before.blocker && now.blocker) {
    return before.blocker->key == now.blocker->key &&
           before.blocker->createRevision == now.blocker->createRevision;
  }
  return !before.blocker && !now.blocker && before.heldSince.moment.steady == now.heldSince.moment.steady;
}

/// It was seen so short before its end that whoever renews would have done so before.
bool hadRunOut(const Lease& lease, const Moment& now) {
  if (!lease.expiry || !lease.lastSample || !lease.granted || *lease.expiry > now.steady) return false;
  return absl::FromChrono(*lease.expiry - lease.lastSample->steady) <= *lease.granted / 3;
}

}  // namespace

Observations::Observations() : mostHabits_(kMostHabits) {}

void Observations::apply(const ChangeSet& changes, const Moment& now) {
  for (const Happening& happening : changes.happenings) happened(happening);
  if (changes.complete) keepOnly(changes);
  for (const std::string& name : changes.removedLocks) {
    locks_.erase(name);
    queues_.erase(name);
  }
  for (const LeaseId id : changes.removedLeases) leases_.erase(id);
  for (const auto& lock : changes.locks) upsert(lock, changes.complete, now);
  for (const auto& lease : changes.leases) upsert(lease, now);
  waits_.apply(changes);
  if (habits_.size() > mostHabits_) forgetOldHabits();
}

/// Looks at what was known before the changes that it is a part of.
void Observations::happened(const Happening& happening) {
  using Type = Happening::Type;
  if (const auto lease = leases_.find(happening.lease); lease != leases_.end()) {
    // It was used, if only for so short that it has no key before and after.
    if (lease->second.keylessSince) lease->second.keylessSince = happening.at;
    lease->second.renewalsBefore = lease->second.lease->renewals;
    if (happening.type == Type::Acquired || happening.type == Type::Queued) ++lease->second.uses;
  }
  switch (happening.type) {
    case Type::Acquired:
    case Type::HandedOver:
      habits_[happening.lock].heldSince = happening.missed ? std::nullopt : std::optional(happening.at);
      break;
    case Type::Released:
    case Type::Expired:
      endHold(happening);
      break;
    case Type::Queued:
      break;
    case Type::LeftQueue:
      noteGaveUp(happening);
      noteLostWaiter(happening);
      break;
    case Type::Resynced:  // nobody knows what happened meanwhile
      for (auto& [lock, habit] : habits_) habit.heldSince.reset();
      for (auto& [id, one] : leases_) {
        if (one.keylessSince) one.keylessSince = happening.at;
        one.renewalsBefore = one.lease->renewals;
      }
      break;
  }
}

void Observations::endHold(const Happening& happening) {
  Habit& habit = habits_[happening.lock];
  if (habit.heldSince && !happening.missed) habit.holds.add(happening.at - *habit.heldSince);
  habit.heldSince.reset();
}

void Observations::noteGaveUp(const Happening& happening) {
  const auto queue = queues_.find(happening.lock);
  if (queue == queues_.end()) return;
  ++queue->second.gaveUp;
  auto& sessions = queue->second.sessionsThatGaveUp;
  if (sessions.size() >= kMostThatGaveUp && !sessions.contains(happening.lease)) return;
  Moment since = happening.at;  // of one that came and went within one change of the picture
  if (const Lock* queued = lock(happening.lock)) {
    const auto waiter = placeOf(happening, queued->queue);
    if (waiter != queued->queue.end()) since = (*waiter)->since.moment;
  }
  sessions.insert_or_assign(happening.lease, since);
}

void Observations::noteLostWaiter(const Happening& happening) {
  const std::optional<LostWaiter::Cause> cause = causeOf(happening);
  const Lock* queued = lock(happening.lock);
  if (!cause || queued == nullptr) return;
  const auto place = placeOf(happening, queued->queue);
  if (place == queued->queue.end()) return;
  LostWaiter lost{
      .lock = happening.lock, .waiter = **place, .before = {}, .cause = *cause, .at = happening.at};
  const auto number = static_cast<std::size_t>(place - queued->queue.begin());
  if (const Contender* before = queued->waitedForAt(number)) lost.before = *before;
  lostWaiters_.push_back(std::move(lost));
  if (lostWaiters_.size() > kMostLostWaiters) lostWaiters_.pop_front();
}

/// nullopt: as far as can be seen, the client withdrew. Of a lease with one key a revoke looks the same.
std::optional<LostWaiter::Cause> Observations::causeOf(const Happening& leftQueue) {
  const auto removing = removing_.find(leftQueue.key);
  if (removing != removing_.end() && leftQueue.at - removing->second <= kRemovalTakes) {
    removing_.erase(removing);
    return LostWaiter::Cause::Removed;
  }
  const ObservedLease* observed = lease(leftQueue.lease);
  if (observed != nullptr && hadRunOut(*observed->lease, leftQueue.at)) return LostWaiter::Cause::RanOut;
  if (leftQueue.leaseEnded) return LostWaiter::Cause::Revoked;
  return std::nullopt;
}

void Observations::outage(const Moment& from, const Moment& to) {
  outages_.emplace_back(from, to);
  if (outages_.size() > kMostOutages) outages_.pop_front();
}

absl::Duration Observations::watchedSince(const Moment& since, const Moment& now) const {
  absl::Duration watched = now - since;
  for (const auto& [from, to] : outages_) {
    if (to.steady <= since.steady) continue;
    watched -= from.steady < since.steady ? to - since : to - from;
  }
  return watched;
}

void Observations::removing(const std::vector<std::string>& keys, const Moment& now) {
  absl::erase_if(removing_, [&](const auto& key) { return now - key.second > kRemovalTakes; });
  for (const std::string& key : keys) removing_[key] = now;
}

void Observations::keepOnly(const ChangeSet& complete) {
  absl::flat_hash_set<std::string_view> locks;
  for (const auto& lock : complete.locks) locks.insert(lock->name);
  absl::flat_hash_set<LeaseId> leases;
  for (const auto& lease : complete.leases) leases.insert(lease->id);
  absl::erase_if(locks_, [&](const auto& item) { return !locks.contains(item.first); });
  // What came and went meanwhile is not known, only what is in the way since when.
  absl::erase_if(queues_, [&](const auto& item) { return !locks.contains(item.first); });
  for (auto& [lock, queue] : queues_) queue = {.inTheWay = queue.inTheWay};
  absl::erase_if(leases_, [&](const auto& item) { return !leases.contains(item.first); });
}

void Observations::upsert(const std::shared_ptr<const Lock>& lock, bool listed, const Moment& now) {
  std::shared_ptr<const Lock>& known = locks_[lock->name];
  noteQueue(*lock, known.get(), listed, now);
  known = lock;
}

void Observations::noteQueue(const Lock& lock, const Lock* before, bool listed, const Moment& now) {
  const bool sameAsBefore = before != nullptr && sameInTheWay(*before, lock);
  if (!sameAsBefore) queues_.erase(lock.name);
  const auto waiters = static_cast<std::int64_t>(lock.waiterCount());
  if (waiters == 0 && !queues_.contains(lock.name)) return;
  const auto [known, fresh] = queues_.try_emplace(lock.name);
  ObservedQueue& queue = known->second;
  if (!lock.blocker) {
    queue.inTheWay = lock.heldSince;
  } else if (fresh) {
    // The key may have been there for long, behind others; who came after whom is not known of a new list.
    queue.inTheWay = before != nullptr ? Since{now, !listed} : lock.blocker->since;
  }
  CountSeries& counts = queue.waiters;
  if (counts.points().empty() && waiters > 0) {
    // Until the first was seen to come there was nobody.
    const Since& first = lock.waiters().front()->since;
    const Moment& begin = queue.inTheWay.moment;
    if (first.exact && first.moment.steady >= begin.steady) counts.add({.at = begin, .count = 0});
  }
  if (counts.points().empty() || counts.points().back().count != waiters) {
    counts.add({.at = now, .count = waiters});
  }
}

const ObservedQueue* Observations::queue(const std::string& lock) const {
  const auto found = queues_.find(lock);
  return found == queues_.end() ? nullptr : &found->second;
}

void Observations::upsert(const std::shared_ptr<const Lease>& lease, const Moment& now) {
  ObservedLease& observed = leases_[lease->id];
  observed.lease = lease;
  if (!lease->keyless()) {
    observed.keylessSince.reset();
  } else if (!observed.keylessSince) {
    observed.keylessSince = now;
    observed.renewalsBefore = lease->renewals;
  }
}

/// Costs a look at all of them, so it is not done again before they are twice as many as those that stay.
void Observations::forgetOldHabits() {
  absl::erase_if(habits_, [this](const auto& item) { return !locks_.contains(item.first); });
  mostHabits_ = std::max(kMostHabits, habits_.size() * 2);
}

void Observations::surveyed(std::shared_ptr<const ClusterView> cluster, const Moment& now) {
  cluster_ = std::move(cluster);
  noteMembers(now);
  noteGhosts(now);
  const auto leads = std::ranges::find(cluster_->members, true, &MemberView::leader);
  if (leads == cluster_->members.end()) return;
  if (leader_ != 0 && leader_ != leads->id) lastLeaderChange_ = now;
  leader_ = leads->id;
}

void Observations::noteMembers(const Moment& now) {
  std::int64_t answered = 0;
  std::int64_t withLeader = 0;
  std::int64_t mostBytes = 0;
  for (const MemberView& member : cluster_->members) {
    if (!member.problem.empty()) continue;
    ++answered;
    if (member.status.leader != 0) ++withLeader;
    mostBytes = std::max(mostBytes, member.status.databaseBytes);
  }
  if (answered == 0) return;
  members_.withLeader.add({.at = now, .count = withLeader});
  members_.databaseMiB.add({.at = now, .count = mostBytes / kMiB});
}

void Observations::ghostsListed(std::string member, std::vector<LeaseId> leases, const Moment& now) {
  if (member == memberInUse_ && leases == ghostsInUse_) return;
  memberInUse_ = std::move(member);
  ghostsInUse_ = std::move(leases);
  noteGhosts(now);
}

/// The member in use is seen twice, and sooner by its list; the others are only compared.
void Observations::noteGhosts(const Moment& now) {
  std::map<std::string, ObservedGhosts> there;
  if (!ghostsInUse_.empty()) there[memberInUse_].leases.insert(ghostsInUse_.begin(), ghostsInUse_.end());
  if (cluster_) {
    for (const LeaseDifference& difference : cluster_->leaseDifferences) {
      if (difference.ghosts.empty()) continue;
      ObservedGhosts& ghosts = there[difference.endpoint];
      ghosts.leases.insert(difference.ghosts.begin(), difference.ghosts.end());
      ghosts.atLeast = difference.atLeast;
    }
  }
  for (auto& [member, ghosts] : there) {
    if (const auto before = ghosts_.find(member); before != ghosts_.end()) {
      ghosts.counts = std::move(before->second.counts);
    }
    ghosts.counts.add({.at = now, .count = static_cast<std::int64_t>(ghosts.leases.size())});
  }
  ghosts_ = std::move(there);
}

void Observations::counted(std::size_t keylessSessions, std::size_t contenders, const Moment& now) {
  keylessSessions_.add({.at = now, .count = static_cast<std::int64_t>(keylessSessions)});
  contenders_.add({.at = now, .count = static_cast<std::int64_t>(contenders)});
}

const ObservedLease* Observations::lease(LeaseId id) const {
  const auto found = leases_.find(id);
  return found == leases_.end() ? nullptr : &found->second;
}

FindLease Observations::leaseFinder() const {
  return [this](LeaseId id) {
    const ObservedLease* known = lease(id);
    return known != nullptr ? known->lease.get() : nullptr;
  };
}

const Lock* Observations::lock(const std::string& name) const {
  const auto found = locks_.find(name);
  return found == locks_.end() ? nullptr : found->second.get();
}

bool Observations::isUsedAsLock(const Lock& lock) const {
  return std::ranges::any_of(lock.queue, [](const auto& one) { return !one->mismatched(); }) ||
         habit(lock.name) != nullptr;
}

const HoldHabit* Observations::habit(const std::string& lock) const {
  const auto found = habits_.find(lock);
  return found == habits_.end() ? nullptr : &found->second.holds;
}

}  // namespace leasescope
