#include <cstddef>
#include <cstdint>
#include <string>

#include "core/etcd/connection_options.h"
#include "core/etcd/lease_id.h"
#include "tests/fuzz/require.h"

using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of one function

/// What a person types: refused with a reason, or understood in one way.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  for (const bool tls : {false, true}) {
    const auto endpoint = etcd::parseEndpoint(text, tls);
    if (!endpoint.ok()) {
      require(!endpoint.status().message().empty(), "a refusal has a reason");
      continue;
    }
    const auto again =
        etcd::parseEndpoint((endpoint->tls ? "https://" : "http://") + endpoint->address, !tls);
    require(again.ok() && *again == *endpoint, "an endpoint is what it is with its scheme");
  }
  const auto lease = etcd::parseLeaseId(text);
  if (lease.ok()) {
    require(*lease != etcd::kNoLease, "no lease is no lease id");
    const auto again = etcd::parseLeaseId(etcd::leaseHex(*lease));
    require(again.ok() && *again == *lease, "a lease id is read back");
  }
  return 0;
}
