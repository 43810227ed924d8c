#pragma once

#include <QTimer>
#include <QWidget>

#include "core/monitor/monitor.h"

class QLabel;

namespace leasescope::ui {

class ClusterLink;
class ShownPicture;

/// Below all pages, at all times: endpoint, state, revision, events a second, TTL calls a second of the
/// budget.
class StatusLine : public QWidget {
  Q_OBJECT

 public:
  StatusLine(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);

  /// "39 shown", of the present page.
  void setShown(const QString& text);

 private:
  void refresh();
  void showBehind(const MonitorUpdate& waiting);
  void showState();

  ClusterLink* link_;
  ShownPicture* picture_;
  QLabel* dot_;
  QLabel* state_;
  QLabel* endpoint_;
  QLabel* revision_;
  QLabel* events_;
  QLabel* sampling_;
  QLabel* counts_;
  QLabel* shown_;
  QLabel* paused_;
  QTimer clock_;  // for how long it has been stale
};

}  // namespace leasescope::ui
