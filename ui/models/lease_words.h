#pragma once

#include <QString>
#include <QVariant>

#include "core/picture/lease.h"
#include "ui/theme/theme.h"

/// What is said of a lease's TTL and of who has it, the same in every table.
namespace leasescope::ui {

/// "11.2 s / 15 s", "not sampled yet"; `lease` may be null.
QString ttlWords(const Lease* lease, const Moment& now);
/// For FractionRole.
QVariant ttlFraction(const Lease* lease, const Moment& now);
Tone ttlTone(const Lease* lease, const Moment& now);

/// `lease` may be null.
bool saysWho(const Lease* lease);
/// "…a1 (orders@web-3)"; only "…a1" when nobody says.
QString withWho(const QString& session, const Lease* lease);
QString withWho(const QString& session, const HolderIdentity* who);
/// "orders@web-3", for a cell; "unknown" when nobody says. `lease` may be null.
QString whoText(const Lease* lease);
QString whoText(const HolderIdentity* who);
/// "orders on web-3, pid 411, thread 412"; as above.
QString whoWords(const Lease* lease);

}  // namespace leasescope::ui
