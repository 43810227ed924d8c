#include "core/etcd/secret.h"

#include <cstring>
#include <utility>

namespace leasescope::etcd {

void wipe(std::string& text) {
  explicit_bzero(text.data(), text.size());
  text.clear();
}

Secret::Secret(std::string text) {
  auto* const kept = new std::string(text);
  wipe(text);
  text_ = std::shared_ptr<const std::string>(kept, [kept](const std::string*) {
    wipe(*kept);
    delete kept;
  });
}

const std::string& Secret::reveal() const {
  static const std::string kNone;
  return text_ ? *text_ : kNone;
}

}  // namespace leasescope::etcd
