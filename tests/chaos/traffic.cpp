#include "tests/chaos/traffic.h"

#include "core/etcd/lease_id.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr int kLocks = 12;
constexpr auto kBetweenActs = std::chrono::milliseconds(5);

std::shared_ptr<etcd::Client> clientOf(const std::vector<std::string>& endpoints) {
  return *etcd::Client::create(
      {.endpoints = endpoints, .dialTimeout = absl::Milliseconds(500), .commandTimeout = absl::Seconds(1)});
}

}  // namespace

Traffic::Traffic(const std::vector<std::string>& direct, const std::vector<std::string>& proxied,
                 std::uint64_t seed)
    : client_(clientOf(direct)), proxied_(clientOf(proxied)), random_(seed) {
  resume();
  thread_ = std::jthread([this] { run(); });
}

Traffic::~Traffic() {
  lockers_.reset();
  thread_.request_stop();
  client_->shutdown();
  proxied_->shutdown();
}

void Traffic::pause() {
  lockers_.reset();
  idle_ = false;
  paused_ = true;
  while (!idle_) std::this_thread::sleep_for(kBetweenActs);
}

void Traffic::resume() {
  lockers_ = std::make_unique<Lockers>(proxied_);
  const LockerSpec specs[] = {
      {.behaviour = Behaviour::WellBehaved,
       .lock = "/chaos/lockers",
       .count = 3,
       .ttl = absl::Seconds(3),
       .work = absl::Milliseconds(20)},
      {.behaviour = Behaviour::GivesUp,
       .lock = "/chaos/lockers",
       .ttl = absl::Seconds(3),
       .lockTimeout = absl::Milliseconds(50)},
  };
  for (const LockerSpec& spec : specs) lockers_->spawn(spec).IgnoreError();  // the specs are sound
  paused_ = false;
}

void Traffic::run() {
  const std::stop_token stop = thread_.get_stop_token();
  while (!stop.stop_requested()) {
    idle_ = paused_.load();
    if (!paused_) act();
    std::this_thread::sleep_for(kBetweenActs);
  }
  idle_ = true;
}

void Traffic::act() {
  switch (pick(10)) {
    case 0:
      return revoke();
    case 1:
      return writeSeveral();
    case 2:
    case 3:
    case 4:
      return leave();
    default:
      return contend();
  }
}

std::string Traffic::lockName() { return fmt::format("/chaos/lock/{}", pick(kLocks)); }

/// With a lease that is never renewed, so it expires unless somebody revokes it before.
void Traffic::contend() {
  if (leases_.size() < 20 || pick(4) == 0) {
    const auto lease = client_->grantLease(absl::Seconds(1 + pick(4)));
    if (!lease.ok()) return;
    leases_.push_back(lease->id);
  }
  const auto chosen = static_cast<std::size_t>(pick(static_cast<int>(leases_.size())));
  const etcd::LeaseId lease = leases_[chosen];
  std::string key = lockName() + "/" + etcd::leaseHex(lease);
  if (client_->put({.key = key, .lease = lease}).ok()) {
    keys_.push_back(std::move(key));
  } else {
    leases_.erase(leases_.begin() + static_cast<std::ptrdiff_t>(chosen));  // expired
  }
}

void Traffic::leave() {
  if (keys_.empty()) return;
  const auto chosen = keys_.begin() + pick(static_cast<int>(keys_.size()));
  client_->remove(etcd::KeyRange::single(*chosen)).IgnoreError();
  keys_.erase(chosen);
}

void Traffic::revoke() {
  if (leases_.empty()) return;
  const auto chosen = leases_.begin() + pick(static_cast<int>(leases_.size()));
  client_->revokeLease(*chosen).IgnoreError();
  leases_.erase(chosen);
}

/// A revision of several keys: contenders of several locks, a key without a lease, a key that goes.
void Traffic::writeSeveral() {
  const auto lease = client_->grantLease(absl::Seconds(1 + pick(4)));
  if (!lease.ok()) return;
  etcd::Transaction several;
  for (int i = 0; i < 4; ++i) {
    several.then.emplace_back(
        etcd::PutOp{.key = fmt::format("/chaos/lock/{}/{}", i * 3 + pick(3), etcd::leaseHex(lease->id)),
                    .lease = lease->id});
  }
  several.then.emplace_back(etcd::PutOp{.key = fmt::format("/chaos/plain/{}", pick(5)), .value = "v"});
  if (!keys_.empty()) {
    several.then.emplace_back(etcd::DeleteOp{etcd::KeyRange::single(keys_.back())});
    keys_.pop_back();
  }
  client_->transact(several).status().IgnoreError();
}

}  // namespace leasescope
