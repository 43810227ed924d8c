#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/picture/picture.h"
#include "tests/support/etcdctl.h"

namespace leasescope {

/// What etcd's own history holds, read with `etcdctl watch` and none of the code under test, and what a
/// picture that misses nothing says of it. Not thread-safe.
class EtcdHistory {
 public:
  using WhichMember = std::function<Etcdctl()>;  // one that answers now

  explicit EtcdHistory(WhichMember etcdctl) : etcdctl_(std::move(etcdctl)) {}

  /// Begins at the cluster's state of now. False when nobody answers.
  bool begin();
  /// Reads on up to now; nothing up to here may have been compacted. False when that can't be done now.
  bool readOn();

  Revision revision() const { return picture_.revision(); }
  std::size_t events() const { return events_; }
  /// What happened to locks since the last call, in order.
  std::vector<Happening> takeHappenings() { return picture_.takeChanges().happenings; }

 private:
  const WhichMember etcdctl_;
  Picture picture_;
  std::size_t events_ = 0;
};

}  // namespace leasescope
