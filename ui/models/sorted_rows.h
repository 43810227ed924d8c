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

/// Rows in the order of their keys, and the fewest inserts and removes that bring them up to date. The
/// callbacks are a model's begin… and end… functions.
template <class Row, class KeyOf>
class SortedRows {
 public:
  using Key = std::decay_t<std::invoke_result_t<KeyOf, const Row&>>;
  using Begin = std::function<void(int first, int last)>;
  using End = std::function<void()>;

  int size() const { return static_cast<int>(rows_.size()); }
  const Row& at(int row) const { return rows_[static_cast<std::size_t>(row)]; }
  Row& at(int row) { return rows_[static_cast<std::size_t>(row)]; }
  auto begin() const { return rows_.begin(); }
  auto end() const { return rows_.end(); }
  void clear() { rows_.clear(); }

  /// -1 when there is none.
  int find(const Key& key) const {
    const auto at = std::ranges::lower_bound(rows_, key, {}, KeyOf());
    return at == rows_.end() || KeyOf()(*at) != key ? -1 : static_cast<int>(at - rows_.begin());
  }

  /// `doomed` ascending, without doubles.
  void remove(const std::vector<int>& doomed, const Begin& begin, const End& end) {
    const std::vector<RowRange> ranges = contiguous(doomed);
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
      begin(range->first, range->last);
      rows_.erase(rows_.begin() + range->first, rows_.begin() + range->last + 1);
      end();
    }
  }

  /// `fresh` in order, none of them here already.
  void insert(std::vector<Row> fresh, const Begin& begin, const End& end) {
    for (auto next = fresh.begin(); next != fresh.end();) {
      const auto at = std::ranges::lower_bound(rows_, KeyOf()(*next), {}, KeyOf());
      const auto stop = at == rows_.end() ? fresh.end() : std::ranges::lower_bound(next, fresh.end(), KeyOf()(*at), {}, KeyOf());
      const auto first = static_cast<int>(at - rows_.begin());
      begin(first, first + static_cast<int>(stop - next) - 1);
      rows_.insert(at, std::make_move_iterator(next), std::make_move_iterator(stop));
      end();
      next = stop;
    }
  }

 private:
  std::vector<Row> rows_;
};

}  // namespace leasescope::ui
