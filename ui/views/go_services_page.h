#pragma once

#include <QStringList>
#include <QTimer>
#include <QWidget>

#include "absl/status/statusor.h"
#include "ui/views/go_service_details.h"

class QLabel;
class QPushButton;
class QSettings;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class DetailsSplitter;
class EmptyState;
class GoServicesModel;
class GoServicesProxy;
class ServiceAddress;
class ShownPicture;
class TableView;
class WatchedServices;

/// Goroutines of Go services beside the leases of the cluster. Goes on while the view is paused, but then
/// counts no leases.
class GoServicesPage : public QWidget {
  Q_OBJECT

 public:
  GoServicesPage(ClusterLink* link, ShownPicture* picture, WatchedServices* services,
                 QWidget* parent = nullptr);

  TableView* table() const { return table_; }
  int count() const;
  /// Shows it beside the services.
  void openProfile(const QString& path);

  void saveLayout(QSettings& settings) const;
  void restoreLayout(QSettings& settings);

 public slots:
  void pasteProfile();

 signals:
  void countChanged(int count);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* makeToolBar();
  void makeTable();
  void connectSignals();
  void add();
  void chooseProfile();
  void showOpened(const absl::StatusOr<int>& id);
  void removeSelected();
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
  WatchedServices* services_;
  GoServicesModel* model_;
  GoServicesProxy* proxy_;
  LeaseTrends leaseTrends_;
  std::optional<LeaseCounts> leases_;  // as sampled last
  QTimer sample_;
  QTimer tick_;
  ServiceAddress* input_;
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
