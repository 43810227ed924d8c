#include "core/playground/etcd_log.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace leasescope {
namespace {

constexpr std::streamoff kMostBytes = 16 * 1024;

/// The value of a string field of one-line JSON; zap writes no spaces between name and value. Empty if there
/// is none.
std::string field(std::string_view line, std::string_view name) {
  const std::string label = "\"" + std::string(name) + "\":\"";
  std::size_t at = line.find(label);
  if (at == std::string_view::npos) return "";
  std::string value;
  for (at += label.size(); at < line.size() && line[at] != '"'; ++at) {
    if (line[at] == '\\' && at + 1 < line.size()) ++at;
    value += line[at];
  }
  return value;
}

}  // namespace

std::string lastLines(const std::string& path, int lines) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return "";
  file.seekg(std::max<std::streamoff>(0, static_cast<std::streamoff>(file.tellg()) - kMostBytes));
  std::ostringstream content;
  content << file.rdbuf();
  std::string text = content.str();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::size_t from = text.size();
  for (int i = 0; i < lines && from != std::string::npos && from > 0; ++i) from = text.rfind('\n', from - 1);
  if (from == std::string::npos || from == 0) return text;
  return text.substr(from + 1);
}

std::string briefLogLine(std::string_view line) {
  if (line.empty() || line.front() != '{') return std::string(line);
  const std::string message = field(line, "msg");
  const std::string error = field(line, "error");
  if (message.empty()) return error.empty() ? std::string(line) : error;
  return error.empty() ? message : message + ": " + error;
}

std::string briefLog(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    if (!result.empty()) result += "; ";
    result += briefLogLine(line);
  }
  return result;
}

}  // namespace leasescope
