#include "core/etcd/transport.h"

#include <chrono>
#include <thread>
#include <utility>

#include "core/etcd/credentials.h"
#include "fmt/format.h"

namespace leasescope::etcd {
namespace {

using Clock = std::chrono::steady_clock;

// Requests are limited to 1.5 MiB by etcd, its answers are not.
constexpr int kMaxAnswerBytes = 512 << 20;
// etcd closes connections that are pinged more often than every 5 s (etcd: embed
// DefaultGRPCKeepAliveMinTime).
constexpr int kPingEveryMs = 10'000;
constexpr int kPingTimeoutMs = 5'000;
constexpr int kFirstBackoffMs = 200;
constexpr int kLongestBackoffMs = 3'000;

grpc::ChannelArguments channelArguments(absl::Duration dialTimeout) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingEveryMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingTimeoutMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstBackoffMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestBackoffMs);
  // Despite its name this is also how long one attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(dialTimeout)));
  // Two clients of one program must not share a connection: each ends on its own.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

absl::Duration since(Clock::time_point start) { return absl::FromChrono(Clock::now() - start); }

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> Transport::create(ConnectionOptions options) {
  std::unique_ptr<Transport> transport(new Transport(std::move(options)));
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
    route->channel =
        grpc::CreateCustomChannel(endpoint.address, *credentials, channelArguments(options_.dialTimeout));
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
    const absl::Duration left = options_.commandTimeout - since(start);
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(
          fmt::format("no answer from {} within the time limit", route.endpoint.address));
    }
    const grpc::Status status = attemptOnce(route, attempt, left);
    if (status.ok()) return absl::OkStatus();
    if (!renewedToken && !options_.user.empty() && needsNewToken(status)) {
      renewedToken = true;
      if (absl::Status fresh = authenticate(); !fresh.ok()) return fresh;
      continue;
    }
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) failOver(route);
    // Each endpoint gets its chance; whoever wants to wait longer for a cluster calls again.
    if (!mayRepeat(status, effect) || tries >= routes_.size())
      return fromGrpc(status, route.endpoint.address);
  }
}

absl::Status Transport::callAt(std::size_t index, const Attempt& attempt) {
  if (absl::Status status = ensureToken(); !status.ok()) return status;
  const Route& route = *routes_[index];
  return fromGrpc(attemptOnce(route, attempt, options_.commandTimeout), route.endpoint.address);
}

grpc::Status Transport::attemptOnce(const Route& route, const Attempt& attempt, absl::Duration timeout) {
  const auto context = std::make_shared<grpc::ClientContext>();
  prepare(*context, timeout);
  if (!begin(context)) return {grpc::StatusCode::CANCELLED, "the connection is closed"};
  grpc::Status status = attempt(route, *context);
  finish(context);
  return status;
}

void Transport::failOver(const Route& failed) {
  std::size_t expected = failed.index;
  current_.compare_exchange_strong(expected, (failed.index + 1) % routes_.size());
}

void Transport::prepare(grpc::ClientContext& context, absl::Duration timeout) {
  if (timeout != absl::InfiniteDuration()) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  }
  const std::lock_guard lock(tokenMutex_);
  if (!token_.empty()) context.AddMetadata("token", token_);
}

absl::Status Transport::ensureToken() {
  if (options_.user.empty()) return absl::OkStatus();
  {
    const std::lock_guard lock(tokenMutex_);
    if (!token_.empty()) return absl::OkStatus();
  }
  return authenticate();
}

absl::Status Transport::authenticate() {
  std::string before;
  {
    const std::lock_guard lock(tokenMutex_);
    before = token_;
  }
  const std::lock_guard one(authMutex_);
  {
    const std::lock_guard lock(tokenMutex_);
    if (token_ != before) return absl::OkStatus();  // somebody else was faster
    token_.clear();  // etcd refuses even Authenticate when it carries a bad token
  }
  etcdserverpb::AuthenticateRequest request;
  request.set_name(options_.user);
  request.set_password(options_.password);
  etcdserverpb::AuthenticateResponse response;
  grpc::Status status;
  for (std::size_t tries = 0; tries < routes_.size(); ++tries) {
    const Route& route = current();
    status = attemptOnce(
        route,
        [&](const Route& at, grpc::ClientContext& context) {
          return at.auth->Authenticate(&context, request, &response);
        },
        options_.commandTimeout);
    if (status.ok()) {
      const std::lock_guard lock(tokenMutex_);
      token_ = response.token();
      return absl::OkStatus();
    }
    if (!mayRepeat(status, Effect::Reads)) return fromGrpc(status, route.endpoint.address);
    failOver(route);
  }
  return fromGrpc(status, current().endpoint.address);
}

bool Transport::begin(std::shared_ptr<grpc::ClientContext> context) {
  const std::lock_guard lock(callsMutex_);
  if (closed_) return false;
  calls_.insert(std::move(context));
  return true;
}

void Transport::finish(const std::shared_ptr<grpc::ClientContext>& context) {
  const std::lock_guard lock(callsMutex_);
  calls_.erase(context);
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
