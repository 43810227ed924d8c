#include "ui/models/notices_proxy.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

QVariant colour(int severity) {
  switch (static_cast<Notice::Severity>(severity)) {
    case Notice::Severity::Warning:
      return colours().warning;
    case Notice::Severity::Bad:
      return colours().bad;
    case Notice::Severity::Info:
      break;
  }
  return {};
}

}  // namespace

NoticesProxy::NoticesProxy(NoticesModel* source, QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(NoticesModel::RawRole);
  setSourceModel(source);
}

QVariant NoticesProxy::data(const QModelIndex& index, int role) const {
  const QVariant raw = QSortFilterProxyModel::data(index, NoticesModel::RawRole);
  switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
      return index.column() == NoticesModel::TimeColumn ? clockText(absl::FromUnixNanos(raw.toLongLong()))
                                                        : raw.toString();
    case Qt::ForegroundRole:
      return index.column() == NoticesModel::TextColumn
                 ? colour(QSortFilterProxyModel::data(index, NoticesModel::SeverityRole).toInt())
                 : QVariant(colours().muted);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | Qt::AlignLeft));
    default:
      return QSortFilterProxyModel::data(index, role);
  }
}

QVariant NoticesProxy::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(Qt::Alignment(Qt::AlignVCenter | Qt::AlignLeft));
  if (role != Qt::DisplayRole) return {};
  return section == NoticesModel::TimeColumn ? tr("Time") : tr("What happened");
}

}  // namespace leasescope::ui
