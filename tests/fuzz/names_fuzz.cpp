#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <fuzzer/FuzzedDataProvider.h>
#include <nlohmann/json.hpp>

#include "core/etcd/lease_id.h"
#include "core/etcd/lock_name.h"
#include "core/picture/contender_name.h"
#include "core/picture/holder_identity.h"
#include "core/picture/key_text.h"
#include "tests/fuzz/require.h"

namespace leasescope {
namespace {

using etcd::LeaseId;

bool hasControlCharacter(const std::string& text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

void checkContender(const std::string& key, LeaseId lease, ValueKind value) {
  const auto name = contenderName(key, lease, value);
  if (!name) return;
  require(mayBeContender(key), "what is a contender may be one");
  require(std::string(name->lock) + "/" + etcd::leaseHex(name->lease) == key, "a name is its two parts");
  require(name->lease == lease || value == ValueKind::Empty, "it is attached, or looks as if it had been");
}

void checkLock(const std::string& lock, LeaseId lease) {
  if (lease == etcd::kNoLease) return;
  const std::string key = lock + "/" + etcd::leaseHex(lease);
  if (isIdentityKey(key)) return;
  const auto name = contenderName(key, lease, ValueKind::Empty);
  require(name && name->lock == lock && name->lease == lease, "a client's key is taken apart as it was made");
  if (etcd::checkLockName(lock).ok()) {
    require(!lock.empty() && !hasControlCharacter(lock), "a lock that may be taken can be seen");
  }
}

void checkLeaseId(const std::string& text, LeaseId lease) {
  if (lease != etcd::kNoLease) {
    require(etcd::leaseFromCanonicalHex(etcd::leaseHex(lease)) == lease, "hex is read as it was written");
    const auto typed = etcd::parseLeaseId(etcd::leaseHex(lease));
    require(typed.ok() && *typed == lease, "what is shown can be typed");
  }
  if (const auto canonical = etcd::leaseFromCanonicalHex(text)) {
    require(etcd::leaseHex(*canonical) == text, "only what leaseHex writes is canonical");
  }
  if (const auto typed = etcd::parseLeaseId(text); typed.ok()) {
    require(*typed != etcd::kNoLease, "what was typed is a lease");
  }
}

void checkText(const std::string& key) {
  const std::string valid = validUtf8(key);
  const std::string printable = printableKey(key);
  require(isValidUtf8(valid) && isValidUtf8(printable), "texts are UTF-8");
  require(nlohmann::json(valid).dump() == nlohmann::json(validUtf8(valid)).dump(), "JSON takes the text");
  require(validUtf8(valid) == valid && printableKey(printable) == printable, "twice is as once");
  require((valid == key) == isValidUtf8(key), "what is UTF-8 stays as it is");
  require(!hasControlCharacter(printable), "nothing moves the terminal's cursor");
}

}  // namespace
}  // namespace leasescope

/// Any key, lease and typed text: taken apart it is put together again, and what is shown of it is text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of one function
  FuzzedDataProvider data(bytes, size);
  const auto lease = data.ConsumeIntegral<etcd::LeaseId>();
  const auto value = data.PickValueInArray({ValueKind::Unknown, ValueKind::Empty, ValueKind::Present});
  const std::string text = data.ConsumeRemainingBytesAsString();
  checkContender(text, lease, value);
  const auto slash = text.rfind('/');
  checkContender(text, etcd::leaseFromCanonicalHex(text.substr(slash + 1)).value_or(lease), value);
  checkLock(text, lease);
  checkLeaseId(text, lease);
  checkText(text);
  return 0;
}
