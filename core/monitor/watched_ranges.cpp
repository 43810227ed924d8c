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

Watched watchedBy(const std::vector<std::string>& prefixes) {
  const bool everything = prefixes.empty() || std::ranges::find(prefixes, std::string()) != prefixes.end();
  return everything ? Watched::Everything : Watched::SomePrefixes;
}

}  // namespace leasescope
