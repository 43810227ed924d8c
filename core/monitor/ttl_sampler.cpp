#include "core/monitor/ttl_sampler.h"

#include <utility>

namespace leasescope {
namespace {

constexpr std::size_t kCallsAtOnce = 64;

}  // namespace

void takeIn(Picture& picture, LeaseId id, const absl::StatusOr<etcd::LeaseTtl>& answer, const Moment& sent,
            const Moment& received) {
  if (!answer.ok()) return;
  if (!answer->found) {
    picture.leaseNotFound(id, received);
    return;
  }
  picture.leaseSampled(id, {.remaining = answer->remaining,
                            .granted = answer->granted,
                            .sent = sent,
                            .received = received,
                            .raftTerm = answer->header.raftTerm});
}

TtlSampler::TtlSampler(std::shared_ptr<etcd::Client> client, Picture& picture, Options options)
    : client_(std::move(client)),
      picture_(picture),
      options_(std::move(options)),
      schedule_(options_.callsPerSecond) {}

void TtlSampler::lookAt(const std::vector<LeaseId>& selected, const std::vector<LeaseId>& visible) {
  schedule_.lookAt(selected, visible);
}

void TtlSampler::sample() {
  if (underWay_ >= kCallsAtOnce) return;
  for (const LeaseId id : schedule_.take(Moment::now(), kCallsAtOnce - underWay_)) ask(id);
}

void TtlSampler::ask(LeaseId id) {
  ++underWay_;
  const Moment sent = Moment::now();
  calls_.count(sent.steady);
  client_->leaseTtlAsync(id, [this, id, sent](absl::StatusOr<etcd::LeaseTtl> answer) {
    options_.post([this, id, sent, received = Moment::now(), answer = std::move(answer)] {
      --underWay_;
      if (answer.ok()) options_.onAnswer();
      takeIn(picture_, id, answer, sent, received);
    });
  });
}

std::optional<SteadyTime> TtlSampler::next(const Moment& now) const {
  return underWay_ < kCallsAtOnce ? schedule_.next(now) : std::nullopt;
}

}  // namespace leasescope
