#pragma once

#include <QDialog>

#include "core/lockers/lockers.h"

class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace leasescope::ui {

/// Asks what lockers to start. Can be accepted only with a lock name that makes a lock.
class SpawnDialog : public QDialog {
  Q_OBJECT

 public:
  explicit SpawnDialog(QWidget* parent = nullptr);

  /// Says something about where the lockers will run, above the form.
  void setWarning(const QString& warning);
  LockerSpec spec() const;

 private:
  QWidget* makeForm();
  Behaviour behaviour() const;
  void behaviourChanged();
  void validate();

  QLabel* warning_;
  QComboBox* behaviour_;
  QLabel* explanation_;
  QLineEdit* lock_;
  QLabel* lockProblem_;
  QLabel* countLabel_;
  QSpinBox* count_;
  QSpinBox* ttl_;
  QDoubleSpinBox* work_;
  QDialogButtonBox* buttons_;
};

}  // namespace leasescope::ui
