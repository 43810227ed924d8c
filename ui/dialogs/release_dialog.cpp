#include "ui/dialogs/release_dialog.h"

#include <QPlainTextEdit>
#include <QPointer>

#include "ui/bridge/cluster_link.h"
#include "ui/models/format.h"

namespace leasescope::ui {
namespace {

QString lead(const Lock& lock, bool holds) {
  if (!holds)
    return ReleaseDialog::tr(
        "This key waits in the queue. Deleting it takes its client out of the queue; the holder stays.");
  if (lock.queue.size() < 2)
    return ReleaseDialog::tr("This key holds the lock. Deleting it makes the lock free.");
  const Contender& next = lock.queue[1];
  return ReleaseDialog::tr("This key holds the lock. Deleting it hands the lock over to %1 at once.")
      .arg(next.hasLease() ? leaseText(next.lease) : keyText(next.key, 80));
}

QStringList warnings(const Contender& contender, bool holds) {
  QStringList lines;
  if (contender.hasLease()) lines << ReleaseDialog::tr("The lease stays, and so does whoever renews it.");
  if (holds) lines << ReleaseDialog::tr("Its client is not told: it believes that it still holds the lock.");
  if (!holds) {
    lines << ReleaseDialog::tr(
        "An etcd client older than 3.5 that loses its key while waiting may believe that it "
        "holds the lock.");
  }
  return lines;
}

}  // namespace

ReleaseDialog::ReleaseDialog(ClusterLink* link, const Lock& lock, std::size_t position, QWidget* parent)
    : ActionDialog(tr("Release this key?"), tr("Release"), parent),
      link_(link),
      key_(lock.queue[position].key),
      createRevision_(lock.queue[position].createRevision) {
  setObjectName(QStringLiteral("releaseDialog"));
  const bool holds = lock.holder() == &lock.queue[position];
  auto* key = new QPlainTextEdit(keyText(key_, 400), this);
  key->setReadOnly(true);
  key->setFont(monospace());
  key->setFixedHeight(3 * key->fontMetrics().lineSpacing() + 10);
  addPart(key);
  setLead(lead(lock, holds));
  setWarnings(warnings(lock.queue[position], holds));
  setConfirmable(true);
}

void ReleaseDialog::confirmed() {
  setConfirmable(false);
  setStatus(Tone::Neutral, tr("Releasing…"));
  link_->release(key_, createRevision_, [dialog = QPointer(this)](const ActionOutcome& outcome) {
    if (dialog) dialog->showOutcome(outcome, tr("Released. The key is gone, the lease stays."));
  });
}

}  // namespace leasescope::ui
