#pragma once

#include <QWidget>

class QLabel;
class QSlider;

namespace leasescope::ui {

/// How many requests a second each program of the demo gets: a slider, and its value in words.
class DemoRate : public QWidget {
  Q_OBJECT

 public:
  explicit DemoRate(QWidget* parent = nullptr);

  double requestsPerSecond() const;
  /// False: the words name no receiver, as only one is seen.
  void setBothShown(bool shown);

 signals:
  void changed(double requestsPerSecond);

 private:
  void showValue();

  QSlider* slider_;
  QLabel* words_;
  bool bothShown_ = true;
};

}  // namespace leasescope::ui
