#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QInputDialog>
#include <QScreen>

#include "app/flags/connection_flags.h"
#include "app/leasescope/screenshots.h"
#include "app/leasescope/showcase.h"
#include "app/leasescope/stop_signals.h"
#include "fmt/format.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"
#include "ui/bridge/cluster_link.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"

namespace leasescope {
namespace {

using ui::MainWindow;

struct WindowFlags {
  ConnectionFlags connection;
  bool playground = false;
  bool showcase = false;
  ui::Scheme theme = ui::Scheme::System;
  std::optional<MainWindow::Page> page;
  std::string screenshots;
  std::string delay = "2s";
};

void addFlags(CLI::App& app, WindowFlags& flags) {
  static const std::map<std::string, ui::Scheme> kThemes = {
      {"system", ui::Scheme::System}, {"light", ui::Scheme::Light}, {"dark", ui::Scheme::Dark}};
  static const std::map<std::string, MainWindow::Page> kPages = {
      {"findings", MainWindow::Findings},    {"locks", MainWindow::Locks},     {"leases", MainWindow::Leases},
      {"graph", MainWindow::Graph},          {"threads", MainWindow::Threads}, {"demo", MainWindow::Demo},
      {"connection", MainWindow::Connection}};
  flags.connection.addTo(app);
  app.add_flag("--playground", flags.playground, "start a private etcd and connect to it");
  app.add_flag("--showcase", flags.showcase,
               "on the playground: start the leak demo and test lockers at once");
  app.add_option("--theme", flags.theme, "system, light or dark")
      ->transform(CLI::CheckedTransformer(kThemes));
  app.add_option("--page", flags.page, "the page to open with")->transform(CLI::CheckedTransformer(kPages));
  app.add_option("--screenshots", flags.screenshots, "write a PNG of every page into this folder and end");
  app.add_option("--screenshots-after", flags.delay, "how long to watch before that (2s)");
}

int usage(std::string_view why) {
  fmt::print(stderr, "leasescope: usage: {}\n", why);
  return kUsage;
}

/// Qt needs a display, or to be told that there is none.
void useOffscreenWithoutADisplay() {
  if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
      qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
  }
}

std::optional<std::string> askForPassword(const std::string& user) {
  bool given = false;
  const QString typed = QInputDialog::getText(
      nullptr, QObject::tr("Leasescope"), QObject::tr("Password of %1:").arg(QString::fromStdString(user)),
      QLineEdit::Password, {}, &given);
  if (!given) return std::nullopt;
  return typed.toStdString();
}

void startShowcaseWhenLive(ui::ClusterLink& link) {
  QObject::connect(&link, &ui::ClusterLink::updated, &link,
                   [&link, started = false](const MonitorUpdate& update) mutable {
                     if (started || link.starting() || update.health.state != Health::State::Live) return;
                     started = true;
                     startShowcase(link);
                   });
}

int runWindow(const WindowFlags& flags, const etcd::ConnectionOptions& connection, absl::Duration delay) {
  ui::ClusterLink link;
  MainWindow window(&link);
  onStopSignal(&window, [&window] { window.close(); });
  if (flags.playground) {
    if (flags.showcase) startShowcaseWhenLive(link);
    link.startPlayground(flags.connection.monitor());
  } else if (flags.connection.endpointsGiven()) {
    link.connectTo(connection, flags.connection.monitor());
    window.showPage(MainWindow::Locks);
  }
  if (flags.page) window.showPage(*flags.page);
  if (!flags.screenshots.empty()) {
    takeScreenshots(window, link, QString::fromStdString(flags.screenshots), delay,
                    [](int exitCode) { QApplication::exit(exitCode); });
  }
  if (!window.isMaximized()) window.resize(window.size().boundedTo(window.screen()->availableSize()));
  window.show();
  return QApplication::exec();
}

int run(int argc, char** argv) {
  blockStopSignals();
  spdlog::set_default_logger(spdlog::stderr_logger_mt("leasescope"));
  spdlog::set_pattern("leasescope: %l: %v");
  CLI::App app("Shows etcd's locks and leases as they are, and frees what is stuck.", "leasescope");
  WindowFlags flags;
  addFlags(app, flags);
  useOffscreenWithoutADisplay();
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::ranges::reverse(arguments);  // as CLI11 takes them
  hidePasswords(argc, argv);
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? app.exit(error) : usage(error.what());
  }
  const auto delay = parseDuration("--screenshots-after", flags.delay);
  if (!delay.ok()) return usage(std::string(delay.status().message()));
  QApplication application(argc, argv);
  QApplication::setOrganizationName("leasescope");
  QApplication::setApplicationName("leasescope");
  ui::applyTheme(application, flags.theme);
  const auto connection = flags.connection.connection(askForPassword);
  if (!connection.ok()) return usage(std::string(connection.status().message()));
  return runWindow(flags, *connection, *delay);
}

}  // namespace
}  // namespace leasescope

int main(int argc, char** argv) { return leasescope::run(argc, argv); }
