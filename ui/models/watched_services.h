#pragma once

#include <functional>
#include <vector>

#include <QObject>

#include "absl/container/flat_hash_map.h"
#include "ui/models/go_service.h"
#include "ui/models/role_trends.h"

class QSettings;

namespace leasescope::ui {

/// The Go services whose goroutines are shown, and saved profiles. All pages share one, so that a service is
/// asked once however many show it. On the window's thread; no function blocks.
class WatchedServices : public QObject {
  Q_OBJECT

 public:
  explicit WatchedServices(QObject* parent = nullptr);

  /// In the order in which they were added.
  const std::vector<GoService>& all() const { return services_; }
  /// null: there is none, or no more.
  const GoService* find(int id) const;
  /// Of a saved profile there are none.
  const RoleTrends& trends(int id) const { return trends_.at(id); }

  /// Asks it from now on. Its id; there may be one already.
  int watch(const PprofTarget& target);
  void remove(int id);

  /// The id, or why there is no profile in it, in one line.
  using Opened = std::function<void(const absl::StatusOr<int>&)>;
  /// What was saved of `goroutine?debug=2` or in any other form.
  void openFile(const QString& path, Opened done);
  void openText(const QString& name, const QByteArray& profile, Opened done);

  /// Services are remembered, profiles are not.
  void save(QSettings& settings) const;
  void restore(const QSettings& settings);

 signals:
  void changed();
  /// There are others to be remembered.
  void othersToRemember();

 private:
  int add(const PprofTarget& target);
  int add(GoService service);
  absl::StatusOr<int> addSaved(const QString& name, const QString& path,
                               const absl::StatusOr<SeenGoroutines>& seen);
  void take(int id, const ServiceAnswer& answer);

  ServiceProbes* probes_;
  std::vector<GoService> services_;
  absl::flat_hash_map<int, RoleTrends> trends_;
  int lastId_ = 0;
};

}  // namespace leasescope::ui
