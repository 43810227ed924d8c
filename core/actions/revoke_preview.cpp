#include "core/actions/revoke_preview.h"

#include <utility>

namespace leasescope {
namespace {

/// The lock in whose queue the key stands; null when it stands in none.
std::shared_ptr<const Lock> lockOf(const Picture& picture, const std::string& key) {
  const auto record = picture.keys().find(key);
  if (record == picture.keys().end()) return nullptr;
  const auto name = contenderName(key, record->second.lease, record->second.value);
  return name ? picture.lock(std::string(name->lock)) : nullptr;
}

Picture without(Picture picture, const std::vector<std::string>& keys) {
  std::vector<etcd::Event> deletes;
  deletes.reserve(keys.size());
  for (const std::string& key : keys) {
    deletes.push_back(
        {.type = etcd::Event::Type::Delete, .kv = {.key = key, .modRevision = picture.revision() + 1}});
  }
  picture.apply(deletes, Moment());
  return picture;
}

}  // namespace

std::vector<RevokePreview::LockEffect> effectsOfRevoke(const Picture& before, LeaseId lease,
                                                       const std::vector<std::string>& keys) {
  using Role = RevokePreview::LockEffect::Role;
  const Picture after = without(before, keys);
  std::vector<RevokePreview::LockEffect> effects;
  for (const std::string& key : keys) {
    const auto lock = lockOf(before, key);
    if (lock == nullptr) continue;
    const Contender* holder = lock->holder();
    const bool holds = holder != nullptr && holder->key == key && holder->lease == lease;
    RevokePreview::LockEffect effect{
        .lock = lock->name, .key = key, .role = holds ? Role::Holder : Role::Waiter};
    const auto left = after.lock(lock->name);
    if (left != nullptr && left->holder() != nullptr) {
      effect.nextHolder = *left->holder();
      effect.staysHolder = holder != nullptr && holder->key == effect.nextHolder->key;
    }
    effects.push_back(std::move(effect));
  }
  return effects;
}

}  // namespace leasescope
