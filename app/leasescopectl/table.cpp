#include "app/leasescopectl/table.h"

#include <algorithm>
#include <cstddef>

namespace leasescope {
namespace {

// What is longer is still written as a whole, and moves the rest of its own line only.
constexpr std::size_t kWidestColumn = 100;

/// Characters, not bytes: UTF-8 continuation bytes take no room.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = width(columns_[i].title);
    for (const auto& row : rows_) widest = std::max(widest, width(row[i]));
    widths.push_back(std::min(widest, kWidestColumn));
  }
  std::string out;
  const auto addRow = [&](const auto& cellOf) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cellOf(i);
      const std::string padding(widths[i] - std::min(width(cell), widths[i]), ' ');
      if (i > 0) line += "  ";
      line += columns_[i].right ? padding + cell : cell + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  addRow([&](std::size_t i) -> const std::string& { return columns_[i].title; });
  for (const auto& row : rows_) addRow([&](std::size_t i) -> const std::string& { return row[i]; });
  return out;
}

}  // namespace leasescope
