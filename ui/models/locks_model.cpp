#include "ui/models/locks_model.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace leasescope::ui {
namespace {

auto place(const Contender& contender) { return std::tie(contender.createRevision, contender.key); }

bool before(const Contender& a, const Contender& b) { return place(a) < place(b); }

bool sameContenders(const Lock& a, const Lock& b) {
  return std::ranges::equal(a.queue, b.queue,
                            [](const auto& x, const auto& y) { return x == y || place(*x) == place(*y); });
}

bool looksSame(const Lock& a, const Lock& b) {
  const bool sameBlocker =
      a.blocker.has_value() == b.blocker.has_value() && (!a.blocker || a.blocker->key == b.blocker->key);
  return &a == &b || (sameBlocker && a.kind == b.kind && a.heldSince == b.heldSince &&
                      std::ranges::equal(a.queue, b.queue,
                                         [](const auto& x, const auto& y) { return x == y || *x == *y; }));
}

/// Positions in `queue` of those that are not in `other`.
std::vector<int> missingFrom(const Queue& other, const Queue& queue) {
  std::vector<int> missing;
  auto candidate = other.begin();
  for (std::size_t i = 0; i < queue.size(); ++i) {
    while (candidate != other.end() && before(**candidate, *queue[i])) ++candidate;
    if (candidate == other.end() || before(*queue[i], **candidate)) missing.push_back(static_cast<int>(i));
  }
  return missing;
}

}  // namespace

LocksModel::LocksModel(const LeaseBook& book, QObject* parent) : QAbstractItemModel(parent), book_(book) {}

LocksModel::~LocksModel() = default;

void LocksModel::clear() {
  beginResetModel();
  rows_.clear();
  held_.clear();
  endResetModel();
}

void LocksModel::apply(const ChangeSet& changes) {
  removeRowsOf(changes);
  upsert(changes.locks);
  tellLeases(changes);
}

std::vector<int> LocksModel::goneRows(const ChangeSet& changes) const {
  std::vector<int> gone;
  if (changes.complete) {
    absl::flat_hash_set<std::string_view> there;
    for (const auto& lock : changes.locks) there.insert(lock->name);
    for (int row = 0; row < rows_.size(); ++row) {
      if (!there.contains(rows_.at(row)->lock->name)) gone.push_back(row);
    }
    return gone;
  }
  for (const std::string& name : changes.removedLocks) {
    const int row = rows_.find(name);
    if (row >= 0) gone.push_back(row);
  }
  std::ranges::sort(gone);
  return gone;
}

void LocksModel::removeRowsOf(const ChangeSet& changes) {
  const std::vector<int> gone = goneRows(changes);
  for (const int row : gone) noteHolder(*rows_.at(row), false);
  rows_.remove(gone, {.begin = [this](int first, int last) { beginRemoveRows({}, first, last); },
                      .end = [this] { endRemoveRows(); },
                      .reorder = [this](const auto& change) { reorder(change); }});
}

void LocksModel::upsert(const Locks& locks) {
  Locks fresh;
  std::vector<int> changed;
  for (const auto& lock : locks) {
    const int row = rows_.find(lock->name);
    if (row < 0) {
      fresh.push_back(lock);
    } else if (!looksSame(*rows_.at(row)->lock, *lock)) {
      replace(*rows_.at(row), lock);
      changed.push_back(row);
    }
  }
  tell(std::move(changed), 0, ColumnCount - 1);
  insertNew(std::move(fresh));
}

void LocksModel::replace(Node& node, const std::shared_ptr<const Lock>& lock) {
  noteHolder(node, false);
  if (node.open) {
    replaceQueue(node, lock);
  } else {
    node.lock = lock;
  }
  noteHolder(node, true);
}

void LocksModel::replaceQueue(Node& node, const std::shared_ptr<const Lock>& lock) {
  if (!sameContenders(*node.lock, *lock)) reshape(node, *lock);
  node.lock = lock;
  const QModelIndex parent = rowIndex(node);
  const int last = static_cast<int>(lock->queue.size()) - 1;
  if (last >= 0) emit dataChanged(index(0, 0, parent), index(last, ColumnCount - 1, parent));
}

/// Takes away and adds contenders one stretch at a time, so that views see each step.
void LocksModel::reshape(Node& node, const Lock& newest) {
  const QModelIndex parent = rowIndex(node);
  const auto step = std::make_shared<Lock>(*node.lock);
  node.lock = step;
  Queue& queue = step->queue;
  std::vector<RowRange> gone = contiguous(missingFrom(newest.queue, queue));
  std::ranges::reverse(gone);  // so that the rows that are still to go keep their numbers
  for (const RowRange& range : gone) {
    beginRemoveRows(parent, range.first, range.last);
    queue.erase(queue.begin() + range.first, queue.begin() + range.last + 1);
    endRemoveRows();
  }
  for (const RowRange& range : contiguous(missingFrom(queue, newest.queue))) {
    beginInsertRows(parent, range.first, range.last);
    queue.insert(queue.begin() + range.first, newest.queue.begin() + range.first,
                 newest.queue.begin() + range.last + 1);
    endInsertRows();
  }
}

void LocksModel::insertNew(Locks locks) {
  std::ranges::sort(locks, {}, [](const auto& lock) -> const std::string& { return lock->name; });
  std::vector<std::unique_ptr<Node>> nodes;
  nodes.reserve(locks.size());
  for (auto& lock : locks) {
    nodes.push_back(std::make_unique<Node>(Node{.lock = std::move(lock)}));
    noteHolder(*nodes.back(), true);
  }
  rows_.insert(std::move(nodes), {.begin = [this](int first, int last) { beginInsertRows({}, first, last); },
                                  .end = [this] { endInsertRows(); },
                                  .reorder = [this](const auto& change) { reorder(change); }});
}

/// Contenders stay what they are: their indexes point to their lock's node.
void LocksModel::reorder(const std::function<void()>& change) {
  emit layoutAboutToBeChanged({}, VerticalSortHint);
  const QModelIndexList before = persistentIndexList();
  std::vector<const Node*> nodes;
  for (const QModelIndex& index : before) {
    nodes.push_back(index.internalPointer() == nullptr ? rows_.at(index.row()).get() : nullptr);
  }
  change();
  QModelIndexList after;
  for (int i = 0; i < before.size(); ++i) {
    const Node* node = nodes[static_cast<std::size_t>(i)];
    after << (node == nullptr ? before[i]
                              : createIndex(rows_.find(node->lock->name), before[i].column(), nullptr));
  }
  changePersistentIndexList(before, after);
  emit layoutChanged({}, VerticalSortHint);
}

void LocksModel::noteHolder(Node& node, bool holds) {
  const Contender* holder = node.lock->holder();
  if (holder == nullptr || !holder->hasLease()) return;
  if (holds) {
    held_[holder->lease].insert(&node);
    return;
  }
  const auto found = held_.find(holder->lease);
  if (found == held_.end()) return;
  found->second.erase(&node);
  if (found->second.empty()) held_.erase(found);
}

void LocksModel::tell(std::vector<int> rows, int firstColumn, int lastColumn) {
  std::ranges::sort(rows);
  for (const RowRange& range : contiguous(rows)) {
    emit dataChanged(index(range.first, firstColumn), index(range.last, lastColumn), {Qt::DisplayRole});
  }
}

void LocksModel::tellLeases(const ChangeSet& changes) {
  std::vector<int> rows;
  const auto note = [&](LeaseId id) {
    const auto found = held_.find(id);
    if (found == held_.end()) return;
    for (const Node* node : found->second) rows.push_back(rows_.find(node->lock->name));
  };
  for (const auto& lease : changes.leases) note(lease->id);
  for (const LeaseId id : changes.removedLeases) note(id);
  tell(std::move(rows), Ttl, Who);
}

const Lock* LocksModel::lock(const QModelIndex& index) const {
  if (!index.isValid()) return nullptr;
  const auto* node = static_cast<const Node*>(index.internalPointer());
  return node != nullptr ? node->lock.get() : rows_.at(index.row())->lock.get();
}

const Contender* LocksModel::contender(const QModelIndex& index) const {
  if (!index.isValid() || index.internalPointer() == nullptr) return nullptr;
  return lock(index)->queue[static_cast<std::size_t>(index.row())].get();
}

LeaseId LocksModel::lease(const QModelIndex& index) const {
  if (const Contender* own = contender(index)) return own->lease;
  const Lock* of = lock(index);
  return of != nullptr && of->holder() != nullptr ? of->holder()->lease : etcd::kNoLease;
}

QModelIndex LocksModel::find(const std::string& name) const {
  const int row = rows_.find(name);
  return row < 0 ? QModelIndex() : createIndex(row, 0, nullptr);
}

QModelIndex LocksModel::index(int row, int column, const QModelIndex& parent) const {
  if (row < 0 || column < 0 || column >= ColumnCount || row >= rowCount(parent)) return {};
  return createIndex(row, column, parent.isValid() ? rows_.at(parent.row()).get() : nullptr);
}

QModelIndex LocksModel::parent(const QModelIndex& child) const {
  const auto* node = static_cast<const Node*>(child.internalPointer());
  return child.isValid() && node != nullptr ? rowIndex(*node) : QModelIndex();
}

int LocksModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return rows_.size();
  if (parent.internalPointer() != nullptr || parent.column() != 0) return 0;
  const Node& node = *rows_.at(parent.row());
  return node.open ? static_cast<int>(node.lock->queue.size()) : 0;
}

/// The lock whose queue this index could open; null when that is open, or when it is no lock's first cell.
const LocksModel::Node* LocksModel::closedNode(const QModelIndex& index) const {
  if (!index.isValid() || index.internalPointer() != nullptr || index.column() != 0) return nullptr;
  const Node* node = rows_.at(index.row()).get();
  return node->open ? nullptr : node;
}

bool LocksModel::hasChildren(const QModelIndex& parent) const {
  return closedNode(parent) != nullptr || rowCount(parent) > 0;
}

bool LocksModel::canFetchMore(const QModelIndex& parent) const { return closedNode(parent) != nullptr; }

void LocksModel::fetchMore(const QModelIndex& parent) {
  if (closedNode(parent) == nullptr) return;
  Node& node = *rows_.at(parent.row());
  beginInsertRows(parent, 0, static_cast<int>(node.lock->queue.size()) - 1);
  node.open = true;
  endInsertRows();
}

int LocksModel::columnCount(const QModelIndex&) const { return ColumnCount; }

QVariant LocksModel::data(const QModelIndex& index, int role) const {
  if (role != Qt::DisplayRole || !index.isValid()) return {};
  const Lock& of = *lock(index);
  const Contender* own = contender(index);
  switch (index.column()) {
    case Name:
      return QByteArray::fromStdString(own != nullptr ? own->key : of.name);
    case HolderLease:
      return static_cast<qlonglong>(lease(index));
    case Waiters:
      return own != nullptr ? QVariant() : static_cast<qlonglong>(of.waiterCount());
    case HeldFor:
      return own != nullptr ? static_cast<qlonglong>(own->createRevision) : QVariant();
    default:
      return {};
  }
}

}  // namespace leasescope::ui
