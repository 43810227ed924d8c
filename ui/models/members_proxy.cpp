#include "ui/models/members_proxy.h"

#include <array>

#include "ui/models/format.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

bool isNumber(int column) {
  return column == MembersModel::DatabaseColumn || column == MembersModel::InUseColumn ||
         column == MembersModel::RaftTermColumn;
}

Qt::Alignment alignment(int column) {
  return Qt::AlignVCenter | (isNumber(column) ? Qt::AlignRight : Qt::AlignLeft);
}

QVariant colour(const QVariant& raw, int column) {
  if (column == MembersModel::ProblemColumn) return colours().bad;
  if (!raw.isValid()) return colours().muted;
  return {};
}

QVariant roleTone(const QVariant& role) {
  if (!role.isValid()) return static_cast<int>(Tone::Bad);
  return static_cast<int>(role.toInt() == 0 ? Tone::Good : Tone::Neutral);
}

}  // namespace

MembersProxy::MembersProxy(MembersModel* source, QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(MembersModel::RawRole);
  setSourceModel(source);
}

QString MembersProxy::text(const QVariant& raw, int column) {
  if (!raw.isValid()) return column == MembersModel::RoleColumn ? tr("no answer") : QStringLiteral("—");
  switch (column) {
    case MembersModel::IdColumn:
      return raw.toULongLong() == 0 ? QStringLiteral("—") : QString::number(raw.toULongLong(), 16);
    case MembersModel::RoleColumn: {
      const std::array words = {tr("leader"), tr("follower"), tr("learner")};
      return words.at(raw.toInt());
    }
    case MembersModel::DatabaseColumn:
    case MembersModel::InUseColumn:
      return bytesText(raw.toLongLong());
    case MembersModel::RaftTermColumn:
      return countText(raw.toLongLong());
    default:
      return raw.toString();
  }
}

QVariant MembersProxy::data(const QModelIndex& index, int role) const {
  const QVariant raw = QSortFilterProxyModel::data(index, MembersModel::RawRole);
  switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
      return text(raw, index.column());
    case ToneRole:
      return index.column() == MembersModel::RoleColumn ? roleTone(raw) : QVariant();
    case Qt::ForegroundRole:
      return colour(raw, index.column());
    case Qt::FontRole:
      return index.column() == MembersModel::IdColumn ? QVariant(monospace()) : QVariant();
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(alignment(index.column()));
    default:
      return QSortFilterProxyModel::data(index, role);
  }
}

QVariant MembersProxy::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(alignment(section));
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case MembersModel::NameColumn:
      return tr("Name");
    case MembersModel::EndpointColumn:
      return tr("Endpoint");
    case MembersModel::IdColumn:
      return tr("Member id");
    case MembersModel::RoleColumn:
      return tr("Role");
    case MembersModel::VersionColumn:
      return tr("Version");
    case MembersModel::DatabaseColumn:
      return tr("Database");
    case MembersModel::InUseColumn:
      return tr("In use");
    case MembersModel::RaftTermColumn:
      return tr("Raft term");
    case MembersModel::ProblemColumn:
      return tr("Problem");
    default:
      return {};
  }
}

}  // namespace leasescope::ui
