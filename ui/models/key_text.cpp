#include "core/picture/key_text.h"

#include <string_view>

#include "ui/models/format.h"

namespace leasescope::ui {
namespace {

QString readable(std::string_view bytes) { return QString::fromStdString(printableKey(bytes)); }

bool continuesCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

/// The last `count` bytes, or a few less so that they begin with a whole code point.
std::string_view tail(std::string_view bytes, std::size_t count) {
  std::string_view end = bytes.substr(bytes.size() - count);
  for (int i = 0; i < 3 && continuesCodePoint(end.front()); ++i) end.remove_prefix(1);
  return end;
}

std::string_view head(std::string_view bytes, std::size_t count) {
  for (int i = 0; i < 3 && continuesCodePoint(bytes[count]); ++i) --count;
  return bytes.substr(0, count);
}

}  // namespace

QString keyText(const std::string& bytes, int maxChars) {
  constexpr std::size_t kMostBytesPerChar = 4;
  const std::size_t enough = static_cast<std::size_t>(maxChars) * kMostBytesPerChar;
  const int half = (maxChars - 1) / 2;
  if (bytes.size() > 2 * enough) {  // only what can be seen is looked at: keys may have a megabyte
    return readable(head(bytes, enough)).left(maxChars - 1 - half) + u'…' +
           readable(tail(bytes, enough)).right(half);
  }
  QString text = readable(bytes);
  if (text.size() <= maxChars) return text;
  return text.left(maxChars - 1 - half) + u'…' + text.right(half);
}

}  // namespace leasescope::ui
