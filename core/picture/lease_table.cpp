#include "core/picture/lease_table.h"

#include <algorithm>
#include <utility>

namespace leasescope {
namespace {

// Bounds what the graphs may cost: about 100 MB over all leases, and never less than a minute or so each.
constexpr std::size_t kAllPoints = 2'000'000;
constexpr std::size_t kFewestPoints = 32;
constexpr std::size_t kMostPoints = 2'000;
constexpr absl::Duration kPhantomsAskedAgainAfter = absl::Minutes(1);

}  // namespace

std::size_t LeaseTable::pointsPerLease() const {
  return std::clamp(kAllPoints / std::max<std::size_t>(leases_.size(), 1), kFewestPoints, kMostPoints);
}

LeaseTable::Entry& LeaseTable::entryOf(LeaseId id, const Moment& now) {
  const auto [it, fresh] = leases_.try_emplace(id);
  if (fresh) it->second.firstSeen = {.moment = now, .exact = knowsAll_};
  changed_.insert(id);
  return it->second;
}

void LeaseTable::restore(const KeyTable& keys, const Identities& identities, const Moment& now) {
  missed();
  for (auto& [id, entry] : leases_) {
    entry.keys.clear();
    entry.publishedKeys = nullptr;
    entry.identity = nullptr;
  }
  const auto listed = [&](LeaseId id) -> Entry& {
    Entry& entry = leases_.try_emplace(id).first->second;
    if (entry.firstSeen.moment.steady == SteadyTime()) entry.firstSeen = {.moment = now, .exact = false};
    return entry;
  };
  for (const auto& [key, record] : keys) {
    if (record.lease == etcd::kNoLease || isIdentityKeyOf(key, record.lease)) continue;
    listed(record.lease).keys.insert(key);
  }
  for (const auto& [id, identity] : identities) listed(id).identity = identity;
  absl::erase_if(leases_, [](const auto& item) { return !item.second.hasKeys() && !item.second.listed; });
}

void LeaseTable::attach(LeaseId id, const std::string& key, const Moment& now) {
  if (id == etcd::kNoLease) return;
  phantoms_.erase(id);
  Entry& entry = entryOf(id, now);
  if (entry.keys.insert(key).second) entry.publishedKeys = nullptr;
}

void LeaseTable::detach(LeaseId id, const std::string& key, const Moment& now) {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return;
  changed_.insert(id);
  found->second.keys.erase(key);
  found->second.publishedKeys = nullptr;
  found->second.lastDetach = now;
}

void LeaseTable::identify(LeaseId id, SharedIdentity identity, const Moment& now) {
  if (identity == nullptr) {
    const auto found = leases_.find(id);
    if (found == leases_.end()) return;
    changed_.insert(id);
    found->second.identity = nullptr;
    found->second.lastDetach = now;
    return;
  }
  phantoms_.erase(id);
  entryOf(id, now).identity = std::move(identity);
}

void LeaseTable::listed(const std::vector<LeaseId>& ids, const Moment& asked, const Moment& now) {
  const absl::flat_hash_set<LeaseId> there(ids.begin(), ids.end());
  for (const LeaseId id : ids) {
    const auto found = leases_.find(id);
    if (found == leases_.end()) {
      if (!isPhantom(id, asked, now)) entryOf(id, now).listed = true;
    } else {
      found->second.listed = true;
    }
  }
  absl::erase_if(phantoms_, [&](const auto& phantom) { return !there.contains(phantom.first); });
  std::vector<LeaseId> gone;
  for (auto& [id, entry] : leases_) {
    if (there.contains(id) || entry.lastDetach.steady > asked.steady) continue;
    entry.listed = false;
    if (!entry.hasKeys()) gone.push_back(id);
  }
  for (const LeaseId id : gone) {
    leases_.erase(id);
    changed_.insert(id);
  }
  knowsAll_ = true;
}

void LeaseTable::sampled(LeaseId id, const TtlSample& sample) {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return;
  found->second.track.add(sample);
  found->second.track.keepAtMost(pointsPerLease());
  changed_.insert(id);
}

void LeaseTable::notFound(LeaseId id, const Moment& now) {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return;
  changed_.insert(id);
  const bool wasListed = std::exchange(found->second.listed, false);
  found->second.track.forget();
  if (found->second.hasKeys()) return;
  leases_.erase(found);
  if (wasListed) phantoms_[id] = {.notFound = now, .listed = {}};
}

/// A list that was asked for before the lease was gone may still have it.
bool LeaseTable::isPhantom(LeaseId id, const Moment& asked, const Moment& now) {
  const auto found = phantoms_.find(id);
  if (found == phantoms_.end()) return false;
  Phantom& phantom = found->second;
  phantom.listedAgain = phantom.listed.has_value();
  if (!phantom.listed && asked.steady > phantom.notFound.steady) phantom.listed = now;
  if (!phantom.listed || now - *phantom.listed < kPhantomsAskedAgainAfter) return true;
  phantoms_.erase(found);
  return false;
}

void LeaseTable::forgetTtls() {
  for (auto& [id, entry] : leases_) {
    entry.track.forget();
    changed_.insert(id);
  }
}

void LeaseTable::takeChanges(ChangeSet& out) {
  if (out.complete) {
    for (auto& [id, entry] : leases_) out.leases.push_back(publish(id, entry));
  } else {
    for (const LeaseId id : changed_) {
      const auto found = leases_.find(id);
      if (found == leases_.end()) {
        out.removedLeases.push_back(id);
      } else {
        out.leases.push_back(publish(id, found->second));
      }
    }
  }
  changed_.clear();
}

std::shared_ptr<const Lease> LeaseTable::publish(LeaseId id, Entry& entry) const {
  if (!entry.publishedKeys) {
    entry.publishedKeys =
        std::make_shared<const std::vector<std::string>>(entry.keys.begin(), entry.keys.end());
  }
  auto lease = std::make_shared<Lease>();
  lease->id = id;
  lease->keys = entry.publishedKeys;
  lease->knowsAllKeys = watched_ == Watched::Everything;
  if (entry.track.lastSample()) lease->granted = entry.track.granted();
  lease->expiry = entry.track.expiry();
  lease->renewals = entry.track.renewals();
  lease->lastRenewal = entry.track.lastRenewal();
  lease->leastLeft = entry.track.leastLeft();
  lease->lastSample = entry.track.lastSample();
  lease->firstSeen = entry.firstSeen;
  lease->identity = entry.identity;
  return lease;
}

std::vector<TtlPoint> LeaseTable::history(LeaseId id) const {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return {};
  const auto& points = found->second.track.points();
  return {points.begin(), points.end()};
}

std::optional<absl::Duration> LeaseTable::remaining(LeaseId id, const Moment& now) const {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return std::nullopt;
  return found->second.track.remaining(now);
}

bool LeaseTable::hasKeys(LeaseId id) const {
  const auto found = leases_.find(id);
  return found != leases_.end() && found->second.hasKeys();
}

std::vector<LeaseId> LeaseTable::phantoms() const {
  std::vector<LeaseId> ids;
  for (const auto& [id, phantom] : phantoms_) {
    if (phantom.listedAgain) ids.push_back(id);
  }
  std::ranges::sort(ids);
  return ids;
}

std::vector<LeaseId> LeaseTable::ids() const {
  std::vector<LeaseId> ids;
  ids.reserve(leases_.size());
  for (const auto& [id, entry] : leases_) ids.push_back(id);
  return ids;
}

}  // namespace leasescope
