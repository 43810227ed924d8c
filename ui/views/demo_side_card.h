#pragma once

#include <array>
#include <vector>

#include <QFrame>

#include "core/lockers/demo.h"
#include "ui/theme/theme.h"

class QLabel;

namespace leasescope::ui {

class DemoCode;
class TrendPlot;

/// What both sides of the demo are drawn to, so that they can be compared.
struct DemoScale {
  static constexpr int kTrends = 6;
  double from = 0;  // seconds since the start
  double to = 0;
  std::array<double, kTrends> tops{};

  static DemoScale of(const DemoState& state);
};

/// One program of the demo: its lines of code, the numbers of this moment, and how they came about.
class DemoSideCard : public QFrame {
  Q_OBJECT

 public:
  explicit DemoSideCard(DemoProgram program, QWidget* parent = nullptr);

  void setSide(const DemoSide& side, const DemoScale& scale);
  DemoCode* code() const { return code_; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QWidget* makeNumbers();
  QLabel* addNumber(QWidget* parent, const QString& caption, bool telling);
  QLayout* makeTrends();
  QLayout* makeHead(DemoProgram program);
  void applyColours();

  const Tone tone_;
  QLabel* lock_;
  DemoCode* code_;
  QLabel* leases_;
  QLabel* threads_;
  QLabel* keys_;
  QLabel* served_;
  std::vector<QLabel*> telling_;  // the numbers in the side's colour
  std::array<TrendPlot*, DemoScale::kTrends> trends_{};
};

}  // namespace leasescope::ui
