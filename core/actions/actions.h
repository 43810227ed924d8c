#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/actions/audit_log.h"
#include "core/etcd/client.h"
#include "core/picture/holder_identity.h"
#include "core/picture/lock.h"

namespace leasescope {

/// What revoking a lease would do, as of one moment.
struct RevokePreview {
  struct LockEffect {
    /// Blocker: in no queue of the lock, but below its name and older than all that are, so nobody holds it.
    enum class Role { Holder, Waiter, Blocker };
    std::string lock;
    std::string key;
    Role role = Role::Holder;
    /// Who holds the lock afterwards: the next in the queue, or whoever holds it anyway. Nobody: nullopt.
    std::optional<Contender> nextHolder;
    SharedIdentity nextIdentity;  // of whose lease that is; null: nobody says so, or it was not asked
    bool staysHolder = false;     // `nextHolder` holds it already
  };
  /// Locks that one of the keys may be in the way of, and of which that was not found out.
  struct Unseen {
    std::size_t locks = 0;
    std::string why;  // of the first; a clause without a full stop
  };
  LeaseId lease = etcd::kNoLease;
  std::uint64_t clusterId = 0;
  absl::Duration granted;
  absl::Duration remaining;
  SharedIdentity identity;             // null: whose it is is not said
  std::vector<std::string> keys;       // all that vanish, in byte order
  std::vector<LockEffect> locks;       // those in whose queue a key stands, then those that get free
  std::vector<std::string> otherKeys;  // those of `keys` that are in no lock's queue
  Unseen unseen;
};

/// "holder", "waiter", "blocker".
std::string_view roleName(RevokePreview::LockEffect::Role role);

/// What the deletion of one key does to locks.
struct ReleasePreview {
  std::string key;
  Revision createRevision = 0;
  LeaseId lease = etcd::kNoLease;                // stays; kNoLease: the key has none
  std::vector<RevokePreview::LockEffect> locks;  // in whose queue it stands, then those that get free
  /// False: it stands in no queue, and nobody waits for it.
  bool concernsLocks = false;
  RevokePreview::Unseen unseen;
};

/// How an action ended. Only Done and Gone are certain.
struct ActionOutcome {
  enum class Kind {
    Done,
    Gone,     // it did not exist any more: gone, cause unknown
    Changed,  // it is not what was shown; nothing was done
    Unknown,  // no answer: it may or may not have happened
    Refused,  // etcd or the audit file refused; nothing was done
  };
  Kind kind = Kind::Unknown;
  std::string message;                   // one line for a person
  std::optional<RevokePreview> preview;  // with Changed: what would vanish now
};

/// The changes that Leasescope makes to a cluster. Each looks again at the moment of the click, does no more
/// than what was confirmed, and leaves a line in the audit file. Blocks; any thread, but not the window's.
class Actions {
 public:
  /// Told the keys that a call may remove, before it is sent. Must not block.
  using OnRemoval = std::function<void(const std::vector<std::string>&)>;

  Actions(std::shared_ptr<etcd::Client> client, std::string etcdUser, AuditLog audit = AuditLog(),
          OnRemoval onRemoval = {});

  /// NotFound when there is no such lease.
  absl::StatusOr<RevokePreview> previewRevoke(LeaseId lease) const;
  /// Revokes the lease unless keys were attached since `confirmed` was made.
  ActionOutcome revoke(const RevokePreview& confirmed) const;
  /// NotFound when there is no such key.
  absl::StatusOr<ReleasePreview> previewRelease(const std::string& key) const;
  /// Deletes this one key if its create revision is still `createRevision`; its lease stays.
  ActionOutcome release(const std::string& key, Revision createRevision) const;

 private:
  ActionOutcome audited(AuditEntry entry, const std::function<ActionOutcome()>& act) const;
  absl::StatusOr<RevokePreview> lookAtKeys(LeaseId lease) const;
  absl::StatusOr<SharedIdentity> identityOf(LeaseId lease) const;
  absl::Status addLocks(RevokePreview& preview) const;
  void addUnblocked(RevokePreview& preview) const;
  void nameNextHolders(RevokePreview& preview) const;
  /// Whether this lock gets a holder when these keys, in byte order, vanish from below its name.
  absl::StatusOr<std::optional<RevokePreview::LockEffect>> unblocked(
      const std::string& lock, const std::vector<std::string>& vanishing) const;
  absl::StatusOr<bool> isInSomebodysWay(const std::string& key) const;
  ActionOutcome sendRevoke(LeaseId lease) const;
  ActionOutcome sendRelease(const std::string& key, Revision createRevision, LeaseId lease) const;

  const std::shared_ptr<etcd::Client> client_;
  const std::string who_;
  const AuditLog audit_;
  const OnRemoval onRemoval_;
};

}  // namespace leasescope
