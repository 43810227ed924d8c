#include "ui/models/leases_model.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"

namespace leasescope::ui {

void LeasesModel::clear() {
  beginResetModel();
  rows_.clear();
  endResetModel();
}

void LeasesModel::apply(const ChangeSet& changes) {
  removeGone(changes);
  std::vector<std::shared_ptr<const Lease>> fresh;
  std::vector<int> changed;
  for (const auto& lease : changes.leases) {
    const int row = rows_.find(lease->id);
    if (row < 0) {
      fresh.push_back(lease);
    } else if (rows_.at(row) != lease) {
      rows_.at(row) = lease;
      changed.push_back(row);
    }
  }
  std::ranges::sort(changed);
  for (const RowRange& range : contiguous(changed)) {
    emit dataChanged(index(range.first, 0), index(range.last, ColumnCount - 1), {Qt::DisplayRole});
  }
  std::ranges::sort(fresh, {}, IdOf());
  rows_.insert(std::move(fresh), {.begin = [this](int first, int last) { beginInsertRows({}, first, last); },
                                  .end = [this] { endInsertRows(); },
                                  .reorder = [this](const auto& change) { reorder(change); }});
}

void LeasesModel::reorder(const std::function<void()>& change) {
  emit layoutAboutToBeChanged({}, VerticalSortHint);
  const QModelIndexList before = persistentIndexList();
  std::vector<LeaseId> ids;
  for (const QModelIndex& index : before) ids.push_back(lease(index)->id);
  change();
  QModelIndexList after;
  for (int i = 0; i < before.size(); ++i) {
    after << index(rows_.find(ids[static_cast<std::size_t>(i)]), before[i].column());
  }
  changePersistentIndexList(before, after);
  emit layoutChanged({}, VerticalSortHint);
}

void LeasesModel::removeGone(const ChangeSet& changes) {
  std::vector<int> gone;
  if (changes.complete) {
    absl::flat_hash_set<LeaseId> there;
    for (const auto& lease : changes.leases) there.insert(lease->id);
    for (int row = 0; row < rows_.size(); ++row) {
      if (!there.contains(rows_.at(row)->id)) gone.push_back(row);
    }
  } else {
    for (const LeaseId id : changes.removedLeases) {
      const int row = rows_.find(id);
      if (row >= 0) gone.push_back(row);
    }
    std::ranges::sort(gone);
  }
  rows_.remove(gone, {.begin = [this](int first, int last) { beginRemoveRows({}, first, last); },
                      .end = [this] { endRemoveRows(); },
                      .reorder = [this](const auto& change) { reorder(change); }});
}

const Lease* LeasesModel::lease(const QModelIndex& index) const {
  return index.isValid() ? rows_.at(index.row()).get() : nullptr;
}

QModelIndex LeasesModel::find(LeaseId id) const {
  const int row = rows_.find(id);
  return row < 0 ? QModelIndex() : index(row, 0);
}

QVariant LeasesModel::data(const QModelIndex& index, int role) const {
  if (role != Qt::DisplayRole || !index.isValid()) return {};
  const Lease& of = *lease(index);
  switch (index.column()) {
    case Id:
      return static_cast<qlonglong>(of.id);
    case Granted:
      return of.granted ? QVariant(absl::ToDoubleSeconds(*of.granted)) : QVariant();
    case Keys:
      return static_cast<qlonglong>(of.keys->size());
    case Renewals:
      return static_cast<qlonglong>(of.renewals);
    default:
      return {};
  }
}

}  // namespace leasescope::ui
