#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"
#include "core/picture/change_set.h"
#include "core/picture/contender_name.h"
#include "core/picture/lock.h"

namespace leasescope {

/// What etcd says of one key.
struct KeyRecord {
  Revision createRevision = 0;
  Revision modRevision = 0;
  std::int64_t version = 0;
  LeaseId lease = etcd::kNoLease;
  ValueKind value = ValueKind::Unknown;
  Since since;
};

using KeyTable = absl::btree_map<std::string, KeyRecord>;

/// The queues of all locks, kept in step with the keys. A part of Picture; single-threaded.
///
/// Each lock knows all keys below its prefix, not only its own contenders, because etcd's clients wait for
/// whatever is older there. Cost of one key: a look-up for every '/' in it.
class LockTable {
 public:
  /// From a full list. Holders that still hold keep the moment since when.
  void restore(const KeyTable& keys, const Moment& now);

  /// The key is in `keys` already.
  void add(const KeyTable& keys, const std::string& key, const KeyRecord& record);
  /// The key is still in `keys`.
  void remove(const std::string& key, const KeyRecord& record);
  /// The key was put again: same place in the queue, maybe another lease or value.
  void update(const KeyTable& keys, const std::string& key, const KeyRecord& before, const KeyRecord& after);

  /// Says what the revision that was just applied did to the locks, at `when` or, if that is not exact,
  /// before. `ranOut` tells whether a lease had reached the end of its TTL.
  void finishRevision(const KeyTable& keys, Revision revision, const Since& when,
                      const std::function<bool(LeaseId)>& ranOut, std::vector<Happening>& out);

  /// Adds to `out` the locks that changed since the last call (all of them when `out.complete`), and the
  /// names of those that are gone.
  void takeChanges(const KeyTable& keys, ChangeSet& out);

  /// nullptr when there is no such lock.
  std::shared_ptr<const Lock> find(const KeyTable& keys, const std::string& name) const;
  std::size_t size() const { return locks_.size(); }

 private:
  using Place = std::pair<Revision, std::string>;
  struct Entry {
    /// Contenders; null: joined or changed since the last look.
    absl::btree_map<Place, SharedContender> own;
    absl::btree_set<Place> all;   // every key below the prefix
    std::optional<Place> holder;  // as of the last finished revision
    Since heldSince;
  };
  struct Mover {
    Place place;
    LeaseId lease = etcd::kNoLease;
  };
  /// What the revision that is being applied does to one lock.
  struct Touched {
    std::optional<Place> holderBefore;
    std::vector<Mover> left;
    std::vector<Mover> joined;
  };
  using Locks = std::map<std::string, Entry, std::less<>>;

  template <class Visit>
  void forEachLockAbove(std::string_view key, Visit&& visit);
  Entry& entryOf(const KeyTable& keys, const std::string& name);
  Touched& touch(const std::string& name);
  static std::optional<Place> holderOf(const Entry& entry);
  static void describe(const std::string& name, const Touched& change, const std::optional<Place>& holder,
                       const KeyTable& keys, const std::function<bool(LeaseId)>& ranOut, Happening base,
                       std::vector<Happening>& out);
  static void forget(Entry& entry, const Place& place);
  static void forgetNext(Entry& entry, const Place& place);
  static SharedContender contenderAt(const KeyTable& keys, const Entry& entry, const Place& place);
  static void renew(const KeyTable& keys, Entry& entry);
  static void keepSame(const KeyTable& keys, Entry& entry, const Entry& before);
  static std::shared_ptr<const Lock> build(const KeyTable& keys, const std::string& name, const Entry& entry);

  Locks locks_;
  absl::flat_hash_set<std::string> changed_;
  std::map<std::string, Touched> touched_;
};

}  // namespace leasescope
