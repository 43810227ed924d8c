#include "core/probe/goroutine_profile.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/probe/goroutine_proto.h"
#include "core/probe/goroutine_text.h"
#include "core/probe/gunzip.h"

namespace leasescope {
namespace {

constexpr std::size_t kBeginning = 1024;

std::string_view beginningOf(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, kBeginning);
}

bool isWebPage(std::string_view beginning) { return beginning.starts_with('<'); }

/// Text may have anything but control characters; protobuf has them in its first bytes.
bool isText(std::string_view bytes) {
  return std::ranges::none_of(bytes.substr(0, kBeginning), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c)) && c != '\n' && c != '\r' && c != '\t';
  });
}

/// "heap" of "heap profile: 3: 4096 [...]", Go's text of something else; empty for other texts.
std::string_view kindOfTextProfile(std::string_view beginning) {
  const auto end = beginning.find(" profile:");
  if (end == std::string_view::npos) return {};
  const std::string_view kind = beginning.substr(0, end);
  return std::ranges::all_of(kind, [](unsigned char c) { return absl::ascii_isalnum(c); }) ? kind : "";
}

absl::StatusOr<GoroutineProfile> parseUnpacked(std::string_view bytes) {
  const std::string_view beginning = beginningOf(bytes);
  if (beginning.empty()) {
    return absl::InvalidArgumentError(
        "this is empty, not a goroutine profile: give what /debug/pprof/goroutine answers");
  }
  if (!isText(bytes)) return parseGoroutineProto(bytes);
  if (isWebPage(beginning)) {
    return absl::InvalidArgumentError(
        "this is a web page, not a goroutine profile: give host:port of a service that imports "
        "net/http/pprof");
  }
  if (isCountedStacks(bytes)) return parseCountedStacks(bytes);
  if (isStackDump(bytes)) return parseStackDump(bytes);
  if (const std::string_view kind = kindOfTextProfile(beginning); !kind.empty()) return notOfGoroutines(kind);
  return absl::InvalidArgumentError(
      "this is some other text, not a goroutine profile: give what /debug/pprof/goroutine answers");
}

}  // namespace

absl::StatusOr<GoroutineProfile> parseGoroutineProfile(std::string_view answer) {
  if (answer.size() > kLargestProfile) {
    return absl::ResourceExhaustedError(
        absl::StrCat("this is longer than ", kLargestProfile >> 20, " MiB, which no goroutine profile is"));
  }
  if (!isGzip(answer)) return parseUnpacked(answer);
  const absl::StatusOr<std::string> unpacked = gunzip(answer, kLargestProfile);
  return unpacked.ok() ? parseUnpacked(*unpacked) : unpacked.status();
}

}  // namespace leasescope
