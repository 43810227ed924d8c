#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/etcd/types.h"
#include "core/picture/moment.h"

namespace leasescope {

using etcd::LeaseId;
using etcd::Revision;

/// When something began. etcd stores no times: what was there at the first look is only known to be at
/// least that old.
struct Since {
  Moment moment;
  bool exact = false;  // seen to happen; otherwise "at least since"

  bool operator==(const Since&) const = default;
};

/// One key in a lock's queue.
struct Contender {
  std::string key;
  LeaseId lease = etcd::kNoLease;      // what the key is attached to; etcd's word, not the name's
  LeaseId nameLease = etcd::kNoLease;  // what the key's last segment says
  Revision createRevision = 0;         // of the holder: the fencing token
  Since since;                         // in the queue
  /// The key whose removal this one waits for: the newest below the lock's prefix that is older than this
  /// one. Empty when there is none. May be a key of a nested lock or one that is no contender at all.
  std::string waitsOn;
  LeaseId waitsOnLease = etcd::kNoLease;  // of that key

  bool hasLease() const { return lease != etcd::kNoLease; }
  /// Its session waits; a key without a lease belongs to none.
  bool waits() const { return hasLease() && !waitsOn.empty(); }
  /// The key never ends by itself, or was put again under another lease than its name says.
  bool mismatched() const { return lease != nameLease; }
  bool operator==(const Contender&) const = default;
};
using SharedContender = std::shared_ptr<const Contender>;

/// In order of create revision. Very many may stand in a queue and most changes concern few of them: whoever
/// a change does not concern is the same object before and after it.
using Queue = std::vector<SharedContender>;

/// A key below a lock's prefix that is older than all its contenders and none of them: clients of this lock
/// wait for it although it is not theirs (etcd: Mutex looks at the whole prefix).
struct Blocker {
  std::string key;
  LeaseId lease = etcd::kNoLease;
  Revision createRevision = 0;
  Since since;  // when the key is there
};

/// A lock's queue at one revision. Immutable once published.
struct Lock {
  enum class Kind {
    Mutex,     // the keys hold no value
    Election,  // the keys hold the candidates' proposals
    Unknown,   // the value was not read
  };

  std::string name;
  Kind kind = Kind::Unknown;
  Queue queue;
  std::optional<Blocker> blocker;  // set: nobody in the queue holds the lock
  Since heldSince;                 // since the present holder holds; meaningless without a holder

  const Contender* holder() const { return blocker || queue.empty() ? nullptr : queue.front().get(); }
  /// The longest waiting first.
  std::span<const SharedContender> waiters() const {
    return std::span(queue).subspan(holder() != nullptr ? 1 : 0);
  }
  std::size_t waiterCount() const { return waiters().size(); }
  /// Whose key the one at this place waits for; null: for none, or for one that is no contender of this lock.
  const Contender* waitedForAt(std::size_t place) const {
    const bool waits = place > 0 && queue[place - 1]->key == queue[place]->waitsOn;
    return waits ? queue[place - 1].get() : nullptr;
  }
  /// Whose key all of them wait for, the holder's or the blocker's. kNoLease: that key has none, or there is
  /// no key.
  LeaseId leaseInTheWay() const {
    if (blocker) return blocker->lease;
    return queue.empty() ? etcd::kNoLease : queue.front()->lease;
  }
};

/// "mutex", "election" or "unknown": what scripts call it.
std::string_view lockKindName(Lock::Kind kind);

}  // namespace leasescope
