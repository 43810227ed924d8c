#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace leasescope {

/// Begins as gzip does.
bool isGzip(std::string_view bytes);

/// One gzip stream; what follows it is passed over. InvalidArgument if it is damaged or cut off,
/// ResourceExhausted if more than `limit` bytes are in it (no more than that is ever held). On any thread.
absl::StatusOr<std::string> gunzip(std::string_view packed, std::size_t limit);

}  // namespace leasescope
