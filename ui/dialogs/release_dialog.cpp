#include "ui/dialogs/release_dialog.h"

#include <algorithm>
#include <utility>

#include <QPlainTextEdit>
#include <QPointer>

#include "ui/bridge/cluster_link.h"
#include "ui/models/format.h"

namespace leasescope::ui {
namespace {

QString nextOf(const Contender& next) {
  return next.hasLease() ? leaseText(next.lease) : keyText(next.key, 80);
}

QString lead(const Lock& lock, bool holds) {
  if (!holds)
    return ReleaseDialog::tr(
        "This key waits in the queue. Deleting it takes its client out of the queue; the holder stays.");
  if (lock.queue.size() < 2)
    return ReleaseDialog::tr("This key holds the lock. Deleting it makes the lock free.");
  return ReleaseDialog::tr("This key holds the lock. Deleting it hands the lock over to %1 at once.")
      .arg(nextOf(*lock.queue[1]));
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

void ReleaseDialog::ask(ClusterLink* link, const Lock& lock, const std::string& key, QWidget* parent) {
  ReleaseDialog* dialog = nullptr;
  const auto place = std::ranges::find(lock.queue, key, &Contender::key);
  if (place != lock.queue.end()) {
    const Contender& contender = **place;
    const bool holds = lock.holder() == &contender;
    dialog = new ReleaseDialog(link, key, contender.createRevision, lead(lock, holds),
                               warnings(contender, holds), parent);
  } else if (lock.blocker && lock.blocker->key == key) {
    dialog = new ReleaseDialog(
        link, key, lock.blocker->createRevision,
        tr("Nobody holds the lock: this key is in the way of all who wait. Without it %1 gets the lock, "
           "unless "
           "another key is in the way, too.")
            .arg(nextOf(*lock.queue.front())),
        {tr("It is no key of this lock's own: somebody may need it for something else.")}, parent);
  }
  if (dialog == nullptr) return;
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

ReleaseDialog::ReleaseDialog(ClusterLink* link, std::string key, Revision createRevision, const QString& lead,
                             const QStringList& warnings, QWidget* parent)
    : ActionDialog(tr("Release this key?"), tr("Release"), parent),
      link_(link),
      key_(std::move(key)),
      createRevision_(createRevision) {
  setObjectName(QStringLiteral("releaseDialog"));
  auto* text = new QPlainTextEdit(keyText(key_, 400), this);
  text->setReadOnly(true);
  text->setFont(monospace());
  text->setFixedHeight(3 * text->fontMetrics().lineSpacing() + 10);
  addPart(text);
  setLead(lead);
  setWarnings(warnings);
  setConfirmable(true);
}

void ReleaseDialog::confirmed() {
  setConfirmable(false);
  setStatus(Tone::Neutral, tr("Releasing…"));
  link_->release(key_, createRevision_, [dialog = QPointer(this)](const ActionOutcome& outcome) {
    if (dialog) dialog->showOutcome(outcome, tr("Released: the key is gone."));
  });
}

}  // namespace leasescope::ui
