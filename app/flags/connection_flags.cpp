#include "app/flags/connection_flags.h"

#include <cstring>
#include <string_view>

#include <CLI/CLI.hpp>

#include "fmt/format.h"

namespace leasescope {

void ConnectionFlags::addTo(CLI::App& app) {
  const std::string group = "Connection (as etcdctl; each also from the environment, a flag wins)";
  const auto option = [&](const char* flag, auto& value, const char* help, const char* variable) {
    return app.add_option(flag, value, help)->envname(variable)->group(group);
  };
  option("--endpoints", endpoints_, "HOST:PORT, several separated by commas (127.0.0.1:2379)",
         "ETCDCTL_ENDPOINTS")
      ->delimiter(',')
      ->allow_extra_args(false);
  option("--cacert", tls_.caFile, "CA that the servers' certificates must come from", "ETCDCTL_CACERT");
  option("--cert", tls_.certFile, "client certificate", "ETCDCTL_CERT");
  option("--key", tls_.keyFile, "its key", "ETCDCTL_KEY");
  option("--user", user_, "NAME or NAME:PASSWORD", "ETCDCTL_USER");
  option("--password", password_, "password of --user", "ETCDCTL_PASSWORD");
  app.add_flag("--insecure-skip-tls-verify", tls_.skipVerify, "accept any certificate (for trials only)")
      ->envname("ETCDCTL_INSECURE_SKIP_TLS_VERIFY")
      ->group(group);
  option("--dial-timeout", dialTimeout_, "for one connection (2s)", "ETCDCTL_DIAL_TIMEOUT");
  option("--command-timeout", commandTimeout_, "for one call (5s)", "ETCDCTL_COMMAND_TIMEOUT");
  app.add_option("--prefix", prefixes_, "watch only keys that begin so; may be repeated (everything)")
      ->allow_extra_args(false);
  app.add_option("--ttl-budget", ttlBudget_, "LeaseTimeToLive calls a second at most (200)")
      ->check(CLI::NonNegativeNumber);
}

absl::StatusOr<etcd::ConnectionOptions> ConnectionFlags::connection(const AskForPassword& ask) {
  etcd::ConnectionOptions options{.endpoints = endpoints_, .tls = tls_, .user = user_};
  if (options.endpoints.empty()) options.endpoints = {"127.0.0.1:2379"};
  if (const auto colon = user_.find(':'); password_.empty() && colon != std::string::npos) {
    options.user = user_.substr(0, colon);
    password_ = user_.substr(colon + 1);
    etcd::wipe(user_);
  }
  if (!options.user.empty() && password_.empty() && ask) password_ = ask(options.user).value_or("");
  if (!options.user.empty() && password_.empty()) {
    return absl::InvalidArgumentError(
        "--user needs a password: --user NAME:PASSWORD, --password or ETCDCTL_PASSWORD");
  }
  options.password = password_;
  etcd::wipe(password_);
  const auto dial = parseDuration("--dial-timeout", dialTimeout_);
  if (!dial.ok()) return dial.status();
  const auto command = parseDuration("--command-timeout", commandTimeout_);
  if (!command.ok()) return command.status();
  options.dialTimeout = *dial;
  options.commandTimeout = *command;
  if (const auto endpoints = etcd::parseEndpoints(options); !endpoints.ok()) return endpoints.status();
  return options;
}

void hidePasswords(int argc, char** argv) {
  const auto hide = [](char* text) { std::memset(text, '*', std::strlen(text)); };
  const auto hidePart = [&](char* user) {
    if (char* const colon = std::strchr(user, ':')) hide(colon + 1);
  };
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--password" && i + 1 < argc) hide(argv[i + 1]);
    if (argument == "--user" && i + 1 < argc) hidePart(argv[i + 1]);
    if (argument.starts_with("--password=")) hide(argv[i] + std::strlen("--password="));
    if (argument.starts_with("--user=")) hidePart(argv[i]);
  }
}

absl::StatusOr<absl::Duration> parseDuration(const std::string& flag, const std::string& text) {
  constexpr absl::Duration kLongest = absl::Hours(24 * 365);
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) || duration <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        fmt::format("{} '{}' is no duration, write 500ms, 7s or 2m", flag, text));
  }
  if (duration > kLongest) {
    return absl::InvalidArgumentError(fmt::format("{} '{}' is too long, at most {:.0f}h are possible", flag,
                                                  text, absl::ToDoubleHours(kLongest)));
  }
  return duration;
}

}  // namespace leasescope
