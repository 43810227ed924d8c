#pragma once

#include <QTimer>
#include <QWidget>

#include "core/lockers/demo.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace leasescope::ui {

class ClusterLink;
class DemoRate;
class DemoSideCard;
class FindingsDigest;
class ShownPicture;

/// "Leak demo": the leaky and the fixed program side by side on the same load, and one sentence that says
/// what is being seen and why, with the findings that it raises. Rate and mistakes may be changed while it
/// runs. On a playground only.
class DemoPage : public QWidget {
  Q_OBJECT

 public:
  DemoPage(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);

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
  void startOrStop();
  void resetDemo();
  DemoTask chosenTask() const;
  void sendChosenTask();
  void showState(const DemoState& state);
  void updateActions(const DemoState& state);

  ClusterLink* link_;
  QTimer poll_;
  bool busy_ = false;  // starting or resetting
  QString startProblem_;
  QPushButton* startStop_;
  QPushButton* reset_;
  DemoRate* rate_;
  QStackedWidget* stack_;
  QWidget* stage_;
  QWidget* offer_;
  DemoSideCard* leaky_;
  DemoSideCard* fixed_;
  QLabel* story_;
  FindingsDigest* findings_;
};

}  // namespace leasescope::ui
