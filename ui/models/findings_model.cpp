#include "ui/models/findings_model.h"

namespace leasescope::ui {

std::string findingName(const Finding& finding) {
  std::string name = std::string(findingKindName(finding.kind)) + " " + subjectText(finding.subject);
  const Subject ofLease{.lease = finding.subject.lease};
  if (finding.subject.lease != etcd::kNoLease && finding.subject != ofLease) {
    name += " of " + subjectText(ofLease);
  }
  return name;
}

QVariant FindingsModel::rawValue(const Finding& finding, int column) const {
  switch (column) {
    case SeverityColumn:
      return static_cast<int>(finding.severity);
    case KindColumn:
      return static_cast<int>(finding.kind);
    case SubjectColumn:
      return QString::fromStdString(subjectText(finding.subject));
    case SummaryColumn:
      return QString::fromStdString(finding.summary);
    case SinceColumn:
      return finding.firstFound ? QVariant::fromValue<qint64>(absl::ToUnixNanos(finding.firstFound->wall))
                                : QVariant();
    default:
      return {};
  }
}

std::string FindingsModel::keyOf(const Finding& finding) const { return findingName(finding); }

bool FindingsModel::looksSame(const Finding& a, const Finding& b) const {
  return a.summary == b.summary && a.severity == b.severity && a.confidence == b.confidence;
}

}  // namespace leasescope::ui
