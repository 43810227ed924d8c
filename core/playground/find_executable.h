#pragma once

#include <optional>
#include <string>

namespace leasescope {

/// A regular file that this process may execute.
bool isExecutable(const std::string& path);

/// The first executable called `name` in the folders of PATH. A name with a slash is taken as it is.
std::optional<std::string> findExecutable(const std::string& name);

}  // namespace leasescope
