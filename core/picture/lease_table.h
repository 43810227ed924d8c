#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/picture/change_set.h"
#include "core/picture/lease.h"
#include "core/picture/lock_table.h"
#include "core/picture/ttl_track.h"

namespace leasescope {

/// Which keys there are lists and events of.
enum class Watched { Everything, SomePrefixes };

/// All leases: those that keys are attached to, and those that a member lists. A part of Picture;
/// single-threaded.
class LeaseTable {
 public:
  using Identities = absl::flat_hash_map<LeaseId, SharedIdentity>;

  explicit LeaseTable(Watched watched) : watched_(watched) {}

  /// From a full list of keys, and what some of them say of the leases. What is known of TTLs stays.
  void restore(const KeyTable& keys, const Identities& identities, const Moment& now);
  void attach(LeaseId id, const std::string& key, const Moment& now);
  void detach(LeaseId id, const std::string& key, const Moment& now);
  /// `identity` null: the lease's key that said it is gone.
  void identify(LeaseId id, SharedIdentity identity, const Moment& now);

  /// A member's list that was asked for at `asked`. Leases without keys that it lacks are gone; those with
  /// keys stay, because the list may be old (etcd: LeaseLeases is not linearizable).
  void listed(const std::vector<LeaseId>& ids, const Moment& asked, const Moment& now);
  void sampled(LeaseId id, const TtlSample& sample);
  /// etcd does not know the lease (any more). If a member goes on listing it (etcd#14019), it is not taken
  /// for one for a minute; then it is asked about again.
  void notFound(LeaseId id, const Moment& now);
  /// Nobody watched for a while: what turns up next may be older.
  void missed() { knowsAll_ = false; }
  /// Time was lost (a machine that was stopped as a whole): all TTLs are unknown until they are sampled
  /// again.
  void forgetTtls();

  /// As LockTable::takeChanges.
  void takeChanges(ChangeSet& out);

  /// The saw-tooth of one lease; empty when unknown.
  std::vector<TtlPoint> history(LeaseId id) const;
  std::optional<absl::Duration> remaining(LeaseId id, const Moment& now) const;
  /// That of its identity counts.
  bool hasKeys(LeaseId id) const;
  std::size_t size() const { return leases_.size(); }
  /// Leases that a member goes on listing although etcd does not know them (etcd#14019); sorted.
  std::vector<LeaseId> phantoms() const;
  /// The ids that are known; in no order.
  std::vector<LeaseId> ids() const;

 private:
  struct Entry {
    absl::btree_set<std::string> keys;
    std::shared_ptr<const std::vector<std::string>> publishedKeys;  // null: to be made anew
    SharedIdentity identity;
    TtlTrack track;
    Since firstSeen;
    bool listed = false;
    Moment lastDetach;  // of a key; a list that was asked for before it says nothing about this lease

    bool hasKeys() const { return identity != nullptr || !keys.empty(); }
  };
  Entry& entryOf(LeaseId id, const Moment& now);
  std::shared_ptr<const Lease> publish(LeaseId id, Entry& entry) const;
  std::size_t pointsPerLease() const;

  bool isPhantom(LeaseId id, const Moment& asked, const Moment& now);

  Watched watched_;
  absl::flat_hash_map<LeaseId, Entry> leases_;
  /// A lease without keys that etcd did not find although it had listed it.
  struct Phantom {
    Moment notFound;
    std::optional<Moment> listed;  // again, by a list that was asked for after that
    bool listedAgain = false;      // and by one more: a member may be behind for a moment
  };
  absl::flat_hash_map<LeaseId, Phantom> phantoms_;
  absl::flat_hash_set<LeaseId> changed_;
  bool knowsAll_ = false;  // a list was seen, so a lease that turns up now is new
};

}  // namespace leasescope
