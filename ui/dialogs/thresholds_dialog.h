#pragma once

#include <vector>

#include <QDialog>

#include "core/diagnosis/thresholds.h"

class QDoubleSpinBox;
class QGridLayout;

namespace leasescope::ui {

/// Asks from when on something counts as wrong: a row for each threshold, with its bounds and its default.
class ThresholdsDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ThresholdsDialog(const Thresholds& present, QWidget* parent = nullptr);

  Thresholds thresholds() const;

 private:
  void addRow(QGridLayout* grid, const Threshold& threshold);
  void fill(const Thresholds& thresholds);

  const Thresholds present_;
  std::vector<QDoubleSpinBox*> values_;  // as in allThresholds()
};

}  // namespace leasescope::ui
