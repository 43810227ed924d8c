#include "core/diagnosis/thresholds.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace leasescope {
namespace {

constexpr double kLongest = 24 * 3600;  // seconds

constexpr std::array kAll = {
    Threshold{"leaked-session-ttls", FindingKind::LeakedSession, "A session without a key is leaked after",
              "TTLs", 0.5, 1'000, 0.5, &Thresholds::leakedSessionTtls},
    Threshold{"leaked-session-renewals", FindingKind::LeakedSession, "… in which it was renewed at least",
              "times", 1, 1'000, 1, &Thresholds::leakedSessionRenewals},
    Threshold{"growth-sessions", FindingKind::SessionGrowth,
              "Sessions without a key grow when they are more by", "sessions", 1, 1'000'000, 1,
              &Thresholds::growthSessions},
    Threshold{"growth-time", FindingKind::SessionGrowth, "… over at least", "s", 1, kLongest, 1,
              &Thresholds::growthTime},
    Threshold{"leaked-lock-habits", FindingKind::LeakedLock,
              "A lock is leaked when it is held longer than usual (p99)", "times", 1, 1'000, 0.5,
              &Thresholds::leakedLockHabits},
    Threshold{"leaked-lock-holds", FindingKind::LeakedLock, "… which is known from at least", "holds", 1,
              1'000, 1, &Thresholds::leakedLockHolds},
    Threshold{"leaked-lock-ttls", FindingKind::LeakedLock, "… and for at least", "TTLs", 0.5, 1'000, 0.5,
              &Thresholds::leakedLockTtls},
    Threshold{"stuck-queue-ttls", FindingKind::StuckQueue, "A queue is stuck when nobody got the lock for",
              "TTLs", 0.5, 1'000, 0.5, &Thresholds::stuckQueueTtls},
    Threshold{"stuck-queue-waiters", FindingKind::StuckQueue, "… and after that joined at least", "waiters",
              1, 1'000'000, 1, &Thresholds::stuckQueueWaiters},
    Threshold{"overdue", FindingKind::OverdueLease, "A lease is overdue when it outlives its TTL by", "s", 1,
              kLongest, 1, &Thresholds::overdue},
    Threshold{"missed-renewals-left", FindingKind::MissedRenewals,
              "A renewal was missed when there is left less than", "of the TTL", 0.05, 0.65, 0.05,
              &Thresholds::missedRenewalsLeft},
    Threshold{"shared-lease-locks", FindingKind::SharedLease, "A lease is shared too widely from", "locks", 2,
              1'000'000, 1, &Thresholds::sharedLeaseLocks},
    Threshold{"expiry-storm-leases", FindingKind::ExpiryStorm,
              "Leases that end in the same second are a storm from", "leases", 2, 1'000'000, 1,
              &Thresholds::expiryStormLeases},
};

double asNumber(double value) { return value; }
double asNumber(std::int64_t value) { return static_cast<double>(value); }
double asNumber(absl::Duration value) { return absl::ToDoubleSeconds(value); }

void assign(double& to, double value) { to = value; }
void assign(std::int64_t& to, double value) { to = std::llround(value); }
void assign(absl::Duration& to, double value) { to = absl::Seconds(value); }

}  // namespace

double Threshold::value(const Thresholds& of) const {
  return std::visit([&](auto one) { return asNumber(of.*one); }, member);
}

void Threshold::set(Thresholds& of, double value) const {
  const double within = std::max(least, std::min(value, most));  // also of what is no number
  std::visit([&](auto one) { assign(of.*one, within); }, member);
}

std::span<const Threshold> allThresholds() { return kAll; }

}  // namespace leasescope
