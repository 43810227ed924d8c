#pragma once

#include <string>
#include <vector>

#include <QWidget>

#include "absl/container/flat_hash_map.h"
#include "ui/bridge/process_probe.h"
#include "ui/models/trend.h"

class QLabel;
class QSettings;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class DetailsPane;
class DetailsSplitter;
class EmptyState;
class Facts;
class LocalProcessesModel;
class LocalProcessesProxy;
class ShownPicture;
class TableView;
class TrendGrid;

/// Processes of this machine that are connected to the cluster, and how threads, connections and memory of
/// the selected one came about. Goes on while the view is paused: it is not the cluster that is shown.
class LocalProcessesPage : public QWidget {
  Q_OBJECT

 public:
  LocalProcessesPage(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);

  TableView* table() const { return table_; }

  void saveLayout(QSettings& settings) const;
  void restoreLayout(QSettings& settings);

 signals:
  void countChanged(int count);
  void playgroundRequested();
  void connectRequested();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  struct Trends {
    std::string commandLine;  // pids come again
    Trend threads;
    Trend connections;
    Trend memory;  // MiB
  };

  void makeTable();
  void makeDetails();
  void connectSignals();
  void aim();
  void receive(const FoundProcesses& found);
  void show(const LocalProcesses& processes);
  void showProblem(const QString& problem);
  void remember(const Moment& at, const std::vector<LocalProcess>& processes);
  void explainEmptiness();
  void updateDetails();

  ClusterLink* link_;
  ShownPicture* picture_;
  ProcessProbe* probe_;
  LocalProcessesModel* model_;
  LocalProcessesProxy* proxy_;
  absl::flat_hash_map<pid_t, Trends> trends_;
  bool looked_ = false;
  Moment lookedAt_;
  QLabel* problem_;
  QLabel* note_;
  QStackedWidget* stack_;
  EmptyState* empty_;
  TableView* table_;
  DetailsPane* details_;
  TrendGrid* plots_;
  Facts* facts_;
  DetailsSplitter* splitter_;
};

}  // namespace leasescope::ui
