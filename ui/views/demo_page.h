#pragma once

#include <QTimer>
#include <QWidget>

#include "core/lockers/demo.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class DemoCode;
class DemoRate;
class DemoSideCard;
class FindingsDigest;
class ServiceNote;
class ShownPicture;
class WatchedServices;

/// "Leak demo": the leaky and the fixed program side by side on the same load, and one sentence that says
/// what is being seen and why, with the findings that it raises. Rate and mistakes may be changed while it
/// runs. At the right a Go service may be shown instead of the fixed program, which then runs on unseen. On
/// a playground only.
class DemoPage : public QWidget {
  Q_OBJECT

 public:
  DemoPage(ClusterLink* link, ShownPicture* picture, WatchedServices* services, QWidget* parent = nullptr);

 public slots:
  void refresh();
  void startLoad();

 signals:
  void playgroundRequested();
  void findingsRequested();

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* makeToolBar();
  QWidget* makeStage();
  QWidget* makeOffer();
  QWidget* makeStory();
  void connectSignals();
  void swapRight();
  void chooseService();
  void startOrStop();
  void resetDemo();
  DemoTask chosenTask() const;
  void sendChosenTask();
  void showState(const DemoState& state);
  void updateActions(const DemoState& state, bool serviceAtRight);

  ClusterLink* link_;
  WatchedServices* services_;
  int service_ = 0;  // at the right; when it is watched no more, or is none, the fixed program is
  QTimer poll_;
  bool busy_ = false;  // starting or resetting
  QString startProblem_;
  QPushButton* startStop_;
  QPushButton* reset_;
  QPushButton* swapRight_;
  DemoRate* rate_;
  QStackedWidget* stack_;
  QWidget* stage_;
  QWidget* offer_;
  DemoCode* code_;  // of the leaky program
  DemoSideCard* leaky_;
  QStackedWidget* right_;
  DemoSideCard* fixed_;
  DemoSideCard* ofService_;
  ServiceNote* note_;
  QLabel* story_;
  FindingsDigest* findings_;
};

}  // namespace leasescope::ui
