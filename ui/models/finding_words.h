#pragma once

#include <utility>
#include <vector>

#include <QString>

#include "core/diagnosis/diagnosis.h"
#include "ui/theme/theme.h"

/// How findings are put on screen.
namespace leasescope::ui {

/// "Leaked session"
QString kindTitle(FindingKind kind);
/// One sentence: what this kind of finding means.
QString kindMeaning(FindingKind kind);
/// "39 leases without keys are not judged yet, it takes 3 m 0 s to tell"; empty: all was judged.
QString unjudgedWords(const Verdict::Unjudged& unjudged, absl::Duration after);
QString severityWord(FindingSeverity severity);
Tone severityTone(FindingSeverity severity);
QString confidenceWord(Confidence confidence);
/// "Sessions without a key"
QString curveTitle(Curve::Of of);
/// One sentence: from when on it is, and what its line says.
QString curveCaption(const Curve& curve);
/// Names and values, in the order of the finding.
std::vector<std::pair<QString, QString>> evidenceFacts(const Finding& finding);

}  // namespace leasescope::ui
