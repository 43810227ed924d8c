#include "core/etcd/types.h"

namespace leasescope::etcd {

KeyRange KeyRange::prefix(const std::string& prefix) {
  if (prefix.empty()) return {std::string(1, '\0'), std::string(1, '\0')};
  std::string end = prefix;
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (end.empty()) return {prefix, std::string(1, '\0')};
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return {prefix, end};
}

bool KeyRange::contains(const std::string& candidate) const {
  if (end.empty()) return candidate == key;
  if (candidate < key) return false;
  return end == std::string(1, '\0') || candidate < end;
}

}  // namespace leasescope::etcd
