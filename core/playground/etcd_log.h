#pragma once

#include <string>
#include <string_view>

namespace leasescope {

/// The last lines of a file, at most `lines` of them and 16 KiB; empty if it cannot be read.
std::string lastLines(const std::string& path, int lines);

/// What a person needs of a line that etcd logged: `msg: error` of its JSON, without the stack trace. Another
/// line stays as it is.
std::string briefLogLine(std::string_view line);

/// briefLogLine() of each line, joined with "; ".
std::string briefLog(std::string_view text);

}  // namespace leasescope
