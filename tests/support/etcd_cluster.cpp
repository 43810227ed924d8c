#include "tests/support/etcd_cluster.h"

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/etcd/client.h"
#include "core/playground/etcd_binary.h"
#include "core/playground/find_etcd.h"
#include "core/playground/loopback.h"
#include "fmt/format.h"
#include "tests/support/eventually.h"

namespace leasescope {
namespace {

[[noreturn]] void fail(const std::string& why) { throw std::runtime_error("etcd cluster: " + why); }

template <class Value>
Value orFail(absl::StatusOr<Value> value) {
  if (!value.ok()) fail(std::string(value.status().message()));
  return *std::move(value);
}

/// What one endpoint says of itself; an error when it says nothing at once.
absl::StatusOr<etcd::MemberStatus> statusOf(const std::string& endpoint) {
  const auto client = etcd::Client::create({.endpoints = {endpoint},
                                            .dialTimeout = absl::Milliseconds(500),
                                            .commandTimeout = absl::Milliseconds(500)});
  if (!client.ok()) return client.status();
  return (*client)->status();
}

}  // namespace

EtcdCluster::EtcdCluster(EtcdClusterOptions options) : options_(std::move(options)) {
  const EtcdBinary binary = orFail(inspectEtcd(orFail(findEtcd()), folder_.path()));
  binary_ = std::filesystem::absolute(binary.path).string();
  everyMembersFlags_ = binary.quietFlags();
  if (binary.knowsFlag("--unsafe-no-fsync")) everyMembersFlags_.emplace_back("--unsafe-no-fsync");
  for (int i = 0; i < options_.members; ++i) addMember(i);
  for (Member& member : members_) start(member, "new");
  if (options_.clientScheme != "http") return;  // whoever asks for TLS knows how to look
  for (int i = 0; i < size(); ++i) {
    if (!waitUntilServing(i)) fail(members_[static_cast<std::size_t>(i)].name + " does not serve");
  }
}

EtcdCluster::~EtcdCluster() {
  for (Member& member : members_) {
    if (member.process) member.process->terminate(absl::ZeroDuration());
  }
}

void EtcdCluster::addMember(int number) {
  const std::vector<std::uint16_t> ports = orFail(freeLoopbackPorts(2));
  members_.push_back({.name = fmt::format("m{}", number), .clientPort = ports[0], .peerPort = ports[1]});
  if (!options_.partable) return;
  members_.back().peers = std::make_unique<TcpProxy>(fmt::format("127.0.0.1:{}", ports[1]));
}

std::string EtcdCluster::clientUrl(const Member& member) const {
  return fmt::format("{}://127.0.0.1:{}", options_.clientScheme, member.clientPort);
}

/// Where the others find it.
std::string EtcdCluster::peerUrl(const Member& member) {
  if (member.peers) return "http://" + member.peers->endpoint();
  return fmt::format("http://127.0.0.1:{}", member.peerPort);
}

void EtcdCluster::part() {
  parted_ = true;
  for (const Member& member : members_) member.peers->blackHole();
}

void EtcdCluster::join() {
  if (!std::exchange(parted_, false)) return;
  for (const Member& member : members_) {
    member.peers->cut();  // what was swallowed does not come any more
    member.peers->pass();
  }
}

std::string EtcdCluster::initialCluster() const {
  std::string all;
  for (const Member& member : members_) {
    all += fmt::format("{}{}={}", all.empty() ? "" : ",", member.name, peerUrl(member));
  }
  return all;
}

void EtcdCluster::start(Member& member, const std::string& state) {
  std::vector<std::string> command = {binary_,
                                      "--name",
                                      member.name,
                                      "--data-dir",
                                      folder_.file(member.name),
                                      "--listen-client-urls",
                                      clientUrl(member),
                                      "--advertise-client-urls",
                                      clientUrl(member),
                                      "--listen-peer-urls",
                                      fmt::format("http://127.0.0.1:{}", member.peerPort),
                                      "--initial-advertise-peer-urls",
                                      peerUrl(member),
                                      "--initial-cluster",
                                      initialCluster(),
                                      "--initial-cluster-state",
                                      state,
                                      "--initial-cluster-token",
                                      folder_.path(),
                                      "--heartbeat-interval",
                                      "50",
                                      "--election-timeout",
                                      "500"};
  command.insert(command.end(), everyMembersFlags_.begin(), everyMembersFlags_.end());
  command.insert(command.end(), options_.arguments.begin(), options_.arguments.end());
  member.process = orFail(Subprocess::start({.command = std::move(command),
                                             .withoutEnvironment = {"ETCD_"},
                                             .outputFile = folder_.file(member.name + ".log"),
                                             .workingDirectory = folder_.path()}));
  member.paused = false;
}

std::string EtcdCluster::endpoint(int member) const {
  return fmt::format("127.0.0.1:{}", members_.at(static_cast<std::size_t>(member)).clientPort);
}

std::vector<std::string> EtcdCluster::endpoints() const {
  std::vector<std::string> all;
  all.reserve(members_.size());
  for (int i = 0; i < size(); ++i) all.push_back(endpoint(i));
  return all;
}

void EtcdCluster::kill(int member) {
  members_.at(static_cast<std::size_t>(member)).process->terminate(absl::ZeroDuration());
}

void EtcdCluster::pause(int member) {
  Member& one = members_.at(static_cast<std::size_t>(member));
  ::kill(one.process->pid(), SIGSTOP);
  one.paused = true;
}

void EtcdCluster::resume(int member) {
  Member& one = members_.at(static_cast<std::size_t>(member));
  ::kill(one.process->pid(), SIGCONT);
  one.paused = false;
}

void EtcdCluster::restart(int member) {
  Member& one = members_.at(static_cast<std::size_t>(member));
  if (one.process->running()) kill(member);
  start(one, "existing");
}

bool EtcdCluster::running(int member) const {
  return members_.at(static_cast<std::size_t>(member)).process->running();
}

int EtcdCluster::addLearner() {
  addMember(size());
  Member& learner = members_.back();
  const auto added =
      etcdctl().run({"member", "add", learner.name, "--learner", "--peer-urls=" + peerUrl(learner)});
  if (!added.ok()) fail(std::string(added.status().message()));
  start(learner, "existing");
  const int number = size() - 1;
  eventually([&] {
    const auto status = statusOf(endpoint(number));
    return status.ok() && status->learner;
  });
  return number;
}

int EtcdCluster::leader() const {
  for (int i = 0; i < size(); ++i) {
    if (!running(i) || paused(i)) continue;
    const auto status = statusOf(endpoint(i));
    if (status.ok() && status->leader != 0 && status->leader == status->header.memberId) return i;
  }
  return -1;
}

void EtcdCluster::moveLeader(int to) {
  const auto target = statusOf(endpoint(to));
  const int from = leader();
  if (!target.ok() || from < 0) fail("there is nobody to move the leader from or to");
  const auto moved = etcdctl(from).run({"move-leader", fmt::format("{:x}", target->header.memberId)});
  if (!moved.ok()) fail(std::string(moved.status().message()));
}

bool EtcdCluster::waitUntilServing(int member, absl::Duration patience) const {
  const std::uint16_t port = members_.at(static_cast<std::size_t>(member)).clientPort;
  return eventually(
      [port] {
        const auto answer = httpOverLoopback(port, "/health", "", absl::Milliseconds(500));
        return answer.ok() && answer->find("\"health\":\"true\"") != std::string::npos;
      },
      patience);
}

std::string EtcdCluster::dataFolder(int member) const {
  return folder_.file(members_.at(static_cast<std::size_t>(member)).name);
}

}  // namespace leasescope
