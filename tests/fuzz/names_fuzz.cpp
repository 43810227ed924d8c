#include <cstddef>
#include <cstdint>
#include <string>

#include "core/etcd/lease_id.h"
#include "core/picture/contender_name.h"
#include "core/picture/key_text.h"
#include "tests/fuzz/require.h"

using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of one function

/// Any key, under the lease that its name may say or under another: taken apart it is put together again, and
/// what is shown of it is text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string key(reinterpret_cast<const char*>(bytes), size);
  const auto slash = key.rfind('/');
  const auto named = etcd::leaseFromCanonicalHex(slash == std::string::npos ? key : key.substr(slash + 1));
  if (named) {
    require(key.ends_with(etcd::leaseHex(*named)), "a lease is written as it was read");
    const auto typed = etcd::parseLeaseId(etcd::leaseHex(*named));
    require(typed.ok() && *typed == *named, "what is shown of a lease can be typed");
  }
  for (const etcd::LeaseId lease : {etcd::kNoLease, named.value_or(1), etcd::LeaseId{1}}) {
    for (const ValueKind value : {ValueKind::Empty, ValueKind::Present, ValueKind::Unknown}) {
      const auto name = contenderName(key, lease, value);
      if (!name) continue;
      require(std::string(name->lock) + "/" + etcd::leaseHex(name->lease) == key, "a lock key is name/lease");
      require(mayBeContender(key), "its value is worth reading");
    }
  }
  const std::string printable = printableKey(key);
  require(isValidUtf8(printable) && isValidUtf8(validUtf8(key)), "what is shown is UTF-8");
  require(printableKey(printable) == printable, "what is shown stays as it is");
  require(!isValidUtf8(key) || validUtf8(key) == key, "text is left alone");
  return 0;
}
