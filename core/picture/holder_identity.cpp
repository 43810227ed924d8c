#include "core/picture/holder_identity.h"

#include <vector>

#include "core/picture/key_text.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "nlohmann/json.hpp"

namespace leasescope {
namespace {

constexpr std::size_t kLongestJson = 4096;
constexpr std::size_t kLongestWord = 64;

/// Ids are numbers to some and names to others.
std::string wordAt(const nlohmann::json& json, const char* field) {
  const auto found = json.find(field);
  if (found == json.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_number_integer() ? found->dump() : std::string();
}

std::optional<absl::Time> timeAt(const nlohmann::json& json, const char* field) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, wordAt(json, field), &time, nullptr)) return std::nullopt;
  return time;
}

std::string shown(const std::string& word) {
  std::string text = printableKey(word);
  if (text.size() <= kLongestWord) return text;
  std::size_t end = kLongestWord;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not within a character
  return text.substr(0, end) + "…";
}

}  // namespace

std::string identityKey(etcd::LeaseId lease) { return std::string(kIdentityPrefix) + etcd::leaseHex(lease); }

bool isIdentityKey(std::string_view key) {
  return key.starts_with(kIdentityPrefix) && key.find('/', kIdentityPrefix.size()) == std::string_view::npos;
}

bool isIdentityKeyOf(std::string_view key, etcd::LeaseId lease) {
  if (lease == etcd::kNoLease || !isIdentityKey(key)) return false;
  return etcd::leaseFromCanonicalHex(key.substr(kIdentityPrefix.size())) == lease;
}

std::string identityJson(const HolderIdentity& identity) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (!identity.host.empty()) json["host"] = identity.host;
  if (identity.pid) json["pid"] = *identity.pid;
  if (!identity.thread.empty()) json["thread"] = identity.thread;
  if (!identity.service.empty()) json["service"] = identity.service;
  if (identity.since)
    json["since"] = absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", *identity.since, absl::UTCTimeZone());
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

SharedIdentity identityFrom(std::string_view json) {
  auto identity = std::make_shared<HolderIdentity>();
  if (json.size() > kLongestJson) return identity;
  const auto said = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!said.is_object()) return identity;
  identity->host = wordAt(said, "host");
  if (const auto pid = said.find("pid"); pid != said.end() && pid->is_number_integer()) {
    identity->pid = pid->get<std::int64_t>();
  }
  identity->thread = wordAt(said, "thread");
  identity->service = wordAt(said, "service");
  identity->since = timeAt(said, "since");
  return identity;
}

bool saysWho(const HolderIdentity* identity) {
  return identity != nullptr && (!identity->service.empty() || !identity->host.empty() || identity->pid ||
                                 !identity->thread.empty());
}

std::string identityText(const HolderIdentity* identity) {
  if (!saysWho(identity)) return "unknown";
  std::string who = shown(identity->service);
  if (!identity->host.empty()) who += fmt::format("{}on {}", who.empty() ? "" : " ", shown(identity->host));
  std::vector<std::string> parts;
  if (!who.empty()) parts.push_back(who);
  if (identity->pid) parts.push_back(fmt::format("pid {}", *identity->pid));
  if (!identity->thread.empty()) parts.push_back(fmt::format("thread {}", shown(identity->thread)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace leasescope
