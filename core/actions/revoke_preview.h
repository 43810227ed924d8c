#pragma once

#include "core/actions/actions.h"
#include "core/picture/picture.h"

namespace leasescope {

/// What the picture would be like without these keys of one lease. Pure. `before` must hold the queues of all
/// locks that the keys belong to.
std::vector<RevokePreview::LockEffect> effectsOfRevoke(const Picture& before, LeaseId lease,
                                                       const std::vector<std::string>& keys);

}  // namespace leasescope
