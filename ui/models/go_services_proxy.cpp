#include "ui/models/go_services_proxy.h"

#include "ui/models/format.h"
#include "ui/models/go_service_words.h"

namespace leasescope::ui {
namespace {

using Model = GoServicesModel;

const QString& unknown() {
  static const QString kUnknown = QStringLiteral("—");
  return kUnknown;
}

bool isNumber(int column) { return column != Model::NameColumn && column != Model::StateColumn; }

Qt::Alignment alignment(int column) {
  return Qt::AlignVCenter | (isNumber(column) ? Qt::AlignRight : Qt::AlignLeft);
}

/// What is not known is less than all that is.
qint64 knownNumber(const QModelIndex& source) {
  const QVariant raw = source.data(Model::RawRole);
  return raw.isValid() ? raw.toLongLong() : -1;
}

QString toolTip(const GoService& service) {
  const QString where = service.address.isEmpty() ? service.name : service.address;
  return service.problem.isEmpty() ? where : where + u'\n' + service.problem;
}

}  // namespace

GoServicesProxy::GoServicesProxy(GoServicesModel* source, QObject* parent)
    : QSortFilterProxyModel(parent), source_(source), now_(Moment::now()) {
  setSortRole(Model::RawRole);
  setSourceModel(source);
}

void GoServicesProxy::setNow(const Moment& now) {
  now_ = now;
  if (rowCount() == 0) return;
  emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1),
                   {Qt::DisplayRole, Qt::ForegroundRole, ToneRole});
}

const GoService& GoServicesProxy::service(const QModelIndex& index) const {
  return source_->row(mapToSource(index).row());
}

QString GoServicesProxy::text(const GoService& service, const QVariant& raw, int column) const {
  switch (column) {
    case Model::NameColumn:
      return service.name;
    case Model::SeenColumn:
      return service.seen ? durationText(now_ - service.seenAt) : unknown();
    case Model::StateColumn:
      return goServiceStateText(service.state(now_));
    default:
      if (!raw.isValid()) return unknown();
      return service.seen->complete ? countText(raw.toLongLong())
                                    : tr("≥ %1").arg(countText(raw.toLongLong()));
  }
}

QVariant GoServicesProxy::colour(const GoService& service, int column) const {
  const GoService::State state = service.state(now_);
  const bool old = state != GoService::State::Fresh && state != GoService::State::Saved;
  return isNumber(column) && (old || column == Model::SeenColumn) ? QVariant(colours().muted) : QVariant();
}

QVariant GoServicesProxy::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const GoService& one = service(index);
  switch (role) {
    case Qt::DisplayRole:
      return text(one, QSortFilterProxyModel::data(index, Model::RawRole), index.column());
    case Qt::ToolTipRole:
      return toolTip(one);
    case ToneRole:
      return index.column() == Model::StateColumn ? static_cast<int>(goServiceStateTone(one.state(now_)))
                                                  : QVariant();
    case Qt::ForegroundRole:
      return colour(one, index.column());
    case Qt::FontRole:
      return index.column() == Model::NameColumn ? QVariant(monospace()) : QVariant();
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(alignment(index.column()));
    default:
      return QSortFilterProxyModel::data(index, role);
  }
}

QVariant GoServicesProxy::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(alignment(section));
  if (role == Qt::ToolTipRole) return goroutineRoleExplanation(section);
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Model::NameColumn:
      return tr("Service");
    case Model::TotalColumn:
      return tr("Goroutines");
    case Model::SessionsColumn:
      return tr("Sessions");
    case Model::WaitersColumn:
      return tr("Waiting");
    case Model::KeptAliveColumn:
      return tr("Kept alive");
    case Model::LoopsColumn:
      return tr("Loops");
    case Model::WatchersColumn:
      return tr("Watchers");
    case Model::RestColumn:
      return tr("Rest");
    case Model::SeenColumn:
      return tr("Seen");
    case Model::StateColumn:
      return tr("State");
    default:
      return {};
  }
}

bool GoServicesProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  if (left.column() == Model::StateColumn) {
    return source_->row(left.row()).state(now_) < source_->row(right.row()).state(now_);
  }
  if (!isNumber(left.column())) return QSortFilterProxyModel::lessThan(left, right);
  const qint64 a = knownNumber(left);
  const qint64 b = knownNumber(right);
  // What is shown is how long ago, which is the shorter the later it was.
  return left.column() == Model::SeenColumn ? b < a : a < b;
}

}  // namespace leasescope::ui
