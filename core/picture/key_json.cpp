#include "core/picture/key_json.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "core/picture/key_text.h"

namespace leasescope {
namespace {

std::string base64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

}  // namespace

void setBytes(nlohmann::json& object, const std::string& field, std::string_view bytes) {
  object[field] = validUtf8(bytes);
  if (!isValidUtf8(bytes)) object[field + "_base64"] = base64(bytes);
}

void setBytes(nlohmann::json& object, const std::string& field, const std::vector<std::string>& list) {
  nlohmann::json texts = nlohmann::json::array();
  nlohmann::json exact = nlohmann::json::array();
  for (const std::string& bytes : list) {
    texts.push_back(validUtf8(bytes));
    exact.push_back(base64(bytes));
  }
  object[field] = std::move(texts);
  if (!std::ranges::all_of(list, isValidUtf8)) object[field + "_base64"] = std::move(exact);
}

}  // namespace leasescope
