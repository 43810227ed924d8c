#pragma once

#include <array>
#include <vector>

#include <QWidget>

#include "core/diagnosis/finding.h"

class QLabel;

namespace leasescope::ui {

class TrendPlot;

/// The numbers that prove a finding, one below the other, over the same time and with the same scale: what
/// grows and what does not is seen at one glance. Their start is a dot, the line through them dashed.
class ProofCurves : public QWidget {
  Q_OBJECT

 public:
  explicit ProofCurves(QWidget* parent = nullptr);

  /// At least one, each with points.
  void setCurves(const std::vector<Curve>& curves);

 private:
  std::array<TrendPlot*, kCurves> plots_;  // by Curve::Of
  QLabel* caption_;
};

}  // namespace leasescope::ui
