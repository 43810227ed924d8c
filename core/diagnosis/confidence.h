#pragma once

#include <string_view>

namespace leasescope {

enum class Confidence {
  Suspected,  // the evidence fits, but another cause would look the same
  Proven,     // there is no other explanation
};

constexpr std::string_view confidenceName(Confidence confidence) {
  return confidence == Confidence::Proven ? "proven" : "suspected";
}

}  // namespace leasescope
