#pragma once

#include <string>

#include "core/picture/lock.h"
#include "ui/dialogs/action_dialog.h"

namespace leasescope::ui {

class ClusterLink;

/// Asks before one lock key is deleted while its lease stays.
class ReleaseDialog : public ActionDialog {
  Q_OBJECT

 public:
  /// `position` in the lock's queue.
  ReleaseDialog(ClusterLink* link, const Lock& lock, std::size_t position, QWidget* parent = nullptr);

 protected:
  void confirmed() override;

 private:
  ClusterLink* link_;
  const std::string key_;
  const Revision createRevision_;
};

}  // namespace leasescope::ui
