#pragma once

#include <array>
#include <vector>

#include <QFrame>

#include "core/lockers/demo.h"
#include "ui/theme/theme.h"

class QGridLayout;
class QLabel;

namespace leasescope::ui {

class TrendPlot;

/// What both sides of the demo are drawn to, so that they can be compared.
struct DemoScale {
  static constexpr int kTrends = 4;
  double from = 0;  // seconds since the start
  double to = 0;
  std::array<double, kTrends> tops{};

  static DemoScale of(const DemoState& state);
};

/// One program of the demo: its three lines of code, the numbers of this moment, and how they came about.
class DemoSideCard : public QFrame {
  Q_OBJECT

 public:
  explicit DemoSideCard(DemoProgram program, QWidget* parent = nullptr);

  void setSide(const DemoSide& side, const DemoScale& scale);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QWidget* makeNumbers();
  QLabel* addNumber(QWidget* parent, const QString& caption, bool telling);
  void arrangeTrends(int columns);
  void applyColours();

  const Tone tone_;
  QLabel* title_;
  QLabel* leases_;
  QLabel* threads_;
  QLabel* keys_;
  QLabel* served_;
  std::vector<QLabel*> telling_;  // the numbers in the side's colour
  QGridLayout* trendGrid_;
  std::array<TrendPlot*, DemoScale::kTrends> trends_{};
  int trendColumns_ = 0;
};

}  // namespace leasescope::ui
