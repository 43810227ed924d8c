#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "fmt/format.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace leasescope {
namespace {

constexpr char kExitCodes[] =
    "Exit codes: 0 fine; 1 the answer is no, or warnings; 2 critical findings; 3 could not find out; 64 "
    "wrong "
    "usage.\n"
    "Lease ids are hexadecimal, as etcdctl prints them.";

}  // namespace

int run(int argc, char** argv) {
  keepStandardStreams();
  spdlog::set_default_logger(spdlog::stderr_logger_mt("leasescopectl"));
  spdlog::set_pattern("leasescopectl: %l: %v");
  blockStopSignals();

  CLI::App app("Shows etcd's locks and leases as they are, and frees what is stuck.", "leasescopectl");
  app.footer(kExitCodes);
  app.require_subcommand(1);
  app.fallthrough();
  ConnectionFlags flags;
  flags.addTo(app);
  Console console(flags);
  addListCommands(app, console);
  addGraphCommand(app, console);
  addWatchCommand(app, console);
  addCheckCommand(app, console);
  addServeCommand(app, console);
  addActionCommands(app, console);
  addLockersCommand(app, console);
  addDemoCommands(app, console);
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::ranges::reverse(arguments);  // as CLI11 takes them
  hidePasswords(argc, argv);
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp& help) {
    const int code = app.exit(help);
    return std::cout.flush() ? code : kUnknown;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    // CLI11 says "A subcommand is required" of a mistyped one, too.
    const std::vector<std::string> unknown = app.remaining();
    return console.usage(unknown.empty() ? error.what() : "unknown: " + unknown.front());
  }
  return console.finish();
}

}  // namespace leasescope

int main(int argc, char** argv) { return leasescope::run(argc, argv); }
