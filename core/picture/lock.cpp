#include "core/picture/lock.h"

namespace leasescope {

std::string_view lockKindName(Lock::Kind kind) {
  switch (kind) {
    case Lock::Kind::Mutex:
      return "mutex";
    case Lock::Kind::Election:
      return "election";
    case Lock::Kind::Unknown:
      break;
  }
  return "unknown";
}

}  // namespace leasescope
