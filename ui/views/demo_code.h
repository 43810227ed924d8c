#pragma once

#include <vector>

#include <QWidget>

#include "core/lockers/demo.h"

class QCheckBox;
class QLabel;

namespace leasescope::ui {

class ElidedLabel;

/// What one program of the demo does for each request, a line for each thing that can be forgotten; on the
/// leaky side each mistake can be switched.
class DemoCode : public QWidget {
  Q_OBJECT

 public:
  explicit DemoCode(DemoProgram program, QWidget* parent = nullptr);

  DemoMistakes mistakes() const { return mistakes_; }

 signals:
  void mistakesChanged(const leasescope::DemoMistakes& mistakes);

 private:
  QCheckBox* makeSwitch(int line);
  void showCode();

  DemoMistakes mistakes_;
  std::vector<ElidedLabel*> code_;
};

}  // namespace leasescope::ui
