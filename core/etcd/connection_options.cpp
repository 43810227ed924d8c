#include "core/etcd/connection_options.h"

#include <algorithm>
#include <charconv>

#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

/// What stands before an @ may be a password.
absl::Status badEndpoint(std::string_view text, std::string_view why) {
  if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at);
  return absl::InvalidArgumentError(fmt::format("endpoint '{}': {}", text, why));
}

bool isPort(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

bool isHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

bool isHost(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 3) {
    host = host.substr(1, host.size() - 2);
    return std::ranges::all_of(host, [](char c) { return isHostCharacter(c) || c == ':' || c == '%'; });
  }
  return !host.empty() && std::ranges::all_of(host, isHostCharacter);
}

}  // namespace

absl::StatusOr<Endpoint> parseEndpoint(std::string_view text, bool tlsByDefault) {
  std::string_view address = text;
  Endpoint endpoint{.address = {}, .tls = tlsByDefault};
  if (const auto scheme = address.find("://"); scheme != std::string_view::npos) {
    const std::string_view name = address.substr(0, scheme);
    if (name != "http" && name != "https") {
      return badEndpoint(text, fmt::format("scheme '{}' is not known, use http or https", name));
    }
    endpoint.tls = name == "https";
    address.remove_prefix(scheme + 3);
  }
  if (address.ends_with('/')) address.remove_suffix(1);
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || !isPort(address.substr(colon + 1))) {
    return badEndpoint(text, "expected HOST:PORT, for example 127.0.0.1:2379");
  }
  if (!isHost(address.substr(0, colon))) return badEndpoint(text, "the host name is empty or malformed");
  endpoint.address = std::string(address);
  return endpoint;
}

absl::StatusOr<std::vector<Endpoint>> parseEndpoints(const ConnectionOptions& options) {
  std::vector<Endpoint> endpoints;
  for (const std::string& text : options.endpoints) {
    absl::StatusOr<Endpoint> endpoint = parseEndpoint(text, options.tls.any());
    if (!endpoint.ok()) return endpoint.status();
    if (std::ranges::find(endpoints, *endpoint) == endpoints.end()) endpoints.push_back(*std::move(endpoint));
  }
  if (endpoints.empty())
    return absl::InvalidArgumentError("no endpoint given, for example --endpoints 127.0.0.1:2379");
  return endpoints;
}

}  // namespace leasescope::etcd
