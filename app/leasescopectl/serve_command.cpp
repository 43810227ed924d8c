#include <httplib.h>

#include <charconv>
#include <optional>
#include <thread>

#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/findings_output.h"
#include "app/leasescopectl/verdict_watcher.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr char kMetricsType[] = "text/plain; version=0.0.4; charset=utf-8";

struct Address {
  std::string host;
  int port = 0;
};

std::optional<Address> parseAddress(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  Address address{.host = text.substr(0, colon)};
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || read != end || address.port < 0 || address.port > 65'535) return std::nullopt;
  return address;
}

/// What is stale is not told: whoever reads must see that nothing is known.
std::string metricsNow(const VerdictWatcher& watcher) {
  const auto verdict = watcher.health().state == Health::State::Live ? watcher.verdict() : nullptr;
  return metricsText(verdict.get());
}

int runServe(const Console& console, const std::string& listen) {
  const auto address = parseAddress(listen);
  if (!address) return console.usage(fmt::format("--listen '{}' is not HOST:PORT", listen));
  const auto options = console.connection();
  if (!options.ok()) return console.fail("serve", options.status());
  const auto client = etcd::Client::create(*options);
  if (!client.ok()) return console.fail("serve", client.status());
  VerdictWatcher watcher;
  httplib::Server server;
  server.Get("/metrics", [&watcher](const httplib::Request&, httplib::Response& response) {
    response.set_content(metricsNow(watcher), kMetricsType);
  });
  // Its default shares a port with whoever else does: half of the answers would be of another cluster.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  const bool anyPort = address->port == 0;
  const int port = anyPort ? server.bind_to_any_port(address->host) : address->port;
  if (port < 0 || (!anyPort && !server.bind_to_port(address->host, port))) {
    return console.fail("serve",
                        absl::UnavailableError(fmt::format(
                            "cannot listen on {}: it is in use, or not an address of this machine", listen)));
  }
  const Monitor monitor(*client, console.flags().monitor(),
                        [&watcher](const MonitorUpdate& update) { watcher.onUpdate(update); });
  std::thread serving([&server] { server.listen_after_bind(); });
  const bool v6 = address->host.find(':') != std::string::npos;
  console.printText(fmt::format("metrics at http://{}:{}/metrics\n",
                                v6 ? fmt::format("[{}]", address->host) : address->host, port));
  std::string told;
  while (!waitForStopSignal(absl::Seconds(1))) {
    const Health health = watcher.health();
    const std::string problem = health.state == Health::State::Live ? std::string() : health.reason;
    if (problem == told) continue;
    console.warn(problem.empty() ? "live again" : "not live: " + problem);
    told = problem;
  }
  server.stop();
  serving.join();
  (*client)->shutdown();
  return kFine;
}

}  // namespace

void addServeCommand(CLI::App& app, Console& console) {
  CLI::App* serve = app.add_subcommand("serve", "metrics for Prometheus, until Ctrl+C");
  const auto listen = std::make_shared<std::string>("127.0.0.1:9379");
  serve->add_option("--listen", *listen, "HOST:PORT; port 0: any that is free")->capture_default_str();
  serve->callback([&console, listen] { console.exitCode = runServe(console, *listen); });
}

}  // namespace leasescope
