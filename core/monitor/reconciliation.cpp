#include "core/monitor/reconciliation.h"

#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {

void Reconciliation::begin() {
  underWay_ = true;
  deleted_.clear();
}

void Reconciliation::deleted(const std::string& key, Revision revision) {
  if (underWay_) deleted_[key] = revision;
}

Reconciliation::Difference Reconciliation::compare(const Listing& listing, const Picture& picture) {
  Difference difference;
  const auto differs = [&](const std::string& key, std::string_view how) {
    if (difference.keys++ == 0) difference.example = fmt::format("{} {}", printableKey(key), how);
  };
  std::size_t common = 0;
  for (const ListedKey& listed : listing.keys) {
    const auto known = picture.keys().find(listed.key);
    if (known == picture.keys().end()) {
      const auto gone = deleted_.find(listed.key);
      if (gone == deleted_.end() || gone->second <= listing.revision) differs(listed.key, "was missing");
      continue;
    }
    ++common;
    if (known->second.modRevision < listed.modRevision) differs(listed.key, "had changed");
  }
  // Only a key that the list lacks can be too much, and it is old: later ones came after the list.
  if (common < picture.keys().size()) {
    absl::flat_hash_set<std::string_view> there;
    for (const ListedKey& listed : listing.keys) there.insert(listed.key);
    for (const auto& [key, record] : picture.keys()) {
      if (record.modRevision <= listing.revision && !there.contains(key)) differs(key, "was there no more");
    }
  }
  underWay_ = false;
  deleted_.clear();
  return difference;
}

}  // namespace leasescope
