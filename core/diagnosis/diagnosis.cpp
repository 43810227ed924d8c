#include "core/diagnosis/diagnosis.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/diagnosis/joined_waits.h"
#include "core/diagnosis/rules.h"

namespace leasescope {
namespace {

// Asked for at least once a TTL, renewals are seen; but nobody asks more often than this.
constexpr absl::Duration kOftenEnough = absl::Seconds(2);

/// Nobody renewed it while half of its TTL went by: it was granted and left to end.
bool runsOut(const Lease& lease) {
  if (lease.renewals > 0 || !lease.granted || !lease.expiry || !lease.lastSample) return false;
  return absl::FromChrono(*lease.expiry - lease.lastSample->steady) < *lease.granted / 2;
}

void add(std::vector<Finding>& all, std::optional<Finding> one) {
  if (one) all.push_back(*std::move(one));
}

void add(std::vector<Finding>& all, std::vector<Finding> some) {
  std::ranges::move(some, std::back_inserter(all));
}

}  // namespace

void Diagnosis::setThresholds(const Thresholds& thresholds) {
  thresholds_ = thresholds;
  thresholdsChanged_ = true;
}

Verdict Diagnosis::look(const Moment& now) {
  Verdict verdict{.at = now};
  know(judge(verdict), now);
  const bool anew = std::exchange(thresholdsChanged_, false);
  const absl::Duration lingers = anew ? absl::ZeroDuration() : thresholds_.lingers;
  std::erase_if(known_, [&](const auto& item) {
    const Known& known = item.second;
    return now - known.lastTrue > lingers || (now.steady != known.lastTrue.steady && isGone(known.finding));
  });
  last_ = verdict;
  tell(verdict);
  return verdict;
}

Verdict Diagnosis::lookAtCluster(const Moment& now) {
  know(judgeCluster(now), now);
  std::erase_if(known_, [&](const auto& item) {
    const Known& known = item.second;
    return known.finding.kind == FindingKind::Cluster && known.lastTrue.steady != now.steady;
  });
  Verdict verdict = last_;
  countMembers(verdict);
  tell(verdict);
  return verdict;
}

void Diagnosis::know(std::vector<Finding> findings, const Moment& now) {
  for (Finding& finding : findings) {
    const Name name(finding.kind, finding.subject);
    const auto [it, fresh] = known_.try_emplace(name);
    finding.firstFound = fresh ? now : it->second.finding.firstFound;
    it->second = {.finding = std::move(finding), .lastTrue = now};
  }
}

void Diagnosis::tell(Verdict& verdict) const {
  for (const auto& [name, known] : known_) {
    verdict.findings.push_back(known.finding);
    addIdentity(verdict.findings.back());
  }
  std::ranges::sort(verdict.findings, moreUrgent);
}

bool Diagnosis::circlesChanged(const Moment& now) {
  return seen_.waits().cyclesNumber() != cyclesNumber_ ||
         (standing_.next() && *standing_.next() <= now.steady);
}

/// Whose lease it is about, or would help to revoke, where that is said. Of a deadlock all are named anyway.
void Diagnosis::addIdentity(Finding& finding) const {
  if (finding.kind == FindingKind::Deadlock) return;
  const LeaseId about = finding.subject.lease != etcd::kNoLease ? finding.subject.lease : finding.revoke;
  const ObservedLease* seen = seen_.lease(about);
  if (seen == nullptr || !saysWho(seen->lease->identity.get())) return;
  finding.evidence.push_back({"who", identityText(seen->lease->identity.get())});
}

/// What is there is counted on the way: there may be very many leases and locks.
std::vector<Finding> Diagnosis::judge(Verdict& verdict) {
  const Moment& now = verdict.at;
  std::vector<Finding> all;
  std::size_t keptAlive = 0;  // without a key
  for (const auto& [id, lease] : seen_.leases()) {
    count(lease, verdict);
    if (lease.keylessSince && !runsOut(*lease.lease)) ++keptAlive;
    add(all, leakedSession(lease, thresholds_, now));
    add(all, overdueLease(lease, seen_, thresholds_, now));
    add(all, missedRenewals(lease, seen_, thresholds_, now));
    add(all, sharedLease(lease, thresholds_));
  }
  for (const auto& [name, lock] : seen_.locks()) {
    count(*lock, verdict);
    add(all, leakedLock(*lock, seen_, thresholds_, now));
    add(all, stuckQueue(*lock, seen_, thresholds_, now));
    add(all, orphanedContenders(*lock, seen_, now));
    add(all, leaseMismatches(*lock, seen_));
  }
  seen_.counted(keptAlive, verdict.census.contenders, now);
  const FindLease find = seen_.leaseFinder();
  cyclesNumber_ = seen_.waits().cyclesNumber();
  std::vector<WaitCycle> cycles = seen_.waits().cycles();
  std::ranges::move(joinedCycles(seen_.waits(), find), std::back_inserter(cycles));
  verdict.cycles = standing_.look(cycles, now);
  add(all, deadlocks(verdict.cycles, find));
  add(all, sessionGrowth(seen_, thresholds_));
  add(all, expiryStorm(seen_, thresholds_, now));
  add(all, falseOwnerRisks(seen_, now));
  add(all, ghostLeases(seen_));
  add(all, judgeCluster(now));
  countMembers(verdict);
  return all;
}

std::vector<Finding> Diagnosis::judgeCluster(const Moment& now) const {
  return seen_.cluster() != nullptr ? clusterTroubles(seen_, now) : std::vector<Finding>();
}

/// What a finding is about exists no more, or a circle is open: there is nothing to linger for.
bool Diagnosis::isGone(const Finding& finding) const {
  const Subject& subject = finding.subject;
  if (finding.kind == FindingKind::Deadlock) return true;
  // The lease is gone, and it is when the lock gets free that its lost waiter may believe it to be its own.
  if (finding.kind == FindingKind::FalseOwnerRisk) return false;
  if (subject.lease != etcd::kNoLease && seen_.lease(subject.lease) == nullptr) return true;
  return !subject.lock.empty() && seen_.lock(subject.lock) == nullptr;
}

void Diagnosis::count(const ObservedLease& lease, Verdict& verdict) const {
  Census& census = verdict.census;
  ++census.leases;
  ++census.leasesByState.at(static_cast<std::size_t>(lease.lease->state(verdict.at)));
  if (!lease.keylessSince) {
    if (lease.lease->keys->empty()) ++verdict.unjudged.elsewhere;
    return;
  }
  ++census.leasesWithoutKeys;
  const auto& granted = lease.lease->granted;
  if (!granted || verdict.at - *lease.lease->lastSample > std::max(*granted, kOftenEnough)) {
    ++verdict.unjudged.unsampled;
    return;
  }
  const absl::Duration needed = *granted * thresholds_.leakedSessionTtls;
  if (verdict.at - *lease.keylessSince >= needed) return;
  ++verdict.unjudged.tooShort;
  verdict.judgedAfter = std::max(verdict.judgedAfter, needed);
}

void Diagnosis::countMembers(Verdict& verdict) const {
  if (seen_.cluster() == nullptr) return;
  verdict.unjudged.unlisted = !seen_.cluster()->leasesProblem.empty();
  verdict.unjudged.members =
      static_cast<std::size_t>(std::ranges::count_if(seen_.cluster()->members, [](const MemberView& member) {
        return member.asked && !member.problem.empty();
      }));
}

void Diagnosis::count(const Lock& lock, Verdict& verdict) const {
  Census& census = verdict.census;
  ++census.locks;
  census.contenders += lock.queue.size();
  if (lock.holder() != nullptr) {
    census.longestHold = std::max(census.longestHold, verdict.at - lock.heldSince.moment);
  }
  if (lock.waiterCount() > 0) {
    census.longestWait = std::max(census.longestWait, verdict.at - lock.waiters().front()->since.moment);
  }
  if (const auto needed = tooShortForStuckQueue(lock, seen_, thresholds_, verdict.at)) {
    ++verdict.unjudged.locks;
    verdict.judgedAfter = std::max(verdict.judgedAfter, *needed);
  } else if (isUnmovedQueue(lock, seen_, thresholds_)) {
    ++verdict.unjudged.unmoved;
  }
}

}  // namespace leasescope
