#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "core/etcd/connection_options.h"
#include "core/monitor/watched_ranges.h"
#include "tests/fuzz/require.h"

namespace leasescope {
namespace {

void checkEndpoint(const std::string& text, bool tlsByDefault) {
  const auto endpoint = etcd::parseEndpoint(text, tlsByDefault);
  if (!endpoint.ok()) return;
  const std::string& address = endpoint->address;
  require(text.find(address) != std::string::npos, "an address is a part of what was typed");
  require(address.find('/') == std::string::npos, "an address has no scheme and no path");
  const auto again = etcd::parseEndpoint(address, endpoint->tls);
  require(again.ok() && *again == *endpoint, "an address alone is an endpoint");
  const auto full = etcd::parseEndpoint((endpoint->tls ? "https://" : "http://") + address, !endpoint->tls);
  require(full.ok() && *full == *endpoint, "a scheme decides");
}

void checkRanges(const std::vector<std::string>& prefixes, const std::string& key) {
  const std::vector<etcd::KeyRange> ranges = watchedRanges(prefixes);
  require(!ranges.empty(), "something is watched");
  const bool wanted = prefixes.empty() || std::ranges::any_of(prefixes, [&](const std::string& prefix) {
                        return key.starts_with(prefix);
                      });
  const auto watching = std::ranges::count_if(ranges, [&](const auto& range) { return range.contains(key); });
  require(watching == (wanted ? 1 : 0), "a key is watched once if it is wanted, and else not at all");
}

}  // namespace
}  // namespace leasescope

/// Endpoints as a person types them, and which keys are watched for which prefixes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of one function
  FuzzedDataProvider data(bytes, size);
  const bool tls = data.ConsumeBool();
  std::vector<std::string> prefixes(data.ConsumeIntegralInRange<std::size_t>(0, 4));
  checkEndpoint(std::string(bytes, bytes + size), tls);
  for (std::string& prefix : prefixes) prefix = data.ConsumeRandomLengthString(8);
  std::string key = data.ConsumeRandomLengthString(16);
  // Seldom would a key begin with a prefix by chance.
  if (!prefixes.empty() && data.ConsumeBool()) key = prefixes.back() + key;
  if (!key.empty()) checkRanges(prefixes, key);
  return 0;
}
