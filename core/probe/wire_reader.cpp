#include "core/probe/wire_reader.h"

namespace leasescope {
namespace {

// https://protobuf.dev/programming-guides/encoding
constexpr std::uint64_t kVarint = 0;
constexpr std::uint64_t kFixed64 = 1;
constexpr std::uint64_t kSized = 2;
constexpr std::uint64_t kFixed32 = 5;
constexpr int kVarintBits = 64;

}  // namespace

std::optional<std::uint64_t> WireReader::nextVarint() {
  if (rest_.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (int shift = 0; shift < kVarintBits && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80U) return value;
  }
  damaged_ = true;
  return std::nullopt;
}

std::optional<std::string_view> WireReader::take(std::uint64_t size) {
  if (size > rest_.size()) {
    damaged_ = true;
    return std::nullopt;
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

bool WireReader::nextField() {
  number_.reset();
  bytes_.reset();
  const std::optional<std::uint64_t> tag = nextVarint();
  if (!tag) return false;
  field_ = *tag >> 3;
  switch (*tag & 7U) {
    case kVarint:
      number_ = nextVarint();
      damaged_ = damaged_ || !number_;
      break;
    case kSized:
      if (const auto size = nextVarint()) bytes_ = take(*size);
      damaged_ = damaged_ || !bytes_;
      break;
    case kFixed64:
      take(sizeof(std::uint64_t));
      break;
    case kFixed32:
      take(sizeof(std::uint32_t));
      break;
    default:
      damaged_ = true;
  }
  return !damaged_;
}

}  // namespace leasescope
