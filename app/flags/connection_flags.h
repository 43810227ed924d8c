#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/etcd/connection_options.h"
#include "core/monitor/monitor.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library is called so
class App;
}

namespace leasescope {

// How programs end, as scripts rely on it.
inline constexpr int kFine = 0;
inline constexpr int kNo = 1;        // the answer is "no", or something is wrong
inline constexpr int kCritical = 2;  // something is very wrong
inline constexpr int kUnknown = 3;   // could not find out
inline constexpr int kUsage = 64;

/// The connection flags of etcdctl, each also from its environment variable, and what to watch. One set for
/// the window and the console.
class ConnectionFlags {
 public:
  void addTo(CLI::App& app);

  /// Asked for the password of this user when none was given; nullopt: no answer.
  using AskForPassword = std::function<std::optional<std::string>(const std::string& user)>;

  /// Once, after parsing: the password is forgotten here. Error: InvalidArgument with the reason.
  absl::StatusOr<etcd::ConnectionOptions> connection(const AskForPassword& ask);
  MonitorOptions monitor() const { return {.prefixes = prefixes_, .ttlBudget = ttlBudget_}; }
  /// An endpoint was named by flag or environment, so the user wants that cluster and no other.
  bool endpointsGiven() const { return !endpoints_.empty(); }

 private:
  std::vector<std::string> endpoints_;
  etcd::TlsFiles tls_;
  std::string user_;
  std::string password_;
  std::string dialTimeout_ = "2s";
  std::string commandTimeout_ = "5s";
  std::vector<std::string> prefixes_;
  int ttlBudget_ = 200;
};

/// Overwrites passwords in the program's own arguments, which other users of the machine can read. After they
/// were copied.
void hidePasswords(int argc, char** argv);

/// A duration as Go writes it: "500ms", "7s", "2m", "1h30m". Error: InvalidArgument that names `flag`.
absl::StatusOr<absl::Duration> parseDuration(const std::string& flag, const std::string& text);

}  // namespace leasescope
