#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <QAbstractItemModel>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/picture/change_set.h"
#include "ui/models/lease_book.h"
#include "ui/models/sorted_rows.h"

namespace leasescope::ui {

/// All locks in byte order of their names; each opens to its queue. Raw values only: words and colours are
/// the proxy's. Merges what changed and never resets while a cluster is shown.
class LocksModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Column { Name, HolderLease, Waiters, HeldFor, Ttl, State, Who, ColumnCount };

  /// `book` outlives the model and is brought up to date before it.
  explicit LocksModel(const LeaseBook& book, QObject* parent = nullptr);
  ~LocksModel() override;

  void apply(const ChangeSet& changes);
  void clear();

  /// Of the row, or of the row that the contender is below; null for an invalid index.
  const Lock* lock(const QModelIndex& index) const;
  /// Null for a lock's own row.
  const Contender* contender(const QModelIndex& index) const;
  /// The contender's, or the lock's holder's; kNoLease when there is none.
  LeaseId lease(const QModelIndex& index) const;
  const LeaseBook& book() const { return book_; }
  QModelIndex find(const std::string& name) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  bool hasChildren(const QModelIndex& parent = {}) const override;
  /// A queue is not there until somebody opens it: most are never looked at, and views walk all their rows
  /// whenever a row's children change.
  bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;
  /// Qt::DisplayRole: name or key as bytes, lease, waiters, fencing token of a contender; else
  /// nothing, because it depends on the time.
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

 private:
  struct Node {
    std::shared_ptr<const Lock> lock;
    bool open = false;  // the queue is shown as rows
  };
  struct NameOf {
    const std::string& operator()(const std::unique_ptr<Node>& node) const { return node->lock->name; }
  };
  using Locks = std::vector<std::shared_ptr<const Lock>>;

  QModelIndex rowIndex(const Node& node) const { return find(node.lock->name); }
  std::vector<int> goneRows(const ChangeSet& changes) const;
  void removeRowsOf(const ChangeSet& changes);
  void upsert(const Locks& locks);
  const Node* closedNode(const QModelIndex& index) const;
  void replace(Node& node, const std::shared_ptr<const Lock>& lock);
  void replaceQueue(Node& node, const std::shared_ptr<const Lock>& lock);
  void reshape(Node& node, const Lock& newest);
  void insertNew(Locks locks);
  void reorder(const std::function<void()>& change);
  void tell(std::vector<int> rows, int firstColumn, int lastColumn);
  void tellLeases(const ChangeSet& changes);
  void noteHolder(Node& node, bool holds);

  const LeaseBook& book_;
  SortedRows<std::unique_ptr<Node>, NameOf> rows_;
  absl::flat_hash_map<LeaseId, absl::flat_hash_set<Node*>> held_;  // by the holder's lease
};

}  // namespace leasescope::ui
