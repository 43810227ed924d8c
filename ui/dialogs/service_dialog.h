#pragma once

#include <QDialog>

#include "core/probe/pprof_target.h"

class QComboBox;
class QLabel;

namespace leasescope::ui {

class ServiceAddress;

/// Asks for the address of a Go service, or for one of those that are watched already. Can be accepted only
/// with an address.
class ServiceDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ServiceDialog(const QStringList& watched, QWidget* parent = nullptr);

  /// What was accepted.
  const PprofTarget& target() const { return target_; }

 public slots:
  void accept() override;

 private:
  void showProblem(const QString& problem);

  PprofTarget target_;
  QComboBox* choice_;
  ServiceAddress* address_;
  QLabel* problem_;
};

}  // namespace leasescope::ui
