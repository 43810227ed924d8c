#include "app/leasescope/screenshots.h"

#include <memory>
#include <utility>

#include <QTimer>

#include "app/flags/connection_flags.h"
#include "spdlog/spdlog.h"
#include "ui/bridge/cluster_link.h"
#include "ui/main_window.h"

namespace leasescope {
namespace {

constexpr std::chrono::seconds kPatience{20};

int save(ui::MainWindow& window, const QString& folder) {
  const QStringList failed = window.saveScreenshots(folder);
  for (const QString& file : failed) spdlog::error("screenshots: {} can't be written", file.toStdString());
  return failed.isEmpty() ? kFine : kUnknown;
}

}  // namespace

void takeScreenshots(ui::MainWindow& window, ui::ClusterLink& link, const QString& folder,
                     absl::Duration delay, std::function<void(int)> done) {
  // Also what is not live is worth a picture: it shows why.
  auto* patience = new QTimer(&window);
  patience->setSingleShot(true);
  QObject::connect(patience, &QTimer::timeout, &window, [&window, folder, done] {
    spdlog::error("screenshots: no live cluster within {} s", kPatience.count());
    save(window, folder);
    done(kUnknown);
  });
  patience->start(kPatience);
  QObject::connect(&link, &ui::ClusterLink::updated, &window,
                   [&window, folder, delay, done, patience](const MonitorUpdate& update) {
                     if (update.health.state != Health::State::Live || !patience->isActive()) return;
                     patience->stop();
                     QTimer::singleShot(absl::ToChronoMilliseconds(delay), &window,
                                        [&window, folder, done] { done(save(window, folder)); });
                   });
}

}  // namespace leasescope
