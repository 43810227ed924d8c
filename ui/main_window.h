#pragma once

#include <string>
#include <vector>

#include <QMainWindow>

#include "core/etcd/lease_id.h"

class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class ConnectionPage;
class DemoPage;
class FindingsPage;
class GoServicesPage;
class LeasesPage;
class LocalProcessesPage;
class LocksPage;
class SectionsPage;
class ShownPicture;
class SideBar;
class StatusLine;
class TablePage;
class ThreadsPage;
class TopBar;
class WaitGraphPage;
class WatchedServices;

/// Puts the pages together: side bar, top bar, status line. `link` outlives the window, and is told to
/// disconnect when the window is closed.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  enum Page { Findings, Locks, Leases, Graph, Threads, Demo, Connection, PageCount };

  explicit MainWindow(ClusterLink* link, QWidget* parent = nullptr);
  ~MainWindow() override;

  /// Of the page of holder threads.
  enum Holders { Lockers, Services, Processes, HoldersCount };

  void showPage(Page page);
  void showHolders(Holders section);
  FindingsPage* findingsPage() const { return findings_; }
  LocksPage* locksPage() const { return locks_; }
  LeasesPage* leasesPage() const { return leases_; }
  WaitGraphPage* waitGraphPage() const { return graph_; }
  ThreadsPage* threadsPage() const { return threads_; }
  GoServicesPage* servicesPage() const { return services_; }
  LocalProcessesPage* processesPage() const { return processes_; }
  DemoPage* demoPage() const { return demo_; }
  ConnectionPage* connectionPage() const { return connection_; }
  const ShownPicture& picture() const { return *picture_; }

  /// Writes findings.png, locks.png, leases.png, graph.png, threads.png, services.png, processes.png,
  /// demo.png and connection.png with the current data; makes the folder when it is missing. Returns the
  /// files that could not be written.
  QStringList saveScreenshots(const QString& folder);

 public slots:
  void askForConnection();
  void startPlayground();

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  void buildLayout();
  void addPages();
  void addHolders();
  void addShortcuts();
  void connectLink();
  void connectPages();
  TablePage* tablePage() const;
  void useFilter(const QString& text);
  void focusFilter();
  void showCounts();
  void showLock(const std::string& name);
  void showLease(etcd::LeaseId lease);
  void showLeases(const QString& filter);
  void showWaits(etcd::LeaseId lease);
  void showCluster();
  void saveLayout() const;
  void restoreLayout();

  ClusterLink* link_;
  ShownPicture* picture_;
  WatchedServices* watched_;
  TopBar* top_;
  SideBar* side_;
  QStackedWidget* stack_;
  StatusLine* status_;
  FindingsPage* findings_;
  LocksPage* locks_;
  LeasesPage* leases_;
  WaitGraphPage* graph_;
  ThreadsPage* threads_;
  GoServicesPage* services_;
  LocalProcessesPage* processes_;
  SectionsPage* holders_;
  DemoPage* demo_;
  ConnectionPage* connection_;
};

}  // namespace leasescope::ui
