#pragma once

#include <functional>

#include <QString>

#include "absl/time/time.h"

namespace leasescope {

namespace ui {
class ClusterLink;
class MainWindow;
}  // namespace ui

/// Waits until the window shows a live cluster, lets `delay` pass, writes a PNG of every page into `folder`
/// and calls `done` with the program's exit code: 0, or 3 when there was nothing live to show within 20 s or
/// a file could not be written (which is then said).
void takeScreenshots(ui::MainWindow& window, ui::ClusterLink& link, const QString& folder,
                     absl::Duration delay, std::function<void(int)> done);

}  // namespace leasescope
