#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <QObject>

#include "absl/status/statusor.h"
#include "core/monitor/recurring.h"
#include "core/picture/moment.h"
#include "core/probe/local_processes.h"

namespace leasescope::ui {

struct FoundProcesses {
  Moment at;
  absl::StatusOr<LocalProcesses> processes;
};

/// Looks again and again, on a thread of its own, which processes of this machine are connected to a
/// cluster.
///
/// Lives on the window's thread, where its signal comes. The destructor waits for the look that is under way:
/// some milliseconds.
class ProcessProbe : public QObject {
  Q_OBJECT

 public:
  static constexpr std::chrono::seconds kRest{3};

  explicit ProcessProbe(QObject* parent = nullptr);

  /// From now on; looks at once. Nothing is looked for while there are none.
  void setEndpoints(const std::vector<std::string>& endpoints);

 signals:
  void found(const leasescope::ui::FoundProcesses& processes);

 private:
  void look();

  std::vector<std::string> endpoints_;  // as the window wants them

  std::mutex mutex_;  // guards the one below
  std::vector<std::string> lookedFor_;
  Recurring recurring_;  // last: its thread uses the above
};

}  // namespace leasescope::ui
