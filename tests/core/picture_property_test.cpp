#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/picture/picture.h"
#include "tests/support/any_history.h"
#include "tests/support/picture_mirror.h"

namespace leasescope {
namespace {

/// Adds a key to the queue of its lock, behind all keys below the lock's prefix that are older.
void enqueue(Lock& lock, Contender contender, const std::vector<ListedKey>& oldestFirst) {
  for (const ListedKey& other : oldestFirst) {
    if (other.key == contender.key) break;
    if (!other.key.starts_with(lock.name + "/")) continue;
    if (contender.waitsOn.empty() && lock.queue.empty()) {
      lock.blocker = {other.key, other.lease, other.createRevision};
    }
    contender.waitsOn = other.key;
    contender.waitsOnLease = other.lease;
  }
  lock.queue.push_back(std::make_shared<const Contender>(std::move(contender)));
}

/// Straight from etcd's rules (etcd: client/v3/concurrency/mutex.go): slow and plain.
Mirror byTheRules(const Listing& listing) {
  Mirror mirror;
  std::map<std::string, Lock> locks;
  std::vector<ListedKey> oldestFirst = listing.keys;
  std::ranges::sort(oldestFirst, {},
                    [](const ListedKey& key) { return std::pair(key.createRevision, key.key); });
  for (const ListedKey& key : oldestFirst) {
    const auto name = contenderName(key.key, key.lease, key.value);
    if (!name) continue;
    Lock& lock = locks[std::string(name->lock)];
    lock.name = name->lock;
    Contender contender{
        .key = key.key, .lease = key.lease, .nameLease = name->lease, .createRevision = key.createRevision};
    if (lock.queue.empty())
      lock.kind = key.value == ValueKind::Empty ? Lock::Kind::Mutex : Lock::Kind::Election;
    enqueue(lock, std::move(contender), oldestFirst);
  }
  for (const auto& [name, lock] : locks) mirror.locks[name] = inWords(lock);
  for (const ListedKey& key : listing.keys) {
    if (key.lease == etcd::kNoLease) continue;
    std::string& words = mirror.leases[key.lease];
    if (words.empty()) words = etcd::leaseHex(key.lease) + ":";
    if (key.key != identityKey(key.lease)) words += " " + key.key;
  }
  for (const ListedKey& key : listing.keys) {  // said last
    if (key.lease == etcd::kNoLease || key.key != identityKey(key.lease)) continue;
    mirror.leases[key.lease] += key.identity.empty() ? " by unknown" : " by text";
  }
  return mirror;
}

RC_GTEST_PROP(APicture, fromAListSaysWhatEtcdsRulesSay, ()) {
  History history;
  for (const Transaction& transaction : *anyHistory()) {
    history.commit(transaction);
    RC_ASSERT(everythingOf(history.listing()) == byTheRules(history.listing()));
  }
}

RC_GTEST_PROP(APicture, fromAListAndEventsIsThatOfTheListAtTheEnd, ()) {
  const std::vector<Transaction> transactions = *anyHistory();
  const auto split = *rc::gen::inRange<std::size_t>(0, transactions.size() + 1);
  const auto known = *rc::gen::inRange<std::size_t>(0, split + 1);  // events from here on come anyway
  History history;
  Picture followed;
  followed.restore(history.listing(), at(0));
  std::vector<etcd::Event> events;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    const auto more = history.commit(transactions[i]);
    if (i >= known) events.insert(events.end(), more.begin(), more.end());
    if (i + 1 == split) followed.restore(history.listing(), at(0));
    if (i < split || *rc::gen::arbitrary<bool>()) continue;
    followed.apply(events, at(1));
    events.clear();
  }
  followed.apply(events, at(1));
  Picture listed;
  listed.restore(history.listing(), at(2));

  RC_ASSERT(keysOf(followed) == keysOf(listed));
  RC_ASSERT(followed.revision() == listed.revision());
  RC_ASSERT(followed.lockCount() == listed.lockCount());
  Mirror mirror;
  mirror.apply(followed.takeChanges());
  mirror.dropLeasesWithoutKeys();
  RC_ASSERT(mirror == everythingOf(history.listing()));
}

RC_GTEST_PROP(APicture, tellsTheSameStoryHoweverTheRevisionsAreCut, ()) {
  History history;
  Picture oneByOne;
  Picture cut;
  std::vector<etcd::Event> events;
  for (const Transaction& transaction : *anyHistory()) {
    const auto more = history.commit(transaction);
    oneByOne.apply(more, at(1));
    events.insert(events.end(), more.begin(), more.end());
    if (*rc::gen::arbitrary<bool>()) continue;
    cut.apply(events, at(1));
    events.clear();
  }
  cut.apply(events, at(1));
  const ChangeSet expected = oneByOne.takeChanges();
  const ChangeSet changes = cut.takeChanges();
  RC_ASSERT(inWords(changes.happenings) == inWords(expected.happenings));
  RC_ASSERT(changes.revision == expected.revision);
}

RC_GTEST_PROP(APicture, mayBeFollowedByItsChangeSetsAlone, ()) {
  History history;
  Picture picture;
  Mirror mirror;
  Mirror late;  // hears of everything from a backlog, now and then
  ChangeBacklog backlog;
  for (const Transaction& transaction : *anyHistory()) {
    picture.apply(history.commit(transaction), at(1));
    switch (*rc::gen::inRange(0, 12)) {
      case 0:
        picture.restore(history.listing(), at(1));
        break;
      case 1:
        picture.leasesListed({0x1f, 0x77}, at(2), at(2));
        break;
      case 2:
        picture.leaseNotFound(*rc::gen::elementOf(kLeases), at(1));
        break;
      case 3:
        late.apply(backlog.take());
        break;
      default:
        break;
    }
    if (*rc::gen::arbitrary<bool>()) continue;
    ChangeSet changes = picture.takeChanges();
    mirror.apply(changes);
    backlog.add(std::move(changes));
  }
  ChangeSet last = picture.takeChanges();
  mirror.apply(last);
  backlog.add(std::move(last));
  late.apply(backlog.take());
  RC_ASSERT(mirror == late);
  RC_ASSERT(mirror.leases.size() == picture.leases().size());
  mirror.dropLeasesWithoutKeys();
  RC_ASSERT(mirror == everythingOf(history.listing()));
}

RC_GTEST_PROP(APicture, doesNotChangeByEventsThatItKnowsAlready, ()) {
  History history;
  Picture picture;
  std::vector<etcd::Event> last;
  for (const Transaction& transaction : *anyHistory()) {
    last = history.commit(transaction);
    picture.apply(last, at(1));
    picture.takeChanges();
    std::erase_if(last, [](const etcd::Event& event) { return event.type == etcd::Event::Type::Delete; });
    picture.apply(last, at(2));
    RC_ASSERT(picture.takeChanges().empty());
  }
}

RC_GTEST_PROP(APicture, tellsAStoryThatFitsItsLocks, ()) {
  History history;
  Picture picture;
  std::map<std::string, std::string> holders;  // by the happenings alone
  for (const Transaction& transaction : *anyHistory()) {
    picture.apply(history.commit(transaction), at(1));
    for (const Happening& happening : picture.takeChanges().happenings) {
      RC_ASSERT(happening.revision == history.revision());
      using Type = Happening::Type;
      if (happening.type == Type::Acquired || happening.type == Type::HandedOver) {
        RC_ASSERT(!holders.contains(happening.lock));
        holders[happening.lock] = happening.key;
      } else if (happening.type == Type::Released || happening.type == Type::Expired) {
        RC_ASSERT(holders[happening.lock] == happening.key);
        holders.erase(happening.lock);
      }
    }
    for (const auto& [name, words] : everythingOf(history.listing()).locks) {
      const auto lock = picture.lock(name);
      const std::string holder = lock->holder() == nullptr ? "" : lock->holder()->key;
      RC_ASSERT((holders.contains(name) ? holders[name] : "") == holder);
    }
  }
}

}  // namespace
}  // namespace leasescope
