#pragma once

#include <optional>

#include <QString>

#include "core/picture/lease.h"
#include "core/picture/lock.h"
#include "ui/theme/theme.h"

/// What a lock or a lease is called, decided in one place.
namespace leasescope::ui {

/// In the order of how much they need somebody's attention, the calm ones first.
enum class LockState {
  Held,
  Election,
  Busy,      // somebody waits
  Unknown,   // the holder's lease was not sampled lately
  Expiring,  // less than a third of the holder's TTL is left
  Expired,   // the holder's TTL is over, its lease not yet removed
  NoLease,   // the holder's key has no lease: it never ends by itself
  Blocked,   // the queue waits for a key that is no contender; nobody holds
  // What only a finding tells, never lockState():
  Stuck,       // nobody gets it any more: its queue or the lock itself was found to be
  Deadlocked,  // its holder waits for somebody who waits for it
};

/// `lease` is the holder's; null when it isn't known.
LockState lockState(const Lock& lock, const Lease* lease, const Moment& now);

QString stateWord(LockState state);
QString stateWord(LeaseState state);
/// A sentence that says what the word means.
QString stateMeaning(LockState state);
QString stateMeaning(LeaseState state);
Tone stateTone(LockState state);
Tone stateTone(LeaseState state);

/// Who holds the lock when its holder's key goes, and with it the other keys of that lease if that ends, too;
/// null: nobody, because nobody waits or one more key is in the way of all who do.
const Contender* nextHolder(const Lock& lock, LeaseId ended = etcd::kNoLease);

/// "holder", "waits on f1c3": what a contender does.
QString placeText(const Lock& lock, std::size_t position);

}  // namespace leasescope::ui
