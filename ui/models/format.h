#pragma once

#include <string>

#include <QString>

#include "absl/time/time.h"
#include "core/picture/lease.h"
#include "core/picture/lock.h"

/// How values read on screen, everywhere the same.
namespace leasescope::ui {

/// "42 m 10 s", "3 d 4 h", "1.2 s": two units at most. Negative ones begin with "−".
QString durationText(absl::Duration duration);
/// "15 s": as it was asked for, without tenths.
QString grantedText(absl::Duration granted);
/// "11.2 s / 15 s"
QString ttlText(absl::Duration remaining, absl::Duration granted);
/// "1,884,502"
QString countText(qint64 count);
/// "20.4 MiB"
QString bytesText(qint64 bytes);
/// In hex, as etcd's clients write it.
QString leaseText(LeaseId lease);
/// "…f1d9": enough to tell leases on one page apart.
QString shortLeaseText(LeaseId lease);
/// "42 m"; "≥ 42 m" when only that much was seen.
QString sinceText(const Since& since, const Moment& now);
/// "17:41:03" of the local day.
QString clockText(absl::Time time);
/// "1 key", "1,204 keys".
QString keyCountText(qint64 count);
/// "1 renewal", "12 renewals".
QString renewalCountText(qint64 count);

/// A key, or any other bytes, for the screen: what is not UTF-8 as \xNN, control characters, line breaks and
/// marks of writing direction escaped, longer than `maxChars` elided in the middle. The bytes themselves stay
/// where they are.
QString keyText(const std::string& bytes, int maxChars = 200);

}  // namespace leasescope::ui
