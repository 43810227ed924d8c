#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace leasescope {

/// Goes through the fields of one message in protobuf's wire format without copying it, so that reading never
/// takes more memory than the message itself. Groups, which no profile has, count as damage.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}

  /// The next varint, not of a field but of a packed list of them. Nothing at the end, and when damaged.
  std::optional<std::uint64_t> nextVarint();

  /// Goes to the next field; false at the end, and when damaged.
  bool nextField();
  /// Of the field, until the next one: its number, and what it is, by its wire type.
  std::uint64_t field() const { return field_; }
  std::optional<std::uint64_t> number() const { return number_; }   // int64, uint64, bool, enum
  std::optional<std::string_view> bytes() const { return bytes_; }  // string, bytes, message, packed list

  bool damaged() const { return damaged_; }

 private:
  std::optional<std::string_view> take(std::uint64_t size);

  std::string_view rest_;
  std::uint64_t field_ = 0;
  std::optional<std::uint64_t> number_;
  std::optional<std::string_view> bytes_;
  bool damaged_ = false;
};

}  // namespace leasescope
