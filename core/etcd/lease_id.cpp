#include "core/etcd/lease_id.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

constexpr std::size_t kMaxHexDigits = 16;
constexpr auto kMaxMagnitude = static_cast<std::uint64_t>(std::numeric_limits<LeaseId>::max());

bool isLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

absl::Status notALease(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("'{}' is not a lease id: {}", text, why));
}

}  // namespace

std::string leaseHex(LeaseId id) {
  // fmt prints a signed "{:x}" of INT64_MIN right too, as Go does.
  return fmt::format("{:x}", id);
}

std::optional<LeaseId> leaseFromCanonicalHex(std::string_view text) {
  std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || digits.size() > kMaxHexDigits || digits.front() == '0') return std::nullopt;
  if (!std::ranges::all_of(digits, isLowerHex)) return std::nullopt;
  LeaseId id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

absl::StatusOr<LeaseId> parseLeaseId(std::string_view text) {
  const std::string typed = lowered(trimmed(text));
  if (typed.empty()) return notALease(text, "it is empty");
  const bool negative = typed.front() == '-';
  std::string_view digits = std::string_view(typed).substr(negative ? 1 : 0);
  const bool marked = digits.starts_with("0x");
  if (marked) digits.remove_prefix(2);
  if (digits.empty() || !std::ranges::all_of(digits, isLowerHex)) {
    return notALease(text, "expected hexadecimal digits as etcdctl prints them, or a decimal number");
  }
  const bool decimal = !marked && digits.size() > kMaxHexDigits;
  if (decimal && !std::ranges::all_of(digits, [](char c) { return c <= '9'; })) {
    return notALease(text, "more than 16 hexadecimal digits");
  }
  std::uint64_t magnitude = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, decimal ? 10 : 16);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      magnitude > kMaxMagnitude + (negative ? 1 : 0)) {
    return notALease(text, "it does not fit 63 bits");
  }
  if (magnitude == 0) return notALease(text, "0 stands for 'no lease'");
  return static_cast<LeaseId>(negative ? 0 - magnitude : magnitude);
}

}  // namespace leasescope::etcd
