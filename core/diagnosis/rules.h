#pragma once

#include <optional>
#include <vector>

#include "core/diagnosis/finding.h"
#include "core/diagnosis/observations.h"
#include "core/diagnosis/thresholds.h"

/// What is wrong, one rule a file. Pure: the same observations at the same moment give the same findings.
namespace leasescope {

// About one lease.
std::optional<Finding> leakedSession(const ObservedLease& lease, const Thresholds& thresholds,
                                     const Moment& now);
std::optional<Finding> overdueLease(const ObservedLease& lease, const Observations& seen,
                                    const Thresholds& thresholds, const Moment& now);
std::optional<Finding> missedRenewals(const ObservedLease& lease, const Observations& seen,
                                      const Thresholds& thresholds, const Moment& now);
std::optional<Finding> sharedLease(const ObservedLease& lease, const Thresholds& thresholds);

// About one lock.
std::optional<Finding> leakedLock(const Lock& lock, const Observations& seen, const Thresholds& thresholds,
                                  const Moment& now);
std::optional<Finding> stuckQueue(const Lock& lock, const Observations& seen, const Thresholds& thresholds,
                                  const Moment& now);
/// So many wait that it may be stuck, but all of them did before the first look and nobody came since: they
/// may stand by as well.
bool isUnmovedQueue(const Lock& lock, const Observations& seen, const Thresholds& thresholds);
/// So many wait that it may be stuck, but it was not seen for as long as it takes to tell: how long that is.
std::optional<absl::Duration> tooShortForStuckQueue(const Lock& lock, const Observations& seen,
                                                    const Thresholds& thresholds, const Moment& now);
std::vector<Finding> orphanedContenders(const Lock& lock, const Observations& seen, const Moment& now);
std::vector<Finding> leaseMismatches(const Lock& lock, const Observations& seen);

// About everything.
std::vector<Finding> deadlocks(const std::vector<WaitCycle>& cycles, const FindLease& find);
std::optional<Finding> sessionGrowth(const Observations& seen, const Thresholds& thresholds);
/// About the worst second; subject: the cluster.
std::optional<Finding> expiryStorm(const Observations& seen, const Thresholds& thresholds, const Moment& now);
/// Only where a member is older than 3.5: its clients may be, too.
std::vector<Finding> falseOwnerRisks(const Observations& seen, const Moment& now);
std::vector<Finding> ghostLeases(const Observations& seen);
/// After the first survey.
std::vector<Finding> clusterTroubles(const Observations& seen, const Moment& now);

}  // namespace leasescope
