#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

namespace leasescope::ui {

/// First and last row of a stretch.
struct RowRange {
  int first = 0;
  int last = 0;
  bool operator==(const RowRange&) const = default;
};

/// Row numbers in ascending order as few stretches.
inline std::vector<RowRange> contiguous(const std::vector<int>& rows) {
  std::vector<RowRange> ranges;
  for (const int row : rows) {
    if (!ranges.empty() && ranges.back().last + 1 == row) {
      ranges.back().last = row;
    } else if (ranges.empty() || ranges.back().last != row) {
      ranges.push_back({row, row});
    }
  }
  return ranges;
}

/// How a model tells its views what happens to its rows.
struct RowSteps {
  std::function<void(int first, int last)> begin;  // beginInsertRows or beginRemoveRows
  std::function<void()> end;
  /// Runs what it is given between layoutAboutToBeChanged and layoutChanged, and keeps persistent indexes
  /// right.
  std::function<void(const std::function<void()>& change)> reorder;
};

/// Rows in the order of their keys, and the fewest steps that bring them up to date. Views and proxies walk
/// all rows for every stretch that comes or goes, so many stretches are gathered at the end and told as one.
template <class Row, class KeyOf>
class SortedRows {
 public:
  using Key = std::decay_t<std::invoke_result_t<KeyOf, const Row&>>;
  static constexpr std::size_t kMostStretches = 16;

  int size() const { return static_cast<int>(rows_.size()); }
  const Row& at(int row) const { return rows_[static_cast<std::size_t>(row)]; }
  Row& at(int row) { return rows_[static_cast<std::size_t>(row)]; }
  void clear() {
    rows_.clear();
    apart_ = 0;
  }

  /// -1 when there is none.
  int find(const Key& key) const {
    const int row = findIn(0, rows_.size() - apart_, key);
    return row >= 0 ? row : findIn(rows_.size() - apart_, rows_.size(), key);
  }

  /// `doomed` ascending, without doubles.
  void remove(const std::vector<int>& doomed, const RowSteps& steps) {
    std::vector<RowRange> ranges = contiguous(doomed);
    if (ranges.size() > kMostStretches) {
      steps.reorder([&] { moveToEnd(doomed); });
      removeStretch({size() - static_cast<int>(apart_), size() - 1}, steps);
      apart_ = 0;
      return;
    }
    std::ranges::reverse(ranges);  // so that the rows that are still to go keep their numbers
    for (const RowRange& range : ranges) removeStretch(range, steps);
  }

  /// `fresh` in order, none of them here already.
  void insert(std::vector<Row> fresh, const RowSteps& steps) {
    if (fresh.empty()) return;
    if (stretches(fresh) <= kMostStretches) {
      for (auto next = fresh.begin(); next != fresh.end();) next = insertStretch(next, fresh.end(), steps);
      return;
    }
    steps.begin(size(), size() + static_cast<int>(fresh.size()) - 1);
    apart_ = fresh.size();
    std::ranges::move(fresh, std::back_inserter(rows_));
    steps.end();
    steps.reorder([this] {
      std::ranges::inplace_merge(rows_, rows_.end() - static_cast<std::ptrdiff_t>(apart_), {}, KeyOf());
      apart_ = 0;
    });
  }

 private:
  using Iterator = typename std::vector<Row>::iterator;

  int findIn(std::size_t first, std::size_t last, const Key& key) const {
    const auto begin = rows_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(last);
    const auto at = std::ranges::lower_bound(begin, end, key, {}, KeyOf());
    return at == end || KeyOf()(*at) != key ? -1 : static_cast<int>(at - rows_.begin());
  }

  /// Those of `from` to `end` that go before the same row.
  Iterator endOfStretch(Iterator from, Iterator end) {
    const auto at = std::ranges::lower_bound(rows_, KeyOf()(*from), {}, KeyOf());
    return at == rows_.end() ? end : std::ranges::lower_bound(from, end, KeyOf()(*at), {}, KeyOf());
  }

  std::size_t stretches(std::vector<Row>& fresh) {
    std::size_t count = 0;
    for (auto next = fresh.begin(); next != fresh.end(); ++count) next = endOfStretch(next, fresh.end());
    return count;
  }

  Iterator insertStretch(Iterator from, Iterator end, const RowSteps& steps) {
    const auto stop = endOfStretch(from, end);
    const auto at = std::ranges::lower_bound(rows_, KeyOf()(*from), {}, KeyOf());
    const auto first = static_cast<int>(at - rows_.begin());
    steps.begin(first, first + static_cast<int>(stop - from) - 1);
    rows_.insert(at, std::make_move_iterator(from), std::make_move_iterator(stop));
    steps.end();
    return stop;
  }

  void removeStretch(const RowRange& range, const RowSteps& steps) {
    steps.begin(range.first, range.last);
    rows_.erase(rows_.begin() + range.first, rows_.begin() + range.last + 1);
    steps.end();
  }

  void moveToEnd(const std::vector<int>& doomed) {
    std::vector<Row> kept;
    std::vector<Row> leaving;
    kept.reserve(rows_.size());
    auto next = doomed.begin();
    for (int row = 0; row < size(); ++row) {
      const bool leaves = next != doomed.end() && *next == row;
      if (leaves) ++next;
      (leaves ? leaving : kept).push_back(std::move(at(row)));
    }
    apart_ = leaving.size();
    std::ranges::move(leaving, std::back_inserter(kept));
    rows_ = std::move(kept);
  }

  std::vector<Row> rows_;
  std::size_t apart_ = 0;  // so many at the end, between two steps only, are an ordered list of their own
};

}  // namespace leasescope::ui
