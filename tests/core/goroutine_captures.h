#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace leasescope {

/// One of the files in tests/core/goroutines: what a real program answered.
inline std::string goroutineCapture(const std::string& name) {
  std::ifstream file(LEASESCOPE_GOROUTINES "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace leasescope
