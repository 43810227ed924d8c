#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace leasescope {

/// Sets `field`, and `field`_base64 too when the bytes are no UTF-8.
void setBytes(nlohmann::json& object, const std::string& field, std::string_view bytes);
/// The same for a list.
void setBytes(nlohmann::json& object, const std::string& field, const std::vector<std::string>& list);

}  // namespace leasescope
