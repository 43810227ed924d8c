#include "core/picture/picture.h"

#include <algorithm>
#include <utility>

namespace leasescope {
namespace {

// A lease's end is known to half a second, and etcd looks for expired leases twice a second.
constexpr absl::Duration kRanOut = absl::Milliseconds(500);

KeyRecord recordOf(const etcd::KeyValue& kv, Since since) {
  return {.createRevision = kv.createRevision,
          .modRevision = kv.modRevision,
          .version = kv.version,
          .lease = kv.lease,
          .value = kv.value.empty() ? ValueKind::Empty : ValueKind::Present,
          .since = since};
}

}  // namespace

void Picture::restore(const Listing& listing, const Moment& now) {
  KeyTable keys;
  LeaseTable::Identities identities;
  for (const ListedKey& listed : listing.keys) {
    Since since{.moment = now, .exact = false};
    const auto known = keys_.find(listed.key);
    if (known != keys_.end() && known->second.createRevision == listed.createRevision)
      since = known->second.since;
    keys.insert_or_assign(listed.key, KeyRecord{.createRevision = listed.createRevision,
                                                .modRevision = listed.modRevision,
                                                .version = listed.version,
                                                .lease = listed.lease,
                                                .value = listed.value,
                                                .since = since});
    if (isIdentityKeyOf(listed.key, listed.lease)) identities[listed.lease] = identityFrom(listed.identity);
  }
  keys_ = std::move(keys);
  locks_.restore(keys_, now);
  leases_.restore(keys_, identities, now);
  clusterId_ = listing.clusterId;
  revision_ = listed_ = listing.revision;
  complete_ = true;
  happenings_.push_back({.at = now, .revision = revision_, .type = Happening::Type::Resynced});
  ++epoch_;
}

void Picture::apply(const std::vector<etcd::Event>& events, const Moment& now) {
  Revision current = 0;
  for (const etcd::Event& event : events) {
    if (event.kv.modRevision <= listed_) continue;
    if (current != 0 && event.kv.modRevision != current) finishRevision(current, now);
    current = event.kv.modRevision;
    if (event.type == etcd::Event::Type::Put) {
      put(event.kv, now);
    } else {
      remove(event.kv, now);
    }
  }
  if (current != 0) finishRevision(current, now);
}

void Picture::put(const etcd::KeyValue& kv, const Moment& now) {
  const auto known = keys_.find(kv.key);
  if (known == keys_.end()) {
    const auto added =
        keys_.emplace(kv.key, recordOf(kv, {.moment = now, .exact = kv.modRevision > missed_})).first;
    locks_.add(keys_, added->first, added->second);
    attach(kv, now);
    return;
  }
  if (kv.modRevision <= known->second.modRevision) return;
  const KeyRecord before = known->second;
  if (kv.createRevision != before.createRevision) {  // its removal was missed; the key is another one now
    remove({.key = kv.key, .modRevision = kv.modRevision}, now);
    put(kv, now);
    return;
  }
  known->second = recordOf(kv, before.since);
  locks_.update(keys_, known->first, before, known->second);
  const bool moved = before.lease != kv.lease;
  if (moved) detach(before.lease, kv.key, now);
  if (moved || isIdentityKeyOf(kv.key, kv.lease)) attach(kv, now);  // it may say something else now
}

void Picture::remove(const etcd::KeyValue& kv, const Moment& now) {
  const auto known = keys_.find(kv.key);
  if (known == keys_.end() || kv.modRevision <= known->second.modRevision) return;
  locks_.remove(known->first, known->second);
  detach(known->second.lease, kv.key, now);
  if (known->second.lease != etcd::kNoLease) ++keysRemoved_[known->second.lease];
  keys_.erase(known);
}

void Picture::attach(const etcd::KeyValue& kv, const Moment& now) {
  if (isIdentityKeyOf(kv.key, kv.lease)) {
    leases_.identify(kv.lease, identityFrom(kv.value), now);
  } else {
    leases_.attach(kv.lease, kv.key, now);
  }
}

void Picture::detach(LeaseId lease, const std::string& key, const Moment& now) {
  if (isIdentityKeyOf(key, lease)) {
    leases_.identify(lease, nullptr, now);
  } else {
    leases_.detach(lease, key, now);
  }
}

void Picture::finishRevision(Revision revision, const Moment& now) {
  const auto ranOut = [&](LeaseId lease) {
    const std::optional<absl::Duration> left = leases_.remaining(lease, now);
    return left && *left <= kRanOut;
  };
  const std::size_t before = happenings_.size();
  locks_.finishRevision(keys_, revision, {.moment = now, .exact = revision > missed_}, ranOut, happenings_);
  for (std::size_t i = before; i < happenings_.size(); ++i) {
    Happening& happening = happenings_[i];
    happening.leaseEnded = happening.type == Happening::Type::LeftQueue && endedNow(happening.lease);
  }
  keysRemoved_.clear();
  revision_ = std::max(revision_, revision);
}

bool Picture::endedNow(LeaseId lease) const {
  const auto removed = keysRemoved_.find(lease);
  return removed != keysRemoved_.end() && removed->second > 1 && !leases_.hasKeys(lease);
}

void Picture::advance(Revision revision) { revision_ = std::max(revision_, revision); }

void Picture::missed(Revision upTo) {
  missed_ = upTo;
  leases_.missed();
}

void Picture::leasesListed(const std::vector<LeaseId>& ids, const Moment& asked, const Moment& now) {
  leases_.listed(ids, asked, now);
}

void Picture::leaseSampled(LeaseId id, const TtlSample& sample) { leases_.sampled(id, sample); }

void Picture::leaseNotFound(LeaseId id, const Moment& now) { leases_.notFound(id, now); }

void Picture::forgetTtls() { leases_.forgetTtls(); }

ChangeSet Picture::takeChanges() {
  ChangeSet out{.epoch = epoch_,
                .revision = revision_,
                .clusterId = clusterId_,
                .keyCount = keys_.size(),
                .complete = std::exchange(complete_, false),
                .happenings = std::exchange(happenings_, {})};
  locks_.takeChanges(keys_, out);
  leases_.takeChanges(out);
  return out;
}

}  // namespace leasescope
