#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/picture/contender_name.h"
#include "core/picture/picture.h"

namespace leasescope {

/// `seconds` after a moment that is the same in every test.
inline Moment at(double seconds) {
  const absl::Duration passed = absl::Seconds(seconds);
  return {SteadyTime(std::chrono::hours(1)) + absl::ToChronoNanoseconds(passed),
          absl::FromUnixSeconds(1'700'000'000) + passed};
}

/// What an etcd would have done with these writes: the events that it would send, the list that it would
/// give.
class History {
 public:
  struct Write {
    std::string key;
    LeaseId lease = etcd::kNoLease;
    std::string value;
    bool remove = false;
  };
  static Write put(std::string key, LeaseId lease = etcd::kNoLease, std::string value = {}) {
    return {.key = std::move(key), .lease = lease, .value = std::move(value)};
  }
  static Write remove(std::string key) { return {.key = std::move(key), .remove = true}; }

  /// One transaction: one revision, unless it does nothing. Returns its events.
  std::vector<etcd::Event> commit(const std::vector<Write>& writes) {
    std::vector<etcd::Event> events;
    for (const Write& write : writes) {
      if (auto event = write.remove ? removed(write) : written(write)) events.push_back(*std::move(event));
    }
    if (!events.empty()) ++revision_;
    return events;
  }

  /// Every key as of now, as the monitor lists them: of keys that look like contenders it is known whether
  /// they have a value, and of those of identities what it is.
  Listing listing() const {
    Listing out{.clusterId = kClusterId, .revision = revision_};
    for (const auto& [key, kv] : keys_) {
      const bool identity = isIdentityKeyOf(key, kv.lease);
      ValueKind value = ValueKind::Unknown;
      if (mayBeContender(key) || identity) value = kv.value.empty() ? ValueKind::Empty : ValueKind::Present;
      out.keys.push_back({.key = key,
                          .createRevision = kv.createRevision,
                          .modRevision = kv.modRevision,
                          .version = kv.version,
                          .lease = kv.lease,
                          .value = value,
                          .identity = identity ? kv.value : ""});
    }
    return out;
  }

  Revision revision() const { return revision_; }

  static constexpr std::uint64_t kClusterId = 0xcafe;

 private:
  std::optional<etcd::Event> removed(const Write& write) {
    if (keys_.erase(write.key) == 0) return std::nullopt;
    return etcd::Event{.type = etcd::Event::Type::Delete,
                       .kv = {.key = write.key, .modRevision = revision_ + 1}};
  }

  std::optional<etcd::Event> written(const Write& write) {
    etcd::KeyValue& kv = keys_[write.key];
    if (kv.version == 0) kv.createRevision = revision_ + 1;
    kv = {.key = write.key,
          .value = write.value,
          .createRevision = kv.createRevision,
          .modRevision = revision_ + 1,
          .version = kv.version + 1,
          .lease = write.lease};
    return etcd::Event{.type = etcd::Event::Type::Put, .kv = kv};
  }

  std::map<std::string, etcd::KeyValue> keys_;
  Revision revision_ = 1;  // of an empty etcd
};

}  // namespace leasescope
