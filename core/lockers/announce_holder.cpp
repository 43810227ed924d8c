#include "core/lockers/announce_holder.h"

#include <unistd.h>

#include <array>
#include <utility>

#include "absl/time/clock.h"
#include "core/picture/holder_identity.h"

namespace leasescope {
namespace {

std::string hostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

void announceHolder(etcd::Client& client, etcd::LeaseId lease, std::string service) {
  const HolderIdentity identity{.host = hostName(),
                                .pid = getpid(),
                                .thread = std::to_string(gettid()),
                                .service = std::move(service),
                                .since = absl::Now()};
  client.put({.key = identityKey(lease), .value = identityJson(identity), .lease = lease})
      .status()
      .IgnoreError();
}

}  // namespace leasescope
