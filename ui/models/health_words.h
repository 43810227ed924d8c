#pragma once

#include <QString>

#include "core/monitor/monitor.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {

/// "live", "connecting", "stale since 17:41:03 (12.0 s)", "denied"; a link that is not connected is no state
/// of health.
QString healthWord(const Health& health, const Moment& now);
Tone healthTone(const Health& health);
/// "212 events/s"
QString eventsText(const Load& load);
/// "TTL sampling 118 / 200 calls/s"
QString samplingText(const Load& load);

}  // namespace leasescope::ui
