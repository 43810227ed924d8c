#pragma once

#include <optional>

#include <QWidget>

#include "ui/models/go_service.h"

class QLabel;

namespace leasescope::ui {

class ElidedLabel;

/// Where a Go service is asked, whether it answers, and what its answers say or what to do.
class ServiceNote : public QWidget {
  Q_OBJECT

 public:
  explicit ServiceNote(QWidget* parent = nullptr);

  /// `growth`: how many sessions more there are than when it was first seen.
  void show(const GoService& service, std::optional<double> growth, const Moment& now);

 private:
  ElidedLabel* summary_;
  QLabel* insight_;
};

}  // namespace leasescope::ui
