#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <QByteArray>
#include <QObject>
#include <QString>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "core/picture/moment.h"
#include "core/probe/goroutine_roles.h"
#include "core/probe/pprof_target.h"
#include "ui/bridge/background.h"

namespace leasescope::ui {

/// What the goroutines of one Go program do, as far as they were told.
struct SeenGoroutines {
  GoroutineRoles roles;
  bool complete = true;  ///< false: there are at least so many
};

struct ServiceAnswer {
  Moment at;
  absl::StatusOr<SeenGoroutines> seen;  ///< or why there is nothing, in one line
};

/// Asks Go services for their goroutines, each again and again on a thread of its own so that one that hangs
/// delays no other; reads saved profiles too.
///
/// Lives on the window's thread, where signals and callbacks come; no function blocks. Only the destructor
/// waits for what is under way, which is called off: a connection that is being made may take 2 s more, the
/// look-up of a name as long as the system wants.
class ServiceProbes : public QObject {
  Q_OBJECT

 public:
  /// Between an answer and the next question.
  static constexpr std::chrono::seconds kRest{5};

  explicit ServiceProbes(QObject* parent = nullptr);
  ~ServiceProbes() override;

  /// Begins at once. `id` is the caller's name for it.
  void watch(int id, const PprofTarget& target);
  /// No more answers come.
  void forget(int id);

  using Read = std::function<void(absl::StatusOr<SeenGoroutines>)>;
  void readFile(const QString& path, Read done);
  void readText(const QByteArray& profile, Read done);

 signals:
  void answered(int id, const leasescope::ui::ServiceAnswer& answer);

 private:
  class Asking;

  absl::flat_hash_map<int, std::shared_ptr<Asking>> asking_;
  std::unique_ptr<Background> reading_;
  std::unique_ptr<Background> ending_;  // waits for those that were forgotten
};

}  // namespace leasescope::ui
