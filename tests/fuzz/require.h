#pragma once

#include <cstdlib>

#include "fmt/format.h"

namespace leasescope {

/// Ends the program, so that the fuzzer keeps the input.
inline void require(bool holds, const char* what) {
  if (holds) return;
  fmt::print(stderr, "does not hold: {}\n", what);
  std::abort();
}

}  // namespace leasescope
