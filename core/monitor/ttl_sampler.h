#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "core/etcd/client.h"
#include "core/monitor/rate_meter.h"
#include "core/monitor/ttl_schedule.h"
#include "core/picture/picture.h"

namespace leasescope {

/// Puts one answer to LeaseTimeToLive into a picture. An error leaves the lease as it was: when nothing newer
/// comes its TTL becomes unknown by itself.
void takeIn(Picture& picture, LeaseId id, const absl::StatusOr<etcd::LeaseTtl>& answer, const Moment& sent,
            const Moment& received);

/// Asks for the TTLs of a picture's leases, those that are due and within the budget, a few at a time, and
/// puts the answers into the picture. Single-threaded: what comes on gRPC's threads is handed to `post`.
class TtlSampler {
 public:
  struct Options {
    int callsPerSecond = 0;                           // at most; 0: nothing is ever asked
    std::function<void(std::function<void()>)> post;  // runs a job on the thread of the picture
    std::function<void()> onAnswer;                   // a member has answered; on that thread, too
  };
  TtlSampler(std::shared_ptr<etcd::Client> client, Picture& picture, Options options);

  /// Follows the picture.
  void apply(const ChangeSet& changes, const Moment& now) { schedule_.apply(changes, now); }
  void lookAt(const std::vector<LeaseId>& selected, const std::vector<LeaseId>& visible);

  /// Asks for what is due now. Does not block.
  void sample();
  /// When sample() may have something to ask again; nullopt: not before the next answer.
  std::optional<SteadyTime> next(const Moment& now) const;
  /// Answers are still to come. This must live, and `post` must work, until they have.
  bool busy() const { return underWay_ > 0; }
  double callsPerSecond(const Moment& now) { return calls_.perSecond(now.steady); }

 private:
  void ask(LeaseId id);

  const std::shared_ptr<etcd::Client> client_;
  Picture& picture_;
  const Options options_;
  TtlSchedule schedule_;
  RateMeter calls_;
  std::size_t underWay_ = 0;
};

}  // namespace leasescope
