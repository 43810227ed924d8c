#pragma once

#include <optional>
#include <string>

namespace leasescope {

/// Asks on the terminal, without showing what is typed. nullopt when there is no terminal or no answer.
/// Blocks.
std::optional<std::string> askForPasswordOnTerminal(const std::string& user);

}  // namespace leasescope
