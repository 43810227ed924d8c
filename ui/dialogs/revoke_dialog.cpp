#include "ui/dialogs/revoke_dialog.h"

#include <algorithm>
#include <utility>

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>

#include "core/etcd/lease_id.h"
#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/revoke_words.h"
#include "ui/models/format.h"

namespace leasescope::ui {
namespace {

constexpr int kMostLinesShown = 9;

/// Calls `member` of the dialog if that is still there when the answer comes.
template <class Argument>
auto ifAlive(RevokeDialog* dialog, void (RevokeDialog::*member)(Argument)) {
  return [dialog = QPointer(dialog), member](Argument argument) {
    if (dialog) (dialog.data()->*member)(std::move(argument));
  };
}

}  // namespace

RevokeDialog::RevokeDialog(ClusterLink* link, LeaseId lease, QWidget* parent, const QString& because)
    : ActionDialog(tr("Revoke lease %1?").arg(leaseText(lease)), tr("Revoke"), parent),
      link_(link),
      lease_(lease),
      because_(because),
      effects_(new QPlainTextEdit(this)),
      typed_(new QLineEdit(this)) {
  setObjectName(QStringLiteral("revokeDialog"));
  effects_->setObjectName(QStringLiteral("effects"));
  effects_->setReadOnly(true);
  effects_->setFont(monospace());
  effects_->hide();
  typed_->setObjectName(QStringLiteral("typedLease"));
  typed_->setPlaceholderText(tr("Type the lease id to confirm"));
  typed_->setFont(monospace());
  typed_->hide();
  addPart(effects_);
  addPart(typed_);
  setLead(tr("Looking at what is attached to it…"));
  connect(typed_, &QLineEdit::textChanged, this, &RevokeDialog::validate);
  link_->previewRevoke(lease, ifAlive(this, &RevokeDialog::previewed));
}

void RevokeDialog::ask(ClusterLink* link, LeaseId lease, QWidget* parent, const QString& because) {
  auto* dialog = new RevokeDialog(link, lease, parent, because);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

void RevokeDialog::previewed(absl::StatusOr<RevokePreview> preview) {
  if (preview.ok()) {
    show(*std::move(preview));
    return;
  }
  setLead(tr("What would vanish could not be found out."));
  finish(Tone::Bad, QString::fromStdString(std::string(preview.status().message())));
}

void RevokeDialog::show(RevokePreview preview) {
  const QString effects = revokeEffects(preview).join(u'\n');
  setLead(because_.isEmpty() ? revokeLead(preview) : because_ + u'\n' + revokeLead(preview));
  effects_->setPlainText(effects);
  effects_->setVisible(!effects.isEmpty());
  qsizetype lines = 1;
  for (const QString& line : effects.split(u'\n')) lines += 1 + line.size() / kCharactersOnALine;
  const auto height =
      std::clamp<qsizetype>(lines, 2, kMostLinesShown) * effects_->fontMetrics().lineSpacing();
  effects_->setFixedHeight(static_cast<int>(height) + 16);
  setWarnings(revokeWarnings(preview));
  typed_->clear();
  typed_->setVisible(needsTyping(preview));
  preview_ = std::move(preview);
  validate();
  adjustSize();
}

void RevokeDialog::validate() {
  const absl::StatusOr<LeaseId> typed = etcd::parseLeaseId(typed_->text().toStdString());
  setConfirmable(preview_ && (!needsTyping(*preview_) || (typed.ok() && *typed == lease_)));
}

void RevokeDialog::confirmed() {
  setConfirmable(false);
  setStatus(Tone::Neutral, tr("Revoking…"));
  link_->revoke(*preview_, ifAlive(this, &RevokeDialog::ended));
}

void RevokeDialog::ended(ActionOutcome outcome) {
  typed_->setEnabled(false);
  if (outcome.kind == ActionOutcome::Kind::Changed && outcome.preview) {
    typed_->setEnabled(true);
    show(*std::move(outcome.preview));
    setStatus(Tone::Warning,
              tr("Nothing was done: more keys were attached meanwhile. Look again at what would vanish."));
    return;
  }
  showOutcome(outcome, tr("Revoked. Its keys are gone."));
}

}  // namespace leasescope::ui
