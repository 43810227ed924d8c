#include "ui/models/leases_proxy.h"

#include "ui/models/format.h"
#include "ui/models/lease_words.h"
#include "ui/models/row_roles.h"
#include "ui/models/states.h"
#include "ui/models/subjects.h"

namespace leasescope::ui {
namespace {

bool isNumber(int column) {
  switch (column) {
    case LeasesModel::Granted:
    case LeasesModel::Keys:
    case LeasesModel::Renewals:
    case LeasesModel::LastRenewal:
    case LeasesModel::FirstSeen:
      return true;
    default:
      return false;
  }
}

bool lacksKeys(const Lease& lease, int column) { return column == LeasesModel::Keys && lease.keyless(); }

SteadyTime renewedAt(const Lease& lease) {
  return lease.lastRenewal ? lease.lastRenewal->steady : SteadyTime::min();
}

}  // namespace

LeasesProxy::LeasesProxy(LeasesModel* source, const ViewClock& clock, QObject* parent)
    : FilteringProxy(clock, parent), source_(source) {
  setSourceModel(source);
}

QVariant LeasesProxy::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return static_cast<int>((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case LeasesModel::Id:
      return tr("Lease");
    case LeasesModel::State:
      return tr("State");
    case LeasesModel::Remaining:
      return tr("TTL left");
    case LeasesModel::Granted:
      return tr("Granted");
    case LeasesModel::Keys:
      return tr("Keys");
    case LeasesModel::Renewals:
      return tr("Renewals");
    case LeasesModel::LastRenewal:
      return tr("Renewed");
    case LeasesModel::FirstSeen:
      return tr("Seen for");
    case LeasesModel::Who:
      return tr("Who");
    default:
      return {};
  }
}

QVariant LeasesProxy::data(const QModelIndex& index, int role) const {
  const Lease* of = lease(index);
  if (of == nullptr) return {};
  switch (role) {
    case Qt::DisplayRole:
      return text(*of, index.column());
    case Qt::ToolTipRole:
      return toolTip(*of, index.column());
    case Qt::TextAlignmentRole:
      return static_cast<int>((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::FontRole:
      return font(*of, index.column());
    case Qt::ForegroundRole:
      return lacksKeys(*of, index.column()) ? colours().warning : QVariant();
    case ToneRole:
      return static_cast<int>(ttlTone(of, now()));
    case FractionRole:
      return ttlFraction(of, now());
    case LeaseRole:
      return static_cast<qlonglong>(of->id);
    default:
      return {};
  }
}

QString LeasesProxy::text(const Lease& lease, int column) const {
  switch (column) {
    case LeasesModel::Id:
      return leaseText(lease.id);
    case LeasesModel::State:
      return stateWord(lease.state(now()));
    case LeasesModel::Remaining:
      return ttlWords(&lease, now());
    case LeasesModel::Granted:
      return lease.granted ? grantedText(*lease.granted) : QStringLiteral("—");
    case LeasesModel::Keys:
      if (lease.keyless()) return tr("no keys");
      return lease.keys->empty() ? tr("none here") : countText(static_cast<qint64>(lease.keys->size()));
    case LeasesModel::Renewals:
      return countText(lease.renewals);
    case LeasesModel::LastRenewal:
      return lease.lastRenewal ? tr("%1 ago").arg(durationText(now() - *lease.lastRenewal))
                               : QStringLiteral("—");
    case LeasesModel::FirstSeen:
      return sinceText(lease.firstSeen, now());
    case LeasesModel::Who:
      return whoText(&lease);
    default:
      return {};
  }
}

QVariant LeasesProxy::font(const Lease& lease, int column) const {
  if (column == LeasesModel::Id) return monospace();
  if (!lacksKeys(lease, column)) return {};
  QFont font = scaled(1);
  font.setWeight(QFont::DemiBold);
  return font;
}

QString LeasesProxy::toolTip(const Lease& lease, int column) const {
  switch (column) {
    case LeasesModel::Id:
      return tr("decimal: %1").arg(lease.id);
    case LeasesModel::State:
      return stateMeaning(lease.state(now()));
    case LeasesModel::Keys:
      if (lease.keyless())
        return tr("Nothing is attached to it: a session that is not used, or that leaked.");
      return lease.keys->empty() ? tr("None below the watched prefixes; elsewhere it may have some.")
                                 : QString();
    case LeasesModel::Renewals:
      return tr("At least this many: those between two samples count as one.");
    case LeasesModel::Who:
      return whoWords(&lease);
    default:
      return {};
  }
}

bool LeasesProxy::filterAcceptsRow(int sourceRow, const QModelIndex&) const {
  if (filter().empty()) return true;
  const Moment at = now();
  return filter().matches(LeaseSubject(*source_->lease(source_->index(sourceRow, 0)), at));
}

bool LeasesProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const Lease& a = *source_->lease(left);
  const Lease& b = *source_->lease(right);
  switch (left.column()) {
    case LeasesModel::State:
      return a.state(now()) < b.state(now());
    case LeasesModel::Remaining:
      return a.ending(now()).value_or(SteadyTime::max()) < b.ending(now()).value_or(SteadyTime::max());
    case LeasesModel::Granted:
      return a.granted.value_or(absl::InfiniteDuration()) < b.granted.value_or(absl::InfiniteDuration());
    case LeasesModel::Keys:
      return a.keys->size() < b.keys->size();
    case LeasesModel::Renewals:
      return a.renewals < b.renewals;
    case LeasesModel::LastRenewal:
      return renewedAt(a) > renewedAt(b);
    case LeasesModel::FirstSeen:
      return a.firstSeen.moment.steady > b.firstSeen.moment.steady;
    case LeasesModel::Who:
      return QString::localeAwareCompare(whoText(&a), whoText(&b)) < 0;
    default:
      return a.id < b.id;
  }
}

}  // namespace leasescope::ui
