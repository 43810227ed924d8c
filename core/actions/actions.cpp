#include "core/actions/actions.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/actions/revoke_preview.h"
#include "core/monitor/key_lister.h"
#include "core/monitor/watched_ranges.h"
#include "core/picture/contender_name.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

using Kind = ActionOutcome::Kind;

// Locks that a key may merely block cost a question each: a preview must not become slow or large by them.
constexpr std::size_t kMostLocksLookedAt = 100;
constexpr std::int64_t kMostKeysLookedAt = 1'000;  // of each
constexpr std::size_t kLongestKeyLookedAbove = 1'000;
constexpr std::size_t kMostHoldersNamed = 20;  // a question each

bool outcomeUnknown(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status) ||
         absl::IsUnknown(status);
}

ActionOutcome refused(const absl::Status& status) {
  return {Kind::Refused, std::string(status.message()), {}};
}

std::string_view kindName(Kind kind) {
  switch (kind) {
    case Kind::Done:
      return "done";
    case Kind::Gone:
      return "gone, cause unknown";
    case Kind::Changed:
      return "changed, nothing done";
    case Kind::Unknown:
      return "unknown";
    case Kind::Refused:
      return "refused";
  }
  return "unknown";
}

/// Where the keys' locks are: every name that a key of this lease may stand in the queue of.
std::vector<std::string> lockPrefixes(const std::vector<std::string>& keys) {
  std::vector<std::string> prefixes;
  for (const std::string& key : keys) {
    if (mayBeContender(key)) prefixes.push_back(key.substr(0, key.rfind('/') + 1));
  }
  return prefixes;
}

void addUnseen(RevokePreview& preview, std::size_t locks, std::string why) {
  if (locks == 0) return;
  if (preview.unseen.locks == 0) preview.unseen.why = std::move(why);
  preview.unseen.locks += locks;
}

/// Locks in whose way a key may stand without being in their queue, each with these keys: whatever lies below
/// `<lock>/` counts (etcd: client/v3/concurrency/key.go waitDeletes). A lock without a name is left out: it
/// would be the whole keyspace.
std::map<std::string, std::vector<std::string>> locksAbove(const std::vector<std::string>& keys) {
  std::map<std::string, std::vector<std::string>> locks;
  for (const std::string& key : keys) {
    if (key.size() > kLongestKeyLookedAbove || isIdentityKey(key)) continue;
    for (auto slash = key.rfind('/'); slash != std::string::npos && slash > 0;
         slash = key.rfind('/', slash - 1)) {
      locks[key.substr(0, slash)].push_back(key);
    }
  }
  return locks;
}

/// How many locks the keys have above them that locksAbove() leaves out.
std::size_t locksAboveLongKeys(const std::vector<std::string>& keys) {
  std::size_t locks = 0;
  for (const std::string& key : keys) {
    if (key.size() <= kLongestKeyLookedAbove) continue;
    locks += static_cast<std::size_t>(std::count(key.begin() + 1, key.end(), '/'));
  }
  return locks;
}

/// Keys that would vanish although nobody confirmed that.
bool grew(const std::vector<std::string>& confirmed, const std::vector<std::string>& now) {
  return !std::ranges::includes(confirmed, now);
}

}  // namespace

std::string_view roleName(RevokePreview::LockEffect::Role role) {
  using Role = RevokePreview::LockEffect::Role;
  switch (role) {
    case Role::Holder:
      return "holder";
    case Role::Waiter:
      return "waiter";
    case Role::Blocker:
      return "blocker";
  }
  return "";
}

Actions::Actions(std::shared_ptr<etcd::Client> client, std::string etcdUser, AuditLog audit,
                 OnRemoval onRemoval)
    : client_(std::move(client)),
      who_(etcdUser.empty() ? auditUser() : fmt::format("{} as {}", auditUser(), etcdUser)),
      audit_(std::move(audit)),
      onRemoval_(std::move(onRemoval)) {}

absl::StatusOr<RevokePreview> Actions::previewRevoke(LeaseId lease) const {
  absl::StatusOr<RevokePreview> preview = lookAtKeys(lease);
  if (!preview.ok()) return preview;
  if (absl::Status status = addLocks(*preview); !status.ok()) return status;
  return preview;
}

absl::StatusOr<RevokePreview> Actions::lookAtKeys(LeaseId lease) const {
  absl::StatusOr<etcd::LeaseTtl> ttl = client_->leaseTtl(lease, true);
  if (!ttl.ok()) return ttl.status();
  if (!ttl->found)
    return absl::NotFoundError(fmt::format("lease {} does not exist (any more)", etcd::leaseHex(lease)));
  RevokePreview preview{.lease = lease,
                        .clusterId = ttl->header.clusterId,
                        .granted = ttl->granted,
                        .remaining = ttl->remaining,
                        .keys = std::move(ttl->keys)};
  std::ranges::sort(preview.keys);
  if (std::ranges::binary_search(preview.keys, identityKey(lease))) {
    // Good to know, and no more.
    preview.identity = identityOf(lease).value_or(nullptr);
  }
  return preview;
}

/// Null when it says nothing. A key of that name which is not attached to the lease was not put by its owner.
absl::StatusOr<SharedIdentity> Actions::identityOf(LeaseId lease) const {
  const auto read = client_->range({.range = etcd::KeyRange::single(identityKey(lease))});
  if (!read.ok()) return read.status();
  if (read->kvs.empty() || read->kvs.front().lease != lease) return nullptr;
  return identityFrom(read->kvs.front().value);
}

absl::Status Actions::addLocks(RevokePreview& preview) const {
  if (const std::vector<std::string> prefixes = lockPrefixes(preview.keys); !prefixes.empty()) {
    absl::StatusOr<Listing> listing = listKeys(*client_, watchedRanges(prefixes));
    if (!listing.ok()) return listing.status();
    Picture picture;
    picture.restore(*listing, Moment::now());
    preview.locks = effectsOfRevoke(picture, preview.lease, preview.keys);
  }
  for (const std::string& key : preview.keys) {
    if (std::ranges::find(preview.locks, key, &RevokePreview::LockEffect::key) == preview.locks.end()) {
      preview.otherKeys.push_back(key);
    }
  }
  addUnblocked(preview);
  nameNextHolders(preview);
  return absl::OkStatus();
}

/// As far as they can be asked quickly: that is good to know, and no more.
void Actions::nameNextHolders(RevokePreview& preview) const {
  std::map<LeaseId, SharedIdentity> known;
  for (RevokePreview::LockEffect& effect : preview.locks) {
    if (!effect.nextHolder || !effect.nextHolder->hasLease()) continue;
    const auto [holder, unasked] = known.try_emplace(effect.nextHolder->lease);
    if (unasked && known.size() <= kMostHoldersNamed) {
      absl::StatusOr<SharedIdentity> who = identityOf(holder->first);
      if (!who.ok()) return;
      holder->second = *std::move(who);
    }
    effect.nextIdentity = holder->second;
  }
}

/// The locks that nobody holds because of these keys, and that somebody will hold without them. Revoking must
/// not depend on what is only good to know: what can't be found out is counted.
void Actions::addUnblocked(RevokePreview& preview) const {
  addUnseen(preview, locksAboveLongKeys(preview.keys), "the names of the keys below them are too long");
  const auto locks = locksAbove(preview.keys);
  if (locks.size() > kMostLocksLookedAt) {
    addUnseen(preview, locks.size(), fmt::format("they are more than {}", kMostLocksLookedAt));
    return;
  }
  absl::Status failed;
  for (const auto& [lock, vanishing] : locks) {
    if (std::ranges::find(preview.locks, lock, &RevokePreview::LockEffect::lock) != preview.locks.end()) {
      continue;
    }
    auto effect = absl::IsUnavailable(failed) || absl::IsDeadlineExceeded(failed)
                      ? failed  // each one more would take as long again
                      : unblocked(lock, vanishing);
    if (!effect.ok()) {
      failed = effect.status();
      addUnseen(preview, 1, std::string(failed.message()));
    } else if (*effect) {
      preview.locks.push_back(**std::move(effect));
    }
  }
}

absl::StatusOr<std::optional<RevokePreview::LockEffect>> Actions::unblocked(
    const std::string& lock, const std::vector<std::string>& vanishing) const {
  // In the order of keys: etcd reads all there are, values included, before it sorts by anything else.
  auto below = client_->range(
      {.range = etcd::KeyRange::prefix(lock + "/"), .limit = kMostKeysLookedAt, .keysOnly = true});
  if (!below.ok()) return below.status();
  if (below->more) {
    return absl::ResourceExhaustedError(fmt::format("more than {} keys are below them", kMostKeysLookedAt));
  }
  std::ranges::sort(below->kvs, {}, &etcd::KeyValue::createRevision);
  const auto vanishes = [&](const etcd::KeyValue& kv) {
    return std::ranges::binary_search(vanishing, kv.key);
  };
  if (below->kvs.empty() || !vanishes(below->kvs.front())) return std::nullopt;
  const auto next = std::ranges::find_if_not(below->kvs, vanishes);
  if (next == below->kvs.end()) return std::nullopt;
  const auto whole = client_->range({.range = etcd::KeyRange::single(next->key)});
  if (!whole.ok()) return whole.status();
  if (whole->kvs.empty()) return std::nullopt;  // gone meanwhile
  const etcd::KeyValue& kv = whole->kvs.front();
  const auto value = kv.value.empty() ? ValueKind::Empty : ValueKind::Present;
  const auto name = contenderName(kv.key, kv.lease, value);
  if (!name || name->lock != lock) return std::nullopt;
  return RevokePreview::LockEffect{
      .lock = lock,
      .key = below->kvs.front().key,
      .role = RevokePreview::LockEffect::Role::Blocker,
      .nextHolder = Contender{
          .key = kv.key, .lease = kv.lease, .nameLease = name->lease, .createRevision = kv.createRevision}};
}

absl::StatusOr<ReleasePreview> Actions::previewRelease(const std::string& key) const {
  const absl::StatusOr<etcd::RangeResult> now = client_->rangeKeys({.range = etcd::KeyRange::single(key)});
  if (!now.ok()) return now.status();
  if (now->kvs.empty()) return absl::NotFoundError(fmt::format("there is no key {}", printableKey(key)));
  RevokePreview vanishing{.lease = now->kvs.front().lease, .keys = {key}};
  if (absl::Status status = addLocks(vanishing); !status.ok()) return status;
  ReleasePreview preview{.key = key,
                         .createRevision = now->kvs.front().createRevision,
                         .lease = vanishing.lease,
                         .locks = std::move(vanishing.locks),
                         .concernsLocks = true,
                         .unseen = std::move(vanishing.unseen)};
  if (!preview.locks.empty()) return preview;
  const absl::StatusOr<bool> inTheWay = isInSomebodysWay(key);
  if (!inTheWay.ok()) return inTheWay.status();
  preview.concernsLocks = *inTheWay;
  return preview;
}

/// Somebody stands in the queue of a lock that the key is below of. Too many keys to look at: it may be so.
absl::StatusOr<bool> Actions::isInSomebodysWay(const std::string& key) const {
  const auto locks = locksAbove({key});
  if (locks.size() > kMostLocksLookedAt || key.size() > kLongestKeyLookedAbove) return true;
  for (const auto& [lock, keys] : locks) {
    const auto below =
        client_->rangeKeys({.range = etcd::KeyRange::prefix(lock + "/"), .limit = kMostKeysLookedAt});
    if (!below.ok()) return below.status();
    const auto queues = [&name = lock](const etcd::KeyValue& kv) {
      const auto contender = contenderName(kv.key, kv.lease, ValueKind::Unknown);
      return contender && contender->lock == name;
    };
    if (below->more || std::ranges::any_of(below->kvs, queues)) return true;
  }
  return false;
}

ActionOutcome Actions::revoke(const RevokePreview& confirmed) const {
  absl::StatusOr<RevokePreview> now = lookAtKeys(confirmed.lease);
  if (absl::IsNotFound(now.status())) return {Kind::Gone, std::string(now.status().message()), {}};
  if (!now.ok()) return refused(now.status());
  if (now->clusterId != confirmed.clusterId) {
    return {Kind::Refused, "another cluster answers at this endpoint now; nothing was done", {}};
  }
  if (grew(confirmed.keys, now->keys)) {
    if (absl::Status status = addLocks(*now); !status.ok()) return refused(status);
    return {Kind::Changed, "keys were attached to the lease meanwhile; nothing was done", *std::move(now)};
  }
  return audited({.clusterId = now->clusterId, .action = "revoke", .lease = now->lease, .keys = now->keys},
                 [&] { return sendRevoke(confirmed.lease); });
}

ActionOutcome Actions::sendRevoke(LeaseId lease) const {
  const std::string name = etcd::leaseHex(lease);
  const absl::Status status = client_->revokeLease(lease).status();
  if (status.ok()) return {Kind::Done, fmt::format("lease {} is revoked", name), {}};
  if (absl::IsNotFound(status)) {
    return {Kind::Gone, fmt::format("lease {} was gone already, cause unknown", name), {}};
  }
  if (!outcomeUnknown(status)) return refused(status);
  const absl::StatusOr<etcd::LeaseTtl> after = client_->leaseTtl(lease, false);
  if (after.ok() && !after->found) {
    return {Kind::Gone, fmt::format("no answer to the revoke, but lease {} is gone now", name), {}};
  }
  return {Kind::Unknown,
          fmt::format("outcome unknown, the revoke of lease {} may still happen: {}", name,
                      std::string(status.message())),
          {}};
}

ActionOutcome Actions::release(const std::string& key, Revision createRevision) const {
  absl::StatusOr<etcd::RangeResult> now = client_->rangeKeys({.range = etcd::KeyRange::single(key)});
  if (!now.ok()) return refused(now.status());
  const LeaseId lease = now->kvs.empty() ? etcd::kNoLease : now->kvs.front().lease;
  return audited({.clusterId = now->header.clusterId, .action = "release", .lease = lease, .keys = {key}},
                 [&] { return sendRelease(key, createRevision, lease); });
}

ActionOutcome Actions::sendRelease(const std::string& key, Revision createRevision, LeaseId lease) const {
  const absl::StatusOr<etcd::TransactionResult> result = client_->transact(
      {.conditions = {{.key = key, .createRevision = createRevision}},
       .then = {etcd::DeleteOp{etcd::KeyRange::single(key)}},
       .otherwise = {etcd::RangeQuery{.range = etcd::KeyRange::single(key), .keysOnly = true}}});
  if (!result.ok()) {
    if (!outcomeUnknown(result.status())) return refused(result.status());
    return {Kind::Unknown,
            fmt::format("outcome unknown, look again: {}", std::string(result.status().message())),
            {}};
  }
  if (result->succeeded) {
    return {Kind::Done,
            lease == etcd::kNoLease ? "the key is deleted" : "the key is deleted; its lease lives on",
            {}};
  }
  if (result->answers.empty() || result->answers.front().kvs.empty()) {
    return {Kind::Gone, "the key was gone already, cause unknown", {}};
  }
  return {
      Kind::Changed,
      fmt::format("the key was written anew meanwhile (create revision {} instead of {}); nothing was done",
                  result->answers.front().kvs.front().createRevision, createRevision),
      {}};
}

ActionOutcome Actions::audited(AuditEntry entry, const std::function<ActionOutcome()>& act) const {
  entry.when = absl::Now();
  entry.who = who_;
  entry.endpoint = client_->endpoint();
  entry.outcome = "begun";
  // What leaves no trace is not done.
  if (absl::Status written = audit_.append(entry); !written.ok()) return refused(written);
  if (onRemoval_) onRemoval_(entry.keys);
  ActionOutcome outcome = act();
  entry.when = absl::Now();
  entry.outcome = fmt::format("{}: {}", kindName(outcome.kind), outcome.message);
  if (absl::Status written = audit_.append(entry); !written.ok()) {
    outcome.message += fmt::format("; but {}", std::string(written.message()));
  }
  return outcome;
}

}  // namespace leasescope
