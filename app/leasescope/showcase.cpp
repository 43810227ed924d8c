#include "app/leasescope/showcase.h"

#include "spdlog/spdlog.h"
#include "ui/bridge/cluster_link.h"

namespace leasescope {
namespace {

void reportFailure(const absl::Status& status) {
  if (!status.ok()) spdlog::error("showcase: {}", std::string(status.message()));
}

}  // namespace

void startShowcase(ui::ClusterLink& link) {
  const LockerSpec specs[] = {
      {.behaviour = Behaviour::NeverUnlocks,
       .lock = "/jobs/nightly-billing",
       .count = 5,
       .ttl = absl::Seconds(15)},
      {.behaviour = Behaviour::WellBehaved, .lock = "/orders/shard-17", .count = 2, .work = absl::Seconds(2)},
      {.behaviour = Behaviour::NeverUnlocks, .lock = "/orders/shard-18", .ttl = absl::Seconds(30)},
      {.behaviour = Behaviour::LeakSession, .lock = "/sync/tenant-042", .count = 2, .ttl = absl::Seconds(5)},
      {.behaviour = Behaviour::Deadlock, .lock = "/accounts/42", .ttl = absl::Seconds(10)},
      {.behaviour = Behaviour::GivesUp, .lock = "/jobs/nightly-billing"},
  };
  for (const LockerSpec& spec : specs) link.spawnLockers(spec, reportFailure);
  link.startDemo({}, reportFailure);
}

}  // namespace leasescope
