#pragma once

#include "ui/models/go_service.h"
#include "ui/models/insights.h"

/// What is said of Go services and of the roles of their goroutines.
namespace leasescope::ui {

/// So many more sessions are no coincidence.
inline constexpr double kGrowthThatIsALeak = 10;

QString goServiceStateText(GoService::State state);
Tone goServiceStateTone(GoService::State state);

/// What a service needs so that it can be asked.
QString howToShowGoroutines();
/// What goroutines of this column are (GoServicesModel::Column), by the functions that they are in.
QString goroutineRoleExplanation(int column);

/// "http://10.0.0.7:6060/debug/pprof/goroutine · asked every 5 s, last answer 2.1 s ago"
QString goServiceSummary(const GoService& service, const Moment& now);
/// `growth`: how many sessions more there are than when it was first seen.
Insight goServiceInsight(const GoService& service, const Moment& now, std::optional<double> growth);

/// Why something could not be read, beginning like a sentence; empty if it could.
QString problemText(const absl::Status& status);

}  // namespace leasescope::ui
