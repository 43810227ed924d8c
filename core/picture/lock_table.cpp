#include "core/picture/lock_table.h"

#include <iterator>

namespace leasescope {
namespace {

Lock::Kind kindOf(ValueKind value) {
  if (value == ValueKind::Empty) return Lock::Kind::Mutex;
  return value == ValueKind::Present ? Lock::Kind::Election : Lock::Kind::Unknown;
}

}  // namespace

template <class Visit>
void LockTable::forEachLockAbove(std::string_view key, Visit&& visit) {
  for (auto slash = key.find('/'); slash != std::string_view::npos; slash = key.find('/', slash + 1)) {
    const auto found = locks_.find(key.substr(0, slash));
    if (found != locks_.end()) visit(found->first, found->second);
  }
}

std::optional<LockTable::Place> LockTable::holderOf(const Entry& entry) {
  if (entry.own.empty() || entry.own.begin()->first != *entry.all.begin()) return std::nullopt;
  return entry.own.begin()->first;
}

LockTable::Touched& LockTable::touch(const std::string& name) {
  changed_.insert(name);
  const auto [it, fresh] = touched_.try_emplace(name);
  if (fresh) {
    const auto lock = locks_.find(name);
    if (lock != locks_.end()) it->second.holderBefore = lock->second.holder;
  }
  return it->second;
}

LockTable::Entry& LockTable::entryOf(const KeyTable& keys, const std::string& name) {
  const auto [it, fresh] = locks_.try_emplace(name);
  if (fresh) {
    const std::string prefix = name + "/";
    for (auto key = keys.lower_bound(prefix); key != keys.end() && key->first.starts_with(prefix); ++key) {
      it->second.all.emplace(key->second.createRevision, key->first);
    }
  }
  return it->second;
}

void LockTable::restore(const KeyTable& keys, const Moment& now) {
  const Locks before = std::exchange(locks_, {});
  for (const auto& [key, record] : keys) {
    const auto name = contenderName(key, record.lease, record.value);
    if (name) entryOf(keys, std::string(name->lock)).own.emplace(Place(record.createRevision, key), nullptr);
  }
  for (auto& [name, entry] : locks_) {
    entry.holder = holderOf(entry);
    const auto old = before.find(name);
    if (old != before.end()) keepSame(keys, entry, old->second);
    const bool same = old != before.end() && entry.holder && old->second.holder == entry.holder;
    entry.heldSince = same ? old->second.heldSince : Since{.moment = now, .exact = false};
  }
  changed_.clear();
  touched_.clear();
}

void LockTable::add(const KeyTable& keys, const std::string& key, const KeyRecord& record) {
  const Place place(record.createRevision, key);
  if (const auto name = contenderName(key, record.lease, record.value)) {
    const std::string lock(name->lock);
    touch(lock).joined.push_back({place, record.lease});
    entryOf(keys, lock).own.emplace(place, nullptr);
  }
  forEachLockAbove(key, [&](const std::string& name, Entry& entry) {
    touch(name);
    entry.all.insert(place);
    forgetNext(entry, place);
  });
}

void LockTable::remove(const std::string& key, const KeyRecord& record) {
  const Place place(record.createRevision, key);
  if (const auto name = contenderName(key, record.lease, record.value)) {
    const auto lock = locks_.find(name->lock);
    touch(lock->first).left.push_back({place, record.lease});
    lock->second.own.erase(place);
    if (lock->second.own.empty()) locks_.erase(lock);
  }
  forEachLockAbove(key, [&](const std::string& name, Entry& entry) {
    touch(name);
    entry.all.erase(place);
    forgetNext(entry, place);
  });
}

void LockTable::update(const KeyTable& keys, const std::string& key, const KeyRecord& before,
                       const KeyRecord& after) {
  const bool was = contenderName(key, before.lease, before.value).has_value();
  const bool is = contenderName(key, after.lease, after.value).has_value();
  if (was != is) {
    remove(key, before);
    add(keys, key, after);
  } else {
    const Place place(after.createRevision, key);
    forEachLockAbove(key, [&](const std::string& name, Entry& entry) {
      touch(name);
      if (before.lease == after.lease) return;  // the value tells only what kind of lock it is
      forget(entry, place);
      forgetNext(entry, place);
    });
  }
}

void LockTable::finishRevision(const KeyTable& keys, Revision revision, const Since& when,
                               const std::function<bool(LeaseId)>& ranOut, std::vector<Happening>& out) {
  for (const auto& [name, change] : touched_) {
    const auto lock = locks_.find(name);
    const std::optional<Place> holder = lock == locks_.end() ? std::nullopt : holderOf(lock->second);
    describe(name, change, holder, keys, ranOut,
             {.at = when.moment, .missed = !when.exact, .revision = revision, .lock = name}, out);
    if (lock == locks_.end()) continue;
    if (holder != change.holderBefore) lock->second.heldSince = when;
    lock->second.holder = holder;
  }
  touched_.clear();
}

void LockTable::describe(const std::string& name, const Touched& change, const std::optional<Place>& holder,
                         const KeyTable& keys, const std::function<bool(LeaseId)>& ranOut, Happening base,
                         std::vector<Happening>& out) {
  const auto say = [&](Happening::Type type, const Place& place, LeaseId lease) {
    base.type = type;
    base.lock = name;
    base.key = place.second;
    base.lease = lease;
    base.createRevision = place.first;
    out.push_back(base);
  };
  for (const Mover& mover : change.left) {
    if (mover.place != change.holderBefore) {
      say(Happening::Type::LeftQueue, mover.place, mover.lease);
    } else {
      say(ranOut(mover.lease) ? Happening::Type::Expired : Happening::Type::Released, mover.place,
          mover.lease);
    }
  }
  bool holderIsNew = false;
  for (const Mover& mover : change.joined) {
    const bool holds = mover.place == holder;
    holderIsNew = holderIsNew || holds;
    say(holds ? Happening::Type::Acquired : Happening::Type::Queued, mover.place, mover.lease);
  }
  if (holder && holder != change.holderBefore && !holderIsNew) {
    say(Happening::Type::HandedOver, *holder, keys.at(holder->second).lease);
  }
}

void LockTable::forget(Entry& entry, const Place& place) {
  if (const auto own = entry.own.find(place); own != entry.own.end()) own->second = nullptr;
}

/// Whoever stands behind this place waits for another key now, or for one with another lease.
void LockTable::forgetNext(Entry& entry, const Place& place) {
  if (const auto next = entry.all.upper_bound(place); next != entry.all.end()) forget(entry, *next);
}

SharedContender LockTable::contenderAt(const KeyTable& keys, const Entry& entry, const Place& place) {
  const KeyRecord& record = keys.at(place.second);
  auto contender = std::make_shared<Contender>(
      Contender{.key = place.second,
                .lease = record.lease,
                .nameLease = contenderName(place.second, record.lease, record.value)->lease,
                .createRevision = record.createRevision,
                .since = record.since,
                .waitsOn = {}});
  if (const auto at = entry.all.find(place); at != entry.all.begin()) {
    contender->waitsOn = std::prev(at)->second;
    contender->waitsOnLease = keys.at(contender->waitsOn).lease;
  }
  return contender;
}

void LockTable::renew(const KeyTable& keys, Entry& entry) {
  for (auto& [place, contender] : entry.own) {
    if (!contender) contender = contenderAt(keys, entry, place);
  }
}

/// After a new list: whoever is as before stays the same object.
void LockTable::keepSame(const KeyTable& keys, Entry& entry, const Entry& before) {
  for (auto& [place, contender] : entry.own) {
    const auto known = before.own.find(place);
    if (known == before.own.end() || !known->second) continue;
    contender = contenderAt(keys, entry, place);
    if (*contender == *known->second) contender = known->second;
  }
}

std::shared_ptr<const Lock> LockTable::build(const KeyTable& keys, const std::string& name,
                                             const Entry& entry) {
  auto lock = std::make_shared<Lock>();
  lock->name = name;
  lock->heldSince = entry.heldSince;
  lock->queue.reserve(entry.own.size());
  for (const auto& [place, contender] : entry.own) {
    lock->queue.push_back(contender ? contender : contenderAt(keys, entry, place));
  }
  lock->kind = kindOf(keys.at(lock->queue.front()->key).value);
  if (!holderOf(entry)) {
    const Place& first = *entry.all.begin();
    const KeyRecord& record = keys.at(first.second);
    lock->blocker = {
        .key = first.second, .lease = record.lease, .createRevision = first.first, .since = record.since};
  }
  return lock;
}

void LockTable::takeChanges(const KeyTable& keys, ChangeSet& out) {
  const auto put = [&](const std::string& name, Entry& entry) {
    renew(keys, entry);
    out.locks.push_back(build(keys, name, entry));
  };
  if (out.complete) {
    for (auto& [name, entry] : locks_) put(name, entry);
  } else {
    for (const std::string& name : changed_) {
      const auto lock = locks_.find(name);
      if (lock == locks_.end()) {
        out.removedLocks.push_back(name);
      } else {
        put(name, lock->second);
      }
    }
  }
  changed_.clear();
}

std::shared_ptr<const Lock> LockTable::find(const KeyTable& keys, const std::string& name) const {
  const auto lock = locks_.find(name);
  return lock == locks_.end() ? nullptr : build(keys, name, lock->second);
}

}  // namespace leasescope
