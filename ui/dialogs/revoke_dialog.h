#pragma once

#include <optional>

#include "ui/dialogs/action_dialog.h"

class QLineEdit;
class QPlainTextEdit;

namespace leasescope::ui {

class ClusterLink;

/// Says what would vanish with a lease and who would hold each lock next, and revokes it once that is
/// confirmed. When keys were attached meanwhile, nothing is done: the new set is shown and asked for again.
class RevokeDialog : public ActionDialog {
  Q_OBJECT

 public:
  /// `because`: why this lease and no other; may be empty.
  RevokeDialog(ClusterLink* link, LeaseId lease, QWidget* parent = nullptr, const QString& because = {});
  /// Opens one that deletes itself.
  static void ask(ClusterLink* link, LeaseId lease, QWidget* parent, const QString& because = {});

 protected:
  void confirmed() override;

 private:
  void previewed(absl::StatusOr<RevokePreview> preview);
  void show(RevokePreview preview);
  void ended(ActionOutcome outcome);
  void validate();

  ClusterLink* link_;
  const LeaseId lease_;
  const QString because_;
  std::optional<RevokePreview> preview_;
  QPlainTextEdit* effects_;
  QLineEdit* typed_;
};

}  // namespace leasescope::ui
