#pragma once

#include <string>

#include "core/picture/lock.h"
#include "ui/dialogs/action_dialog.h"

namespace leasescope::ui {

class ClusterLink;
class ShownPicture;

/// Asks before one lock key is deleted while its lease stays.
class ReleaseDialog : public ActionDialog {
  Q_OBJECT

 public:
  /// Opens it for a key of the lock's queue, or one that is in its way; for none if there is no such key any
  /// more. `parent` is a window.
  static void ask(ClusterLink* link, ShownPicture& picture, const Lock& lock, const std::string& key,
                  QWidget* parent);

 protected:
  void confirmed() override;

 private:
  ReleaseDialog(ClusterLink* link, std::string key, Revision createRevision, const QString& lead,
                const QStringList& warnings, QWidget* parent);

  ClusterLink* link_;
  const std::string key_;
  const Revision createRevision_;
};

}  // namespace leasescope::ui
