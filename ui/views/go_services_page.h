#pragma once

#include <QStringList>
#include <QTimer>
#include <QWidget>

#include "absl/container/flat_hash_map.h"
#include "ui/models/go_service.h"
#include "ui/views/go_service_details.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class DetailsSplitter;
class EmptyState;
class GoServicesModel;
class GoServicesProxy;
class ShownPicture;
class TableView;

/// Goroutines of Go services beside the leases of the cluster. Goes on while the view is paused, but then
/// counts no leases.
class GoServicesPage : public QWidget {
  Q_OBJECT

 public:
  GoServicesPage(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);

  TableView* table() const { return table_; }
  int count() const;
  /// Shows what was saved of `goroutine?debug=2` or in any other form.
  void openProfile(const QString& path);

  void saveLayout(QSettings& settings) const;
  void restoreLayout(QSettings& settings);

 public slots:
  void pasteProfile();

 signals:
  void countChanged(int count);
  /// There are others to be remembered.
  void servicesChanged();

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* makeToolBar();
  void makeTable();
  void connectSignals();
  void add();
  /// Its id; there may be one already.
  int watch(const PprofTarget& target);
  void chooseProfile();
  void showProfile(const QString& name, const QString& path, const absl::StatusOr<SeenGoroutines>& seen);
  void removeSelected();
  void take(int id, const ServiceAnswer& answer);
  void showProblem(const QString& problem);
  void choose(int id);
  void changed();
  std::optional<LeaseCounts> knownLeases() const;
  void sampleLeases();
  void tick();
  void updateComparison();
  void updateDetails();

  ClusterLink* link_;
  ShownPicture* picture_;
  ServiceProbes* probes_;
  GoServicesModel* model_;
  GoServicesProxy* proxy_;
  std::vector<GoService> services_;  // in the order in which they were added
  absl::flat_hash_map<int, RoleTrends> trends_;
  LeaseTrends leaseTrends_;
  std::optional<LeaseCounts> leases_;  // as sampled last
  int lastId_ = 0;
  QTimer sample_;
  QTimer tick_;
  QLineEdit* input_;
  QPushButton* add_;
  QPushButton* remove_;
  QPushButton* open_;
  QPushButton* paste_;
  QLabel* problem_;
  QWidget* comparisonBox_;
  QLabel* comparison_;
  QStackedWidget* stack_;
  EmptyState* empty_;
  TableView* table_;
  GoServiceDetails* details_;
  DetailsSplitter* splitter_;
};

}  // namespace leasescope::ui
