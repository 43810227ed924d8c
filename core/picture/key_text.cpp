#include "core/picture/key_text.h"

#include <cstddef>
#include <cstdint>

#include "fmt/format.h"

namespace leasescope {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: these bytes are no UTF-8
};

/// Follows RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
CodePoint decode(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {};
  std::uint32_t value = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (overlong || surrogate || value > 0x10ffff) return {};
  return {value, length};
}

bool confuses(std::uint32_t value) {
  if (value < 0x20 || (value >= 0x7f && value <= 0x9f)) return true;  // control characters
  if (value == 0xad || value == 0x61c || value == 0xfeff) return true;
  if (value >= 0x200b && value <= 0x200f) return true;  // zero width, direction marks
  return (value >= 0x2028 && value <= 0x202e) || (value >= 0x2060 && value <= 0x206f);
}

std::string escaped(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return out;
}

template <class Escape>
std::string rewrite(std::string_view key, Escape escape) {
  std::string out;
  out.reserve(key.size());
  while (!key.empty()) {
    const CodePoint point = decode(key);
    const std::string_view bytes = key.substr(0, point.bytes == 0 ? 1 : point.bytes);
    out += point.bytes == 0 || escape(point.value) ? escaped(bytes) : std::string(bytes);
    key.remove_prefix(bytes.size());
  }
  return out;
}

}  // namespace

std::string validUtf8(std::string_view key) {
  return rewrite(key, [](std::uint32_t) { return false; });
}

std::string printableKey(std::string_view key) { return rewrite(key, confuses); }

bool isValidUtf8(std::string_view key) {
  while (!key.empty()) {
    const CodePoint point = decode(key);
    if (point.bytes == 0) return false;
    key.remove_prefix(point.bytes);
  }
  return true;
}

}  // namespace leasescope
