#include "tests/support/cluster_witness.h"

#include <algorithm>
#include <future>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

std::string fromBase64(const nlohmann::json& object, const char* field) {
  std::string bytes;
  if (object.contains(field)) absl::Base64Unescape(object[field].get<std::string>(), &bytes);
  return bytes;
}

std::string describe(const Lock& lock) {
  std::string text = fmt::format("lock '{}' kind {}", printableKey(lock.name), static_cast<int>(lock.kind));
  if (lock.blocker) text += fmt::format(" blocked by {}", printableKey(lock.blocker->key));
  for (const auto& contender : lock.queue) {
    const Contender& one = *contender;
    text += fmt::format("\n  {} lease {} named {} at {} waits on '{}'", printableKey(one.key),
                        etcd::leaseHex(one.lease), etcd::leaseHex(one.nameLease), one.createRevision,
                        printableKey(one.waitsOn));
  }
  return text;
}

std::string describe(const Lease& lease) {
  std::string text = fmt::format("lease {}", etcd::leaseHex(lease.id));
  for (const std::string& key : *lease.keys) text += "\n  " + printableKey(key);
  if (lease.identity != nullptr) text += "\n  by " + identityJson(*lease.identity);
  return text;
}

std::string describe(const std::pair<const std::string, KeyRecord>& key) {
  const KeyRecord& record = key.second;
  return fmt::format("key '{}' created at {} modified at {} version {} lease {}{}", printableKey(key.first),
                     record.createRevision, record.modRevision, record.version, etcd::leaseHex(record.lease),
                     record.value == ValueKind::Present ? " with a value" : "");
}

/// Whether a key that is no contender has a value is not asked when keys are listed.
bool sameKey(const KeyRecord& expected, const KeyRecord& actual) {
  return expected.createRevision == actual.createRevision && expected.modRevision == actual.modRevision &&
         expected.version == actual.version && expected.lease == actual.lease &&
         (actual.value == ValueKind::Unknown || expected.value == actual.value);
}

std::string firstDifference(const KeyTable& expected, const KeyTable& actual) {
  for (const auto& key : expected) {
    const auto found = actual.find(key.first);
    if (found == actual.end()) return "missing: " + describe(key);
    if (!sameKey(key.second, found->second)) {
      return fmt::format("expected {}\nbut the picture says {}", describe(key), describe(*found));
    }
    const bool isRead = mayBeContender(key.first) || isIdentityKeyOf(key.first, key.second.lease);
    if (found->second.value == ValueKind::Unknown && isRead) {
      return "not known whether it has a value: " + describe(key);
    }
  }
  for (const auto& key : actual) {
    if (!expected.contains(key.first)) return "too much: " + describe(key);
  }
  return {};
}

/// By their descriptions, so that a failing test shows them.
template <class Map>
std::string firstDifference(const Map& expected, const Map& actual) {
  for (const auto& [id, value] : expected) {
    const auto found = actual.find(id);
    if (found == actual.end()) return "missing: " + describe(*value);
    const std::string want = describe(*value);
    const std::string have = describe(*found->second);
    if (want != have) return fmt::format("expected {}\nbut the picture says {}", want, have);
  }
  for (const auto& [id, value] : actual) {
    if (!expected.contains(id)) return "too much: " + describe(*value);
  }
  return {};
}

}  // namespace

absl::StatusOr<Listing> listingFromEtcdctl(const Etcdctl& etcdctl, const std::vector<std::string>& prefixes) {
  Listing listing;
  std::set<std::string> seen;  // prefixes may overlap
  for (const std::string& prefix : prefixes.empty() ? std::vector<std::string>{""} : prefixes) {
    std::vector<std::string> arguments = {"get", prefix, "--prefix", "-w", "json"};
    if (listing.revision > 0) arguments.push_back(fmt::format("--rev={}", listing.revision));
    absl::StatusOr<std::string> answer = etcdctl.run(std::move(arguments));
    if (!answer.ok()) return answer.status();
    const nlohmann::json json = nlohmann::json::parse(*answer);
    if (listing.revision == 0) listing.revision = json["header"]["revision"].get<Revision>();
    listing.clusterId = json["header"]["cluster_id"].get<std::uint64_t>();
    for (const nlohmann::json& kv : json.value("kvs", nlohmann::json::array())) {
      std::string key = fromBase64(kv, "key");
      if (!seen.insert(key).second) continue;
      std::string value = fromBase64(kv, "value");
      listing.keys.push_back({.key = std::move(key),
                              .createRevision = kv.value("create_revision", Revision{0}),
                              .modRevision = kv.value("mod_revision", Revision{0}),
                              .version = kv.value("version", std::int64_t{0}),
                              .lease = kv.value("lease", LeaseId{0}),
                              .value = value.empty() ? ValueKind::Empty : ValueKind::Present,
                              .identity = std::move(value)});
    }
  }
  return listing;
}

ClusterWitness::ClusterWitness(const std::string& endpoint, MonitorOptions options)
    : ClusterWitness(etcd::ConnectionOptions{.endpoints = {endpoint}}, std::move(options)) {}

ClusterWitness::ClusterWitness(etcd::ConnectionOptions connection, MonitorOptions options)
    : prefixes_(options.prefixes),
      client_(*etcd::Client::create(std::move(connection))),
      monitor_(std::make_unique<Monitor>(client_, std::move(options),
                                         [this](MonitorUpdate update) { onUpdate(std::move(update)); })) {}

ClusterWitness::~ClusterWitness() {
  client_->shutdown();
  monitor_.reset();
}

void ClusterWitness::onUpdate(MonitorUpdate update) {
  const std::lock_guard lock(mutex_);
  ChangeSet& changes = update.changes;
  if (changes.complete) {
    locks_.clear();
    leases_.clear();
  }
  for (const auto& one : changes.locks) locks_[one->name] = one;
  for (const std::string& name : changes.removedLocks) locks_.erase(name);
  for (const auto& one : changes.leases) leases_[one->id] = one;
  for (const LeaseId id : changes.removedLeases) leases_.erase(id);
  for (auto& [id, history] : update.histories) histories_[id] = history;
  std::ranges::move(changes.happenings, std::back_inserter(happenings_));
  revision_ = changes.revision;
  epoch_ = changes.epoch;
  keyCount_ = changes.keyCount;
  health_ = update.health;
  cluster_ = update.cluster;
  if (update.verdict) verdict_ = update.verdict;
  if (update.notices) notices_ = update.notices;
  eventsDropped_ = update.load.eventsDropped;
  mostTtlCalls_ = std::max(mostTtlCalls_, update.load.ttlCallsPerSecond);
}

Health ClusterWitness::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

Revision ClusterWitness::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

std::uint64_t ClusterWitness::epoch() const {
  const std::lock_guard lock(mutex_);
  return epoch_;
}

std::shared_ptr<const Lock> ClusterWitness::lock(const std::string& name) const {
  const std::lock_guard guard(mutex_);
  const auto found = locks_.find(name);
  return found == locks_.end() ? nullptr : found->second;
}

std::shared_ptr<const Lease> ClusterWitness::lease(LeaseId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = leases_.find(id);
  return found == leases_.end() ? nullptr : found->second;
}

std::vector<Happening> ClusterWitness::takeHappenings() {
  const std::lock_guard lock(mutex_);
  return std::exchange(happenings_, {});
}

std::vector<Happening> ClusterWitness::happenings() const {
  const std::lock_guard lock(mutex_);
  return happenings_;
}

std::size_t ClusterWitness::count(Happening::Type type, const std::string& lock) const {
  const std::vector<Happening> all = happenings();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](const Happening& one) { return one.type == type && one.lock == lock; }));
}

std::vector<std::string> ClusterWitness::notices() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> texts;
  if (!notices_) return texts;
  for (const Notice& notice : *notices_) texts.push_back(notice.text);
  return texts;
}

bool ClusterWitness::noticed(const std::string& text) const {
  const std::vector<std::string> all = notices();
  return std::ranges::any_of(all,
                             [&](const std::string& one) { return one.find(text) != std::string::npos; });
}

std::int64_t ClusterWitness::eventsDropped() const {
  const std::lock_guard lock(mutex_);
  return eventsDropped_;
}

std::size_t ClusterWitness::leaseCount() const {
  const std::lock_guard lock(mutex_);
  return leases_.size();
}

TtlHistory ClusterWitness::history(LeaseId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = histories_.find(id);
  return found == histories_.end() ? nullptr : found->second;
}

std::vector<std::string> ClusterWitness::findings() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> words;
  if (verdict_ == nullptr) return words;
  for (const Finding& finding : verdict_->findings) {
    if (!finding.subject.version.empty()) continue;
    words.push_back(fmt::format("{} of {}", findingKindName(finding.kind), subjectText(finding.subject)));
  }
  return words;
}

std::shared_ptr<const ClusterView> ClusterWitness::cluster() const {
  const std::lock_guard lock(mutex_);
  return cluster_;
}

double ClusterWitness::mostTtlCallsPerSecond() const {
  const std::lock_guard lock(mutex_);
  return mostTtlCalls_;
}

bool ClusterWitness::waitUntilLive(absl::Duration patience) const {
  return eventually([this] { return health().state == Health::State::Live; }, patience);
}

KeyTable ClusterWitness::keys() const {
  auto copied = std::make_shared<std::promise<KeyTable>>();
  monitor_->inspect([copied](const Picture& picture) { copied->set_value(picture.keys()); });
  return copied->get_future().get();
}

std::string ClusterWitness::differenceTo(const Etcdctl& etcdctl) const {
  const absl::StatusOr<Listing> truth = listingFromEtcdctl(etcdctl, prefixes_);
  if (!truth.ok()) return "etcdctl: " + std::string(truth.status().message());
  // The last change may lie outside the watched prefixes, which no event tells of: then the keys decide.
  eventually([&] { return revision() >= truth->revision; }, absl::Seconds(prefixes_.empty() ? 10 : 1));
  Picture expected;
  expected.restore(*truth, Moment::now());
  if (std::string difference = firstDifference(expected.keys(), keys()); !difference.empty())
    return difference;
  const ChangeSet all = expected.takeChanges();
  std::map<std::string, std::shared_ptr<const Lock>> locks;
  std::map<LeaseId, std::shared_ptr<const Lease>> leases;
  for (const auto& one : all.locks) locks[one->name] = one;
  for (const auto& one : all.leases) leases[one->id] = one;
  const std::lock_guard lock(mutex_);
  if (prefixes_.empty() && revision_ != truth->revision) {
    return fmt::format("etcdctl is at revision {}, the picture at {}", truth->revision, revision_);
  }
  if (keyCount_ != truth->keys.size()) {
    return fmt::format("etcdctl has {} keys, the picture {}", truth->keys.size(), keyCount_);
  }
  std::map<LeaseId, std::shared_ptr<const Lease>> withKeys;
  for (const auto& [id, one] : leases_) {
    if (!one->keys->empty() || one->identity != nullptr) withKeys[id] = one;
  }
  const std::string difference = firstDifference(locks, locks_);
  return difference.empty() ? firstDifference(leases, withKeys) : difference;
}

}  // namespace leasescope
