#include "ui/models/findings_proxy.h"

#include "core/diagnosis/finding.h"
#include "ui/models/finding_words.h"
#include "ui/models/format.h"
#include "ui/models/row_roles.h"
#include "ui/models/subjects.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {

FindingsProxy::FindingsProxy(FindingsModel* source, const ViewClock& clock, QObject* parent)
    : FilteringProxy(clock, parent), source_(source) {
  setSourceModel(source);
}

void FindingsProxy::setMuted(const QSet<QString>& names) {
  muted_ = names;
  invalidate();
}

bool FindingsProxy::isMuted(const Finding& finding) const {
  return !muted_.isEmpty() && muted_.contains(QString::fromStdString(findingName(finding)));
}

int FindingsProxy::count(FindingSeverity severity) const {
  int found = 0;
  for (int i = 0; i < source_->rowCount(); ++i) {
    const Finding& finding = source_->row(i);
    found += finding.severity == severity && !isMuted(finding) ? 1 : 0;
  }
  return found;
}

QVariant FindingsProxy::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return static_cast<int>((section == FindingsModel::SinceColumn ? Qt::AlignRight : Qt::AlignLeft) |
                            Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case FindingsModel::SeverityColumn:
      return tr("Severity");
    case FindingsModel::KindColumn:
      return tr("Finding");
    case FindingsModel::SubjectColumn:
      return tr("About");
    case FindingsModel::SummaryColumn:
      return tr("What is wrong");
    case FindingsModel::SinceColumn:
      return tr("Found");
    default:
      return {};
  }
}

QVariant FindingsProxy::data(const QModelIndex& index, int role) const {
  const Finding* of = finding(index);
  if (of == nullptr) return {};
  switch (role) {
    case Qt::DisplayRole:
      return text(*of, index.column());
    case Qt::ToolTipRole:
      return index.column() == FindingsModel::KindColumn ? kindMeaning(of->kind) : text(*of, index.column());
    case Qt::TextAlignmentRole:
      return static_cast<int>(
          (index.column() == FindingsModel::SinceColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case ToneRole:
      return static_cast<int>(isMuted(*of) ? Tone::Neutral : severityTone(of->severity));
    case Qt::ForegroundRole:
      return isMuted(*of) ? QVariant(colours().muted) : QVariant();
    case LeaseRole:
      return static_cast<qlonglong>(of->subject.lease);
    default:
      return {};
  }
}

QString FindingsProxy::text(const Finding& finding, int column) const {
  switch (column) {
    case FindingsModel::SeverityColumn:
      return isMuted(finding) ? tr("muted") : severityWord(finding.severity);
    case FindingsModel::KindColumn:
      return kindTitle(finding.kind);
    case FindingsModel::SubjectColumn:
      return QString::fromStdString(subjectText(finding.subject));
    case FindingsModel::SummaryColumn:
      return QString::fromStdString(finding.summary);
    case FindingsModel::SinceColumn:
      return finding.firstFound ? tr("%1 ago").arg(durationText(sinceFound(*finding.firstFound))) : QString();
    default:
      return {};
  }
}

/// While nothing is live the clock stands still, and what the members say of themselves is found
/// nevertheless.
absl::Duration FindingsProxy::sinceFound(const Moment& found) const {
  return (found.steady <= now().steady ? now() : realNow()) - found;
}

bool FindingsProxy::filterAcceptsRow(int sourceRow, const QModelIndex&) const {
  const Finding& finding = source_->row(sourceRow);
  return filter().empty() || filter().matches(FindingFilterSubject(finding));
}

bool FindingsProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const Finding& a = *source_->finding(left);
  const Finding& b = *source_->finding(right);
  switch (left.column()) {
    case FindingsModel::KindColumn:
      return std::tie(a.kind, a.subject) < std::tie(b.kind, b.subject);
    case FindingsModel::SubjectColumn:
      return a.subject < b.subject;
    case FindingsModel::SummaryColumn:
      return a.summary < b.summary;
    case FindingsModel::SinceColumn:
      return a.firstFound && b.firstFound && a.firstFound->steady > b.firstFound->steady;
    default:
      return isMuted(a) != isMuted(b) ? isMuted(b) : moreUrgent(a, b);
  }
}

}  // namespace leasescope::ui
