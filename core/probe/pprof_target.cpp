#include "core/probe/pprof_target.h"

#include <algorithm>

#include "absl/status/status.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr std::string_view kGoroutine = "/goroutine";
constexpr std::string_view kScheme = "://";

/// What stands before an @ may be a password.
absl::Status badTarget(std::string_view text, std::string_view why) {
  text.remove_prefix(std::min(text.rfind('@') + 1, text.size()));
  return absl::InvalidArgumentError(fmt::format("'{}': {}", printableKey(text), why));
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Of a URL, which may leave its port out; `schemeEnd` is the first colon.
std::string withPort(std::string_view address, std::size_t schemeEnd) {
  const auto last = address.find_last_of(":]");
  if (last != schemeEnd && address[last] == ':') return std::string(address);
  return fmt::format("{}:{}", address, address.starts_with("https:") ? 443 : 80);
}

bool isPath(std::string_view path) {
  return std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string PprofTarget::url() const {
  return (service.tls ? "https://" : "http://") + service.address + path;
}

absl::StatusOr<PprofTarget> parsePprofTarget(std::string_view text) {
  text = trimmed(text);
  if (text.empty())
    return absl::InvalidArgumentError("give HOST:PORT of a Go service, for example 127.0.0.1:6060");
  const auto scheme = text.find(kScheme);
  const auto host = scheme == std::string_view::npos ? 0 : scheme + kScheme.size();
  const std::string_view asked = text.substr(0, text.find_first_of("?#", host));
  const auto slash = std::min(asked.find('/', host), asked.size());
  const std::string address =
      host == 0 ? std::string(asked.substr(0, slash)) : withPort(asked.substr(0, slash), scheme);
  const absl::StatusOr<etcd::Endpoint> service = etcd::parseEndpoint(address, false);
  if (!service.ok()) {
    return badTarget(text, "expected HOST:PORT or a URL of a Go service, for example http://127.0.0.1:6060");
  }
  PprofTarget target{.service = *service};
  std::string_view path = asked.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!isPath(path))
    return badTarget(text, "blanks and other letters than ASCII's are written %20 and so on");
  if (path.empty()) return target;
  if (!path.ends_with(kGoroutine) && !path.ends_with("/pprof")) {
    return badTarget(text, "the path must end in /pprof or /goroutine; without one, /debug/pprof is asked");
  }
  target.path = std::string(path);
  if (!path.ends_with(kGoroutine)) target.path += kGoroutine;
  return target;
}

}  // namespace leasescope
