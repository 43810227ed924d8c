#include "app/leasescopectl/json_output.h"

#include <algorithm>

#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

nlohmann::json milliseconds(const std::optional<absl::Duration>& duration) {
  if (!duration) return nullptr;
  return absl::ToInt64Milliseconds(*duration);
}

/// `ttl_ms` and `granted_ttl_ms`; null when not sampled.
void setTtl(nlohmann::json& object, const Lease* lease, const Moment& now) {
  object["ttl_ms"] = milliseconds(lease == nullptr ? std::nullopt : lease->remaining(toldAsOf(*lease, now)));
  object["granted_ttl_ms"] = milliseconds(lease == nullptr ? std::nullopt : lease->granted);
}

nlohmann::json locksJson(const std::vector<RevokePreview::LockEffect>& effects) {
  nlohmann::json locks = nlohmann::json::array();
  for (const auto& effect : effects) {
    nlohmann::json lock = {{"role", roleName(effect.role)}};
    setBytes(lock, "name", effect.lock);
    nlohmann::json& next = lock["next_holder"];
    if (effect.nextHolder) {
      next = toJson(*effect.nextHolder, {}, Moment::now());
      next["identity"] = toJson(effect.nextIdentity.get());
    }
    locks.push_back(std::move(lock));
  }
  return locks;
}

void setUnseen(nlohmann::json& object, const RevokePreview::Unseen& unseen) {
  if (unseen.locks > 0) object["unseen_locks"] = {{"count", unseen.locks}, {"why", unseen.why}};
}

}  // namespace

Moment toldAsOf(const Lease& lease, const Moment& now) {
  return lease.lastSample && !lease.ending(now) ? *lease.lastSample : now;
}

LeaseIndex indexLeases(const ChangeSet& all) {
  LeaseIndex index;
  for (const auto& lease : all.leases) index[lease->id] = lease;
  return index;
}

const Lease* findLease(const LeaseIndex& leases, LeaseId id) {
  const auto found = leases.find(id);
  return found == leases.end() ? nullptr : found->second.get();
}

nlohmann::json toJson(const Contender& contender, const LeaseIndex& leases, const Moment& now) {
  nlohmann::json json = {{"lease", etcd::leaseHex(contender.lease)},
                         {"create_revision", contender.createRevision},
                         {"lease_attached", contender.hasLease()}};
  setBytes(json, "key", contender.key);
  const Lease* lease = findLease(leases, contender.lease);
  setTtl(json, lease, now);
  if (lease != nullptr) json["identity"] = toJson(identityOf(lease));
  if (contender.mismatched()) json["name_lease"] = etcd::leaseHex(contender.nameLease);
  if (!contender.waitsOn.empty()) setBytes(json, "waits_on", contender.waitsOn);
  return json;
}

nlohmann::json toJson(const Lock& lock, const LeaseIndex& leases, const Moment& now) {
  nlohmann::json json = {{"kind", lockKindName(lock.kind)}, {"waiters", nlohmann::json::array()}};
  setBytes(json, "name", lock.name);
  const Contender* holder = lock.holder();
  json["holder"] = holder == nullptr ? nlohmann::json() : toJson(*holder, leases, now);
  for (const auto& contender : lock.queue) {
    if (contender.get() != holder) json["waiters"].push_back(toJson(*contender, leases, now));
  }
  if (lock.blocker) {
    nlohmann::json blocker = {{"lease", etcd::leaseHex(lock.blocker->lease)},
                              {"create_revision", lock.blocker->createRevision}};
    setBytes(blocker, "key", lock.blocker->key);
    json["blocked_by"] = std::move(blocker);
  }
  return json;
}

nlohmann::json toJson(const Lease& lease, const Moment& now) {
  nlohmann::json json = {{"lease", etcd::leaseHex(lease.id)},
                         {"state", stateName(lease.state(toldAsOf(lease, now)))}};
  setTtl(json, &lease, now);
  json["identity"] = toJson(identityOf(&lease));
  setBytes(json, "keys", *lease.keys);
  if (!lease.knowsAllKeys) json["keys_complete"] = false;
  return json;
}

nlohmann::json toJson(const Happening& happening) {
  nlohmann::json json = {{"time", timeText(happening.at.wall)},
                         {"revision", happening.revision},
                         {"type", happeningName(happening.type)},
                         {"lease", etcd::leaseHex(happening.lease)}};
  if (happening.missed) json["missed"] = true;
  setBytes(json, "lock", happening.lock);
  setBytes(json, "key", happening.key);
  return json;
}

nlohmann::json toJson(const RevokePreview& preview, bool revoked) {
  nlohmann::json json = {
      {"lease", etcd::leaseHex(preview.lease)}, {"locks", locksJson(preview.locks)}, {"revoked", revoked}};
  json["identity"] = toJson(preview.identity.get());
  setBytes(json, "keys", preview.keys);
  setBytes(json, "other_keys", preview.otherKeys);
  setUnseen(json, preview.unseen);
  return json;
}

nlohmann::json toJson(const ReleasePreview& preview, bool released) {
  nlohmann::json json = {{"create_revision", preview.createRevision},
                         {"lease", etcd::leaseHex(preview.lease)},
                         {"locks", locksJson(preview.locks)},
                         {"released", released}};
  setBytes(json, "key", preview.key);
  setUnseen(json, preview.unseen);
  return json;
}

nlohmann::json toJson(const HolderIdentity* identity) {
  return identity == nullptr ? nullptr : nlohmann::json::parse(identityJson(*identity));
}

nlohmann::json toJson(const WaitEdge& edge) {
  nlohmann::json json = {{"waiter", etcd::leaseHex(edge.waiter)}, {"holder", etcd::leaseHex(edge.holder)}};
  setBytes(json, "lock", edge.lock);
  setBytes(json, "key", edge.key);
  return json;
}

nlohmann::json toJson(const WaitCycle& cycle) {
  nlohmann::json leases = nlohmann::json::array();
  for (const LeaseId session : sessionsIn(cycle)) leases.push_back(etcd::leaseHex(session));
  return leases;
}

nlohmann::json toJson(const DemoSide& side) {
  const auto sampleJson = [](const DemoSample& sample) {
    return nlohmann::json{
        {"requests", sample.requests}, {"served", sample.served}, {"gave_up", sample.gaveUp},
        {"leases", sample.leases},     {"keys", sample.keys},     {"waiters", sample.waiters()},
        {"threads", sample.threads},   {"timers", sample.timers}, {"rss_kb", sample.residentKb}};
  };
  nlohmann::json json = sampleJson(side.now());
  json["mistakes"] = demoMistakesText(side.mistakes);
  json["samples"] = nlohmann::json::array();
  for (const DemoSample& sample : side.samples) {
    nlohmann::json one = sampleJson(sample);
    one["at_ms"] = absl::ToInt64Milliseconds(sample.at);
    json["samples"].push_back(std::move(one));
  }
  return json;
}

std::string_view stateName(LeaseState state) {
  switch (state) {
    case LeaseState::Alive:
      return "alive";
    case LeaseState::Expiring:
      return "expiring";
    case LeaseState::Expired:
      return "expired";
    case LeaseState::Unknown:
      break;
  }
  return "unknown";
}

std::string clusterHex(std::uint64_t id) { return fmt::format("{:x}", id); }

std::string timeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

}  // namespace leasescope
