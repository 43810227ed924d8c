#pragma once

#include <QTimer>
#include <QWidget>

#include "core/monitor/monitor.h"

class QAbstractItemModel;
class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class MembersModel;
class NoticesModel;
class TableView;

/// "Connection": which cluster this is, how it is, and the ways in and out. A start page while there is none.
class ConnectionPage : public QWidget {
  Q_OBJECT

 public:
  explicit ConnectionPage(ClusterLink* link, QWidget* parent = nullptr);

 public slots:
  /// A failure that is not part of the cluster's health, such as a playground that didn't start.
  void showFailure(const QString& what);

 signals:
  void playgroundRequested();
  void connectRequested();
  void disconnectRequested();

 protected:
  /// A failure that was told is not told again.
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* makeStart();
  QFrame* makeChoice(const QString& iconName, const QString& title, const QString& text, QPushButton* button);
  QWidget* makeOverview();
  QWidget* makeHead();
  QWidget* makeFacts();
  QWidget* makeMembers();
  QWidget* makeNotices();
  void fitMembers();
  void connectSignals();
  void clear();
  QString titleText() const;
  void receive(const MonitorUpdate& update);
  void showHealth();
  void showState();
  void showFacts();
  void showCluster();

  ClusterLink* link_;
  QTimer tick_;
  Health health_;
  Revision revision_ = 0;
  std::uint64_t clusterId_ = 0;
  std::size_t keyCount_ = 0;
  std::shared_ptr<const ClusterView> cluster_;
  MembersModel* members_;
  NoticesModel* notices_;

  QStackedWidget* stack_;
  QWidget* start_;
  QWidget* overview_;
  QLabel* startFailure_;
  QPushButton* playground_;
  QLabel* title_;
  QLabel* state_;
  QLabel* folder_;
  QLabel* failure_;
  QLabel* advice_;
  QLabel* alarms_;
  QLabel* problems_;
  QLabel* clusterIdFact_;
  QLabel* revisionFact_;
  QLabel* keysFact_;
  QLabel* leaderFact_;
  QLabel* databaseFact_;
  QLabel* membersFact_;
  TableView* table_;
};

}  // namespace leasescope::ui
