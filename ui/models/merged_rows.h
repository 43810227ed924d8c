#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include <QAbstractTableModel>

#include "absl/container/flat_hash_map.h"
#include "ui/models/row_roles.h"

namespace leasescope::ui {

/// A table of values that are polled as a whole. Rows are told apart by a key, and a merge tells the views
/// only what changed: no reset, rows that stay keep their place, new ones come last. Its values are raw:
/// words and colours are for a proxy.
///
/// `Key` is copyable and hashable by Abseil. Rows with the same key are told apart by their order.
template <class Row, class Key>
class MergedRows : public QAbstractTableModel {
 public:
  using QAbstractTableModel::QAbstractTableModel;

  enum Role {
    RawRole = int{Qt::UserRole} + RowRoleCount + 1,  // a value that sorts as what it is
    RoleEnd
  };

  int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : columns(); }
  QVariant data(const QModelIndex& index, int role) const override {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != RawRole) return {};
    return rawValue(row(index.row()), index.column());
  }
  int rowCount(const QModelIndex& parent = {}) const override {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
  }
  const Row& row(int index) const { return rows_.at(index); }

  void merge(std::vector<Row> newest) {
    const std::vector<UniqueKey> keys = uniqueKeys(newest);
    absl::flat_hash_map<UniqueKey, std::size_t> positions;
    for (std::size_t i = 0; i < keys.size(); ++i) positions.emplace(keys[i], i);
    removeAllBut(positions);
    std::vector<bool> known(newest.size(), false);
    update(newest, positions, known);
    append(newest, keys, known);
  }

 protected:
  virtual int columns() const = 0;
  virtual QVariant rawValue(const Row& row, int column) const = 0;
  virtual Key keyOf(const Row& row) const = 0;
  virtual bool looksSame(const Row& a, const Row& b) const = 0;

 private:
  using UniqueKey = std::pair<Key, int>;
  using Positions = absl::flat_hash_map<UniqueKey, std::size_t>;

  std::vector<UniqueKey> uniqueKeys(const std::vector<Row>& rows) const {
    absl::flat_hash_map<Key, int> seen;
    std::vector<UniqueKey> keys;
    keys.reserve(rows.size());
    for (const Row& row : rows) {
      const Key key = keyOf(row);
      keys.emplace_back(key, seen[key]++);
    }
    return keys;
  }

  void removeAllBut(const Positions& kept) {
    for (int last = rowCount() - 1; last >= 0; --last) {
      if (kept.contains(keys_[last])) continue;
      int first = last;
      while (first > 0 && !kept.contains(keys_[first - 1])) --first;
      beginRemoveRows({}, first, last);
      rows_.erase(rows_.begin() + first, rows_.begin() + last + 1);
      keys_.erase(keys_.begin() + first, keys_.begin() + last + 1);
      endRemoveRows();
      last = first;
    }
  }

  void update(std::vector<Row>& newest, const Positions& positions, std::vector<bool>& known) {
    std::vector<std::pair<int, int>> stretches;  // first and last row that changed
    for (int i = 0; i < rowCount(); ++i) {
      const std::size_t position = positions.at(keys_[i]);
      known[position] = true;
      const bool changed = !looksSame(rows_[i], newest[position]);
      rows_[i] = std::move(newest[position]);
      if (!changed) continue;
      if (stretches.empty() || stretches.back().second < i - 1) stretches.emplace_back(i, i);
      stretches.back().second = i;
    }
    if (stretches.size() > kMostStretches) stretches = {{stretches.front().first, stretches.back().second}};
    for (const auto& [first, last] : stretches) tellChanged(first, last);
  }

  void tellChanged(int first, int last) { emit dataChanged(index(first, 0), index(last, columnCount() - 1)); }

  void append(std::vector<Row>& newest, const std::vector<UniqueKey>& keys, const std::vector<bool>& known) {
    const auto added = static_cast<int>(std::ranges::count(known, false));
    if (added == 0) return;
    beginInsertRows({}, rowCount(), rowCount() + added - 1);
    for (std::size_t i = 0; i < newest.size(); ++i) {
      if (known[i]) continue;
      rows_.push_back(std::move(newest[i]));
      keys_.push_back(keys[i]);
    }
    endInsertRows();
  }

  // Each costs the views some work; more of them cost more than rows that are told without a change.
  static constexpr std::size_t kMostStretches = 16;

  std::vector<Row> rows_;
  std::vector<UniqueKey> keys_;  // of rows_, in the same order
};

}  // namespace leasescope::ui
