#pragma once

#include <array>
#include <vector>

#include <QFrame>

#include "ui/models/demo_figures.h"
#include "ui/theme/theme.h"

class QLabel;

namespace leasescope::ui {

class TrendPlot;

/// What may be at a side of the demo: the two programs, or a Go service that is not ours.
enum class DemoSideKind { Leaky, Fixed, Service };

/// One side of the demo: the numbers of this moment, and how they came about.
class DemoSideCard : public QFrame {
  Q_OBJECT

 public:
  static constexpr std::size_t kPlots = 6;

  /// `about` is shown below the title: what the program does, or where the service is.
  DemoSideCard(DemoSideKind kind, QWidget* about, QWidget* parent = nullptr);

  void setFigures(const DemoFigures& figures, const DemoScale& scale);

 private:
  QWidget* makeNumbers();
  QLabel* addNumber(QWidget* parent, const QString& caption, bool telling);
  QLayout* makePlots();
  QLayout* makeHead();
  void showTone(bool fresh);

  const DemoSideKind kind_;
  QLabel* subject_;
  QLabel* leases_;
  QLabel* keepAlives_;
  QLabel* keys_;
  QLabel* served_;
  std::vector<QLabel*> telling_;  // the numbers in the side's colour
  std::array<TrendPlot*, kPlots> plots_{};
};

}  // namespace leasescope::ui
