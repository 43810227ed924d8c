#include "core/etcd/transport.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "core/etcd/credentials.h"
#include "core/etcd/tls_diagnosis.h"
#include "fmt/format.h"
#include "grpc/support/log.h"
#include "spdlog/spdlog.h"

namespace leasescope::etcd {
namespace {

using Clock = std::chrono::steady_clock;

// etcd closes connections that are pinged more often than every 5 s (etcd: embed
// DefaultGRPCKeepAliveMinTime).
constexpr int kPingEveryMs = 10'000;
constexpr int kPingTimeoutMs = 5'000;
constexpr int kFirstBackoffMs = 200;
constexpr int kLongestBackoffMs = 1'500;
constexpr auto kDiagnosisHolds = std::chrono::seconds(1);
// There is nothing to shake hands with, and a lookup of our own would take as long as it likes.
constexpr std::string_view kNoAddress = "DNS resolution failed";
// While a connection is waited for it is looked up so often whether the client is to end.
constexpr auto kLookUpEvery = std::chrono::milliseconds(100);
// For a question to one member: the others are not to wait for it long.
constexpr absl::Duration kLongestLook = absl::Seconds(2);
// An explanation is worth so much more than the time limit.
constexpr absl::Duration kShortestLook = absl::Milliseconds(300);
// A read has at least this long at one endpoint before it is tried at the next.
constexpr absl::Duration kLeastAttempt = absl::Seconds(1);
// A call without a connection fails at once and tells why, even when connecting took all the time.
constexpr absl::Duration kLeastCall = absl::Milliseconds(50);

grpc::ChannelArguments channelArguments(const ConnectionOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.maxAnswerBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingEveryMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingTimeoutMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstBackoffMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestBackoffMs);
  // Despite its name this is also how long one attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(options.dialTimeout)));
  // Two clients of one program must not share a connection: each ends on its own.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

/// gRPC writes to standard error by itself; what matters of that is in the errors of calls.
void keepGrpcQuiet() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function(
        [](gpr_log_func_args* log) { spdlog::debug("gRPC, {}:{}: {}", log->file, log->line, log->message); });
  });
}

absl::Duration since(Clock::time_point start) { return absl::FromChrono(Clock::now() - start); }

absl::Status outOfTime(const Route& route) {
  return absl::DeadlineExceededError(
      fmt::format("no answer from {} within the time limit", route.endpoint.address));
}

}  // namespace

absl::Status ClusterIdentity::check(std::uint64_t clusterId, std::string_view endpoint) {
  std::uint64_t known = 0;
  if (clusterId == 0 || id_.compare_exchange_strong(known, clusterId) || known == clusterId) {
    return absl::OkStatus();
  }
  absl::Status other = absl::FailedPreconditionError(
      fmt::format("another cluster ({:x} instead of {:x}) answers at {} now; connect anew if that is meant",
                  clusterId, known, endpoint));
  other.SetPayload(kOtherClusterPayload, absl::Cord());
  return other;
}

absl::StatusOr<std::unique_ptr<Transport>> Transport::create(ConnectionOptions options,
                                                             std::shared_ptr<ClusterIdentity> identity) {
  keepGrpcQuiet();
  std::unique_ptr<Transport> transport(new Transport(std::move(options), std::move(identity)));
  if (absl::Status status = transport->addRoutes(); !status.ok()) return status;
  return transport;
}

Transport::~Transport() { shutdown(); }

absl::Status Transport::addRoutes() {
  absl::StatusOr<std::vector<Endpoint>> endpoints = parseEndpoints(options_);
  if (!endpoints.ok()) return endpoints.status();
  for (Endpoint& endpoint : *endpoints) {
    auto credentials = makeCredentials(endpoint, options_.tls);
    if (!credentials.ok()) return credentials.status();
    auto route = std::make_unique<Route>();
    route->index = routes_.size();
    route->channel = grpc::CreateCustomChannel(endpoint.address, *credentials, channelArguments(options_));
    route->endpoint = std::move(endpoint);
    route->kv = etcdserverpb::KV::NewStub(route->channel);
    route->watch = etcdserverpb::Watch::NewStub(route->channel);
    route->lease = etcdserverpb::Lease::NewStub(route->channel);
    route->cluster = etcdserverpb::Cluster::NewStub(route->channel);
    route->maintenance = etcdserverpb::Maintenance::NewStub(route->channel);
    route->auth = etcdserverpb::Auth::NewStub(route->channel);
    routes_.push_back(std::move(route));
  }
  return absl::OkStatus();
}

absl::Status Transport::call(Effect effect, const Attempt& attempt) {
  const Clock::time_point start = Clock::now();
  if (absl::Status status = ensureToken(); !status.ok()) return status;
  bool renewedToken = false;
  for (std::size_t tries = 1;; ++tries) {
    const Route& route = current();
    const auto left = [&] { return options_.commandTimeout - since(start); };
    if (effect == Effect::Writes && !route.verified) {
      if (absl::Status ours = verify(route, left()); !ours.ok()) return ours;
    }
    if (left() <= absl::ZeroDuration()) return outOfTime(route);
    const std::string used = token();
    const grpc::Status status =
        attemptOnce(route, attempt, attemptLimit(effect, left(), tries), patienceAt(tries));
    if (status.ok()) return absl::OkStatus();
    if (!renewedToken && !options_.user.empty() && needsNewToken(status)) {
      renewedToken = true;
      if (absl::Status fresh = authenticate(used, left()); !fresh.ok()) return fresh;
      continue;
    }
    noteFailure(route, status);
    if (!mayRepeat(status, effect) || tries >= mostTries(effect)) {
      return explain(status, route, left());
    }
  }
}

/// Each endpoint gets its chance, and the only one a second one: its connection may just have been cut.
/// Whoever wants to wait longer for a cluster calls again.
std::size_t Transport::mostTries(Effect effect) const {
  return effect == Effect::Reads ? std::max<std::size_t>(routes_.size(), 2) : routes_.size();
}

/// The last endpoint to be tried has all the time that is left to come back.
Transport::Patience Transport::patienceAt(std::size_t tries) const {
  return tries == routes_.size() ? Patience::AlsoAfterFailure : Patience::WhileConnecting;
}

/// Reads leave time for the endpoints that were not tried yet: one that hangs must not use up all of it.
absl::Duration Transport::attemptLimit(Effect effect, absl::Duration left, std::size_t tries) const {
  if (effect == Effect::Writes || tries >= routes_.size()) return left;
  const auto untried = static_cast<std::int64_t>(routes_.size() - tries + 1);
  return std::min(left, std::max(left / untried, kLeastAttempt));
}

absl::Status Transport::callAt(std::size_t index, const Attempt& attempt, absl::Duration limit) {
  if (absl::Status status = ensureToken(); !status.ok()) return status;
  const Route& route = *routes_[index];
  const Clock::time_point start = Clock::now();
  limit = std::min({limit, options_.commandTimeout, kLongestLook});
  const grpc::Status status = attemptOnce(route, attempt, limit, Patience::WhileConnecting);
  return explain(status, route, limit - since(start));
}

/// gRPC works on a connection only while somebody waits for something: calls that fail at once, because there
/// is no connection yet, would never get one.
void Transport::letConnect(const Route& route, absl::Duration limit, Patience patience) const {
  const Clock::time_point until =
      Clock::now() + absl::ToChronoMilliseconds(std::min(limit, options_.dialTimeout));
  grpc_connectivity_state state = route.channel->GetState(true);
  bool wait = state != GRPC_CHANNEL_TRANSIENT_FAILURE || patience == Patience::AlsoAfterFailure;
  while (wait && state != GRPC_CHANNEL_READY && Clock::now() < until && !closed()) {
    const grpc_connectivity_state before = state;
    route.channel->WaitForStateChange(before, std::chrono::system_clock::now() + kLookUpEvery);
    state = route.channel->GetState(true);
    wait = state == before || state != GRPC_CHANNEL_TRANSIENT_FAILURE;
  }
}

bool Transport::closed() const {
  const std::lock_guard lock(callsMutex_);
  return closed_;
}

/// Connecting included.
grpc::Status Transport::attemptOnce(const Route& route, const Attempt& attempt, absl::Duration limit,
                                    Patience patience) {
  const Clock::time_point start = Clock::now();
  letConnect(route, limit, patience);
  const auto context = std::make_shared<grpc::ClientContext>();
  prepare(*context, std::max(limit - since(start), kLeastCall));
  if (!begin(context)) return {grpc::StatusCode::CANCELLED, "the connection is closed"};
  grpc::Status status = attempt(route, *context);
  finish(context);
  return status;
}

void Transport::failOver(const Route& failed) {
  std::size_t expected = failed.index;
  current_.compare_exchange_strong(expected, (failed.index + 1) % routes_.size());
}

/// Where no connection came about a handshake of our own may tell why; once a second at most, for each
/// endpoint.
absl::Status Transport::explain(const grpc::Status& status, const Route& route, absl::Duration limit) {
  absl::Status plain = fromGrpc(status, route.endpoint.address);
  if (!connectionFailed(status) || status.error_message().starts_with(kNoAddress)) return plain;
  const absl::Duration longest = std::min(options_.dialTimeout, kLongestLook);
  const Clock::time_point until =
      Clock::now() + absl::ToChronoMilliseconds(std::clamp(limit, std::min(kShortestLook, longest), longest));
  const std::unique_lock lock(route.diagnosis.mutex, until);  // somebody else may be looking
  if (!lock.owns_lock()) return plain;
  Route::Diagnosis& last = route.diagnosis;
  if (!last.words || Clock::now() - last.at > kDiagnosisHolds) {
    last.words = diagnoseTls(route.endpoint, options_.tls, until, [this] { return closed(); });
    last.at = Clock::now();
  }
  if (!last.words || last.words->empty()) return plain;
  return {plain.code(), fmt::format("no answer from {}: {}", route.endpoint.address, *last.words)};
}

/// Another cluster behind an endpoint must be noticed before anything is written to it, not after.
absl::Status Transport::verify(const Route& route, absl::Duration limit) {
  etcdserverpb::LeaseTimeToLiveRequest request;
  request.set_id(1);  // no lease that etcd hands out; asking for it is cheap and needs no permission
  etcdserverpb::LeaseTimeToLiveResponse response;
  const absl::Status asked = callAt(
      route.index,
      [&](const Route& at, grpc::ClientContext& context) {
        return at.lease->LeaseTimeToLive(&context, request, &response);
      },
      limit);
  // Who does not answer this will not answer the write either, and says why there.
  if (!asked.ok()) return absl::OkStatus();
  return check(response.header().cluster_id(), route);
}

absl::Status Transport::check(std::uint64_t clusterId, const Route& route) {
  absl::Status ours = identity_->check(clusterId, route.endpoint.address);
  route.verified = ours.ok();
  return ours;
}

void Transport::noteFailure(const Route& failed, const grpc::Status& status) {
  if (connectionFailed(status)) failed.verified = false;  // who knows where the next connection leads
  if (shouldMoveOn(status)) failOver(failed);
  if (!options_.user.empty() && needsNewToken(status)) forgetToken();
}

void Transport::forgetToken() {
  const std::lock_guard lock(tokenMutex_);
  token_.clear();
  authOff_ = false;
}

void Transport::prepare(grpc::ClientContext& context, absl::Duration timeout) {
  if (timeout != absl::InfiniteDuration()) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  }
  const std::lock_guard lock(tokenMutex_);
  if (!token_.empty()) context.AddMetadata("token", token_);
}

absl::Status Transport::ensureToken(absl::Duration limit) {
  if (options_.user.empty()) return absl::OkStatus();
  {
    const std::lock_guard lock(tokenMutex_);
    if (authOff_ || !token_.empty()) return absl::OkStatus();
  }
  return authenticate({}, std::min(limit, options_.commandTimeout));
}

std::string Transport::token() {
  const std::lock_guard lock(tokenMutex_);
  return token_;
}

/// `rejected`: the token that was used in vain; empty: there was none.
absl::Status Transport::authenticate(const std::string& rejected, absl::Duration limit) {
  const Clock::time_point start = Clock::now();
  const std::unique_lock one(authMutex_, start + absl::ToChronoMilliseconds(limit));
  if (!one.owns_lock()) return absl::DeadlineExceededError("no token within the time limit");
  {
    const std::lock_guard lock(tokenMutex_);
    if (token_ != rejected) return absl::OkStatus();  // somebody else was faster
    token_.clear();  // etcd refuses even Authenticate when it carries a bad token
    authOff_ = false;
  }
  etcdserverpb::AuthenticateRequest request;
  request.set_name(options_.user);
  request.set_password(options_.password.reveal());
  const absl::Cleanup forget = [&request] { wipe(*request.mutable_password()); };
  etcdserverpb::AuthenticateResponse response;
  for (std::size_t tries = 1;; ++tries) {
    const Route& route = current();
    const absl::Duration left = limit - since(start);
    if (left <= absl::ZeroDuration()) return outOfTime(route);
    const grpc::Status status = attemptOnce(
        route,
        [&](const Route& at, grpc::ClientContext& context) {
          return at.auth->Authenticate(&context, request, &response);
        },
        attemptLimit(Effect::Reads, left, tries), patienceAt(tries));
    if (status.ok() || authIsOff(status)) {
      const std::lock_guard lock(tokenMutex_);
      token_ = response.token();
      authOff_ = !status.ok();
      return absl::OkStatus();
    }
    if (!mayRepeat(status, Effect::Reads) || tries == routes_.size()) {
      return explain(status, route, limit - since(start));
    }
    failOver(route);
  }
}

bool Transport::begin(std::shared_ptr<grpc::ClientContext> context) {
  const std::lock_guard lock(callsMutex_);
  if (closed_) return false;
  calls_.insert(std::move(context));
  return true;
}

void Transport::finish(std::shared_ptr<grpc::ClientContext> context) {
  const std::lock_guard lock(callsMutex_);
  calls_.erase(context);
  // It holds the channel, and gRPC's own thread must not be the last to let go of that: the channel's end
  // joins that thread.
  context.reset();
  if (calls_.empty()) callsDone_.notify_all();
}

void Transport::shutdown() {
  std::unique_lock lock(callsMutex_);
  closed_ = true;
  const auto underWay = calls_;  // keeps the contexts alive; cancelling happens outside the lock
  lock.unlock();
  for (const auto& context : underWay) context->TryCancel();
  lock.lock();
  callsDone_.wait(lock, [this] { return calls_.empty(); });
}

}  // namespace leasescope::etcd
