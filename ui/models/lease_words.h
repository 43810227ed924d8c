#pragma once

#include <QString>
#include <QVariant>

#include "core/picture/lease.h"
#include "ui/theme/theme.h"

/// What is said of a lease's TTL, the same in every table.
namespace leasescope::ui {

/// "11.2 s / 15 s", "not sampled yet"; `lease` may be null.
QString ttlWords(const Lease* lease, const Moment& now);
/// For FractionRole.
QVariant ttlFraction(const Lease* lease, const Moment& now);
Tone ttlTone(const Lease* lease, const Moment& now);

}  // namespace leasescope::ui
