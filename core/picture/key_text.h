#pragma once

#include <string>
#include <string_view>

namespace leasescope {

/// Keys are bytes. For JSON: bytes that are no UTF-8 become "\xNN", all else stays.
std::string validUtf8(std::string_view key);
bool isValidUtf8(std::string_view key);

/// For people: as validUtf8, and what would confuse a terminal or a window (control characters, marks that
/// change the direction of text, invisible characters) is escaped as well. Not shortened.
std::string printableKey(std::string_view key);

}  // namespace leasescope
