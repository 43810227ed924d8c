#include "ui/models/locks_proxy.h"

#include "ui/models/format.h"
#include "ui/models/lease_words.h"
#include "ui/models/row_roles.h"
#include "ui/models/subjects.h"

namespace leasescope::ui {
namespace {

constexpr int kMostNameChars = 120;

bool isNumber(int column) { return column == LocksModel::Waiters || column == LocksModel::HeldFor; }

/// Later expiry is more; a holder without lease never ends, and what is not known comes after everything.
std::optional<SteadyTime> ending(const LocksModel& model, const Lock& lock, const Moment& now) {
  const Contender* holder = lock.holder();
  if (holder != nullptr && !holder->hasLease()) return SteadyTime::max() - std::chrono::nanoseconds(1);
  const Lease* lease = holder != nullptr ? model.book().find(holder->lease) : nullptr;
  return lease != nullptr ? lease->ending(now) : std::nullopt;
}

/// Locks that nobody holds come before those that are held.
SteadyTime beginning(const Lock& lock) {
  return lock.holder() != nullptr ? lock.heldSince.moment.steady : SteadyTime::max();
}

}  // namespace

LocksProxy::LocksProxy(LocksModel* source, const ViewClock& clock, QObject* parent)
    : FilteringProxy(clock, parent), source_(source) {
  setSourceModel(source);
}

void LocksProxy::setFound(std::map<std::string, LockState> states) {
  if (states == found_) return;
  found_ = std::move(states);
  invalidate();
}

LockState LocksProxy::stateOf(const Lock& lock) const {
  const LockState seen = lockState(lock, holderLease(lock), now());
  if (seen != LockState::Held && seen != LockState::Busy) return seen;
  const auto found = found_.find(lock.name);
  return found != found_.end() ? found->second : seen;
}

const Lease* LocksProxy::holderLease(const Lock& lock) const {
  const Contender* holder = lock.holder();
  return holder != nullptr ? source_->book().find(holder->lease) : nullptr;
}

QVariant LocksProxy::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return static_cast<int>((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case LocksModel::Name:
      return tr("Lock");
    case LocksModel::HolderLease:
      return tr("Holder lease");
    case LocksModel::Waiters:
      return tr("Waiters");
    case LocksModel::HeldFor:
      return tr("Held for");
    case LocksModel::Ttl:
      return tr("TTL left");
    case LocksModel::State:
      return tr("State");
    case LocksModel::Who:
      return tr("Who");
    default:
      return {};
  }
}

QVariant LocksProxy::data(const QModelIndex& index, int role) const {
  const QModelIndex source = mapToSource(index);
  if (!source.isValid()) return {};
  const Lock& lock = *source_->lock(source);
  const bool own = source_->contender(source) == nullptr;
  switch (role) {
    case Qt::DisplayRole:
      return own ? lockText(lock, source.column()) : contenderText(lock, source.row(), source.column());
    case Qt::ToolTipRole:
      return toolTip(source);
    case Qt::TextAlignmentRole:
      return static_cast<int>((isNumber(source.column()) ? Qt::AlignRight : Qt::AlignLeft) |
                              Qt::AlignVCenter);
    case Qt::FontRole:
      return font(source);
    case Qt::ForegroundRole:
      return own || source.column() == LocksModel::HolderLease ? QVariant() : colours().muted;
    case ToneRole:
      return static_cast<int>(tone(source));
    case FractionRole:
      return fraction(source_->lease(source));
    case LeaseRole:
      return static_cast<qlonglong>(source_->lease(source));
    default:
      return {};
  }
}

QString LocksProxy::lockText(const Lock& lock, int column) const {
  const Contender* holder = lock.holder();
  switch (column) {
    case LocksModel::Name:
      return lock.name.empty() ? tr("(empty name)") : keyText(lock.name, kMostNameChars);
    case LocksModel::HolderLease:
      if (holder == nullptr) return tr("— nobody");
      return holder->hasLease() ? leaseText(holder->lease) : tr("— no lease");
    case LocksModel::Waiters:
      return countText(static_cast<qint64>(lock.waiterCount()));
    case LocksModel::HeldFor:
      return holder != nullptr ? sinceText(lock.heldSince, now()) : QString();
    case LocksModel::Ttl:
      if (holder == nullptr) return {};
      return holder->hasLease() ? ttlText(holder->lease) : tr("never ends");
    case LocksModel::State:
      return stateWord(stateOf(lock));
    case LocksModel::Who:
      return holder != nullptr ? whoText(holderLease(lock)) : QString();
    default:
      return {};
  }
}

QString LocksProxy::contenderText(const Lock& lock, int position, int column) const {
  const Contender& contender = *lock.queue[static_cast<std::size_t>(position)];
  switch (column) {
    case LocksModel::Name:
      return QStringLiteral("%1. %2")
          .arg(position + 1)
          .arg(placeText(lock, static_cast<std::size_t>(position)));
    case LocksModel::HolderLease:
      return contender.hasLease() ? leaseText(contender.lease) : tr("— no lease");
    case LocksModel::HeldFor:
      return tr("token %1").arg(contender.createRevision);
    case LocksModel::Ttl:
      return contender.hasLease() ? ttlText(contender.lease) : tr("never ends");
    case LocksModel::State:
      return sinceText(&contender == lock.holder() ? lock.heldSince : contender.since, now());
    case LocksModel::Who:
      return whoText(source_->book().find(contender.lease));
    default:
      return {};
  }
}

QString LocksProxy::ttlText(LeaseId lease) const { return ttlWords(source_->book().find(lease), now()); }

QVariant LocksProxy::fraction(LeaseId lease) const {
  return lease == etcd::kNoLease ? QVariant() : ttlFraction(source_->book().find(lease), now());
}

Tone LocksProxy::tone(const QModelIndex& source) const {
  if (source.column() == LocksModel::State && source_->contender(source) == nullptr) {
    return stateTone(stateOf(*source_->lock(source)));
  }
  const LeaseId lease = source_->lease(source);
  return lease == etcd::kNoLease ? Tone::Neutral : ttlTone(source_->book().find(lease), now());
}

QString LocksProxy::toolTip(const QModelIndex& source) const {
  const Lock& lock = *source_->lock(source);
  const Contender* own = source_->contender(source);
  switch (source.column()) {
    case LocksModel::Name:
      return keyText(own != nullptr ? own->key : lock.name, 1000);
    case LocksModel::State:
      if (own == nullptr) return stateMeaning(stateOf(lock));
      return own == lock.holder() ? tr("Holds the lock for this long.") : tr("In the queue for this long.");
    case LocksModel::HeldFor:
      if (own != nullptr) return tr("Fencing token: the key's create revision.");
      if (lock.holder() == nullptr || lock.heldSince.exact) return {};
      return tr("It was held already when this window looked: etcd stores no times.");
    case LocksModel::Who:
      return whoWords(source_->book().find(source_->lease(source)));
    default:
      return {};
  }
}

QVariant LocksProxy::font(const QModelIndex& source) const {
  const bool own = source_->contender(source) == nullptr;
  if (source.column() == LocksModel::HolderLease) return monospace();
  if (!own && source.column() == LocksModel::HeldFor) return monospace();
  if (!own || source.column() != LocksModel::Name) return {};
  QFont font = scaled(1);
  font.setWeight(QFont::DemiBold);
  return font;
}

bool LocksProxy::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const {
  if (sourceParent.isValid() || filter().empty()) return true;
  const Moment at = now();
  const Lock& lock = *source_->lock(source_->index(sourceRow, 0));
  return filter().matches(LockSubject(lock, stateOf(lock), source_->book(), at));
}

bool LocksProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  if (left.parent().isValid()) return (left.row() < right.row()) == (sortOrder() == Qt::AscendingOrder);
  const Lock& a = *source_->lock(left);
  const Lock& b = *source_->lock(right);
  switch (left.column()) {
    case LocksModel::HolderLease:
      return source_->lease(left) < source_->lease(right);
    case LocksModel::Waiters:
      return a.waiterCount() < b.waiterCount();
    case LocksModel::HeldFor:
      return beginning(a) > beginning(b);
    case LocksModel::Ttl:
      return ending(*source_, a, now()).value_or(SteadyTime::max()) <
             ending(*source_, b, now()).value_or(SteadyTime::max());
    case LocksModel::State:
      return stateOf(a) < stateOf(b);
    case LocksModel::Who:
      return QString::localeAwareCompare(whoText(holderLease(a)), whoText(holderLease(b))) < 0;
    default:
      return left.row() < right.row();
  }
}

}  // namespace leasescope::ui
