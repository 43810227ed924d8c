#pragma once

#include <optional>

#include <QLineEdit>

#include "core/probe/pprof_target.h"

namespace leasescope::ui {

/// Takes the address of a Go service; marks what is none.
class ServiceAddress : public QLineEdit {
  Q_OBJECT

 public:
  explicit ServiceAddress(QWidget* parent = nullptr);

  /// What was typed. nullopt: it is no address, and what to type was told.
  std::optional<PprofTarget> take();

 signals:
  /// Empty: there is none, or it is being mended.
  void problemChanged(const QString& problem);

 private:
  void tell(const absl::Status& status);
};

}  // namespace leasescope::ui
