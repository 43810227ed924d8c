#include "core/monitor/watched_ranges.h"

#include <algorithm>

namespace leasescope {

std::vector<etcd::KeyRange> watchedRanges(std::vector<std::string> prefixes) {
  if (prefixes.empty()) prefixes.emplace_back();
  std::ranges::sort(prefixes);
  std::vector<etcd::KeyRange> ranges;
  const std::string* last = nullptr;
  for (const std::string& prefix : prefixes) {
    if (last != nullptr && prefix.starts_with(*last)) continue;
    ranges.push_back(etcd::KeyRange::prefix(prefix));
    last = &prefix;
  }
  return ranges;
}

}  // namespace leasescope
