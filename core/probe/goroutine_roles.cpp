#include "core/probe/goroutine_roles.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace leasescope {
namespace {

/// The first one of a stack's roles decides.
enum class Role : std::uint8_t { Session, LockWaiter, KeepAliveCloser, KeepAliveLoop, Watcher, Rest };

/// "a.b/c.(*T).f" is f of T in package a.b/c. Type parameters, "[...]", may have slashes in them.
struct FunctionName {
  std::string_view package;
  std::string_view inPackage;
};

FunctionName split(std::string_view name) {
  const std::string_view path = name.substr(0, name.find('['));
  const auto slash = path.rfind('/');
  const auto dot = name.find('.', slash == std::string_view::npos ? 0 : slash);
  if (dot == std::string_view::npos) return {.package = name, .inPackage = {}};
  return {.package = name.substr(0, dot), .inPackage = name.substr(dot + 1)};
}

/// Etcd 3.0 to 3.4 is imported as github.com/coreos/etcd/clientv3 or go.etcd.io/etcd/clientv3, from 3.5 on as
/// go.etcd.io/etcd/client/v3; before any of them may be the path of whoever has a copy.
bool isClient(std::string_view package) {
  static constexpr std::array<std::string_view, 3> kEnds = {"/etcd/clientv3", "/etcd/client/v3",
                                                            "/etcd/v3/clientv3"};
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return package.ends_with(end); });
}

/// etcd: client/v3/concurrency/session.go, mutex.go, key.go.
Role roleInConcurrency(std::string_view function) {
  if (function.starts_with("NewSession.func")) return Role::Session;
  if (function == "waitDeletes" || function == "waitDelete" || function == "(*Mutex).Lock")
    return Role::LockWaiter;
  return Role::Rest;
}

/// etcd: client/v3/lease.go, watch.go.
Role roleInClient(std::string_view function) {
  if (function == "(*lessor).keepAliveCtxCloser") return Role::KeepAliveCloser;
  if (function == "(*lessor).sendKeepAliveLoop" || function == "(*lessor).recvKeepAliveLoop" ||
      function == "(*lessor).deadlineLoop") {
    return Role::KeepAliveLoop;
  }
  const bool watches =
      function.starts_with("(*watchGrpcStream).") || function.starts_with("(*watchGRPCStream).");
  return watches ? Role::Watcher : Role::Rest;
}

Role roleOfFunction(std::string_view name) {
  static constexpr std::string_view kConcurrency = "/concurrency";
  FunctionName parts = split(name);
  const bool inConcurrency = parts.package.ends_with(kConcurrency);
  if (inConcurrency) parts.package.remove_suffix(kConcurrency.size());
  if (!isClient(parts.package)) return Role::Rest;
  return inConcurrency ? roleInConcurrency(parts.inPackage) : roleInClient(parts.inPackage);
}

Role roleOfStack(const GoroutineStack& stack, const std::vector<Role>& roles) {
  Role first = Role::Rest;
  for (const std::uint32_t function : stack.functions) first = std::min(first, roles[function]);
  return first;
}

std::int64_t& countOf(Role role, GoroutineRoles& counts) {
  switch (role) {
    case Role::Session:
      return counts.sessions;
    case Role::LockWaiter:
      return counts.lockWaiters;
    case Role::KeepAliveCloser:
      return counts.keepAliveClosers;
    case Role::KeepAliveLoop:
      return counts.keepAliveLoops;
    case Role::Watcher:
      return counts.watchers;
    case Role::Rest:
      break;
  }
  return counts.rest;
}

}  // namespace

GoroutineRoles rolesOf(const GoroutineProfile& profile) {
  std::vector<Role> roles;
  roles.reserve(profile.functions.size());
  for (const std::string& name : profile.functions) roles.push_back(roleOfFunction(name));
  GoroutineRoles counts{.total = profile.total};
  for (const GoroutineStack& stack : profile.stacks)
    countOf(roleOfStack(stack, roles), counts) += stack.count;
  return counts;
}

}  // namespace leasescope
