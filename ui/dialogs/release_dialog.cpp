#include "ui/dialogs/release_dialog.h"

#include <algorithm>
#include <utility>

#include <QPlainTextEdit>
#include <QPointer>

#include "ui/bridge/cluster_link.h"
#include "ui/models/format.h"
#include "ui/models/lease_words.h"
#include "ui/models/shown_picture.h"
#include "ui/models/states.h"

namespace leasescope::ui {
namespace {

QString named(const Contender& contender, const LeaseBook& book) {
  return contender.hasLease() ? withWho(leaseText(contender.lease), book.find(contender.lease))
                              : keyText(contender.key, 80);
}

QString whatItDoes(const Lock& lock, bool holds, const LeaseBook& book) {
  if (!holds && lock.holder() == nullptr) {
    return ReleaseDialog::tr(
        "This key waits in the queue of a lock that nobody holds now. Deleting it takes its client out of "
        "the queue.");
  }
  if (!holds)
    return ReleaseDialog::tr(
        "This key waits in the queue. Deleting it takes its client out of the queue; the holder stays.");
  if (lock.queue.size() < 2)
    return ReleaseDialog::tr("This key holds the lock. Deleting it makes the lock free.");
  if (const Contender* next = nextHolder(lock)) {
    return ReleaseDialog::tr("This key holds the lock. Deleting it hands the lock over to %1 at once.")
        .arg(named(*next, book));
  }
  return ReleaseDialog::
      tr("This key holds the lock. When it is deleted, nobody holds the lock: all who wait are behind %1, "
         "which is no key of this lock.")
          .arg(keyText(lock.queue[1]->waitsOn, 80));
}

QString lead(const Lock& lock, const Contender& contender, const LeaseBook& book) {
  const bool holds = lock.holder() == &contender;
  const Lease* lease = book.find(contender.lease);
  if (!saysWho(lease)) return whatItDoes(lock, holds, book);
  return ReleaseDialog::tr("This is the key of %1. %2").arg(whoWords(lease), whatItDoes(lock, holds, book));
}

/// Other locks that nobody holds because of this key: its going frees them, too.
QStringList blockedBy(const std::string& key, const LocksModel& locks) {
  QStringList names;
  for (int row = 0; row < locks.rowCount(); ++row) {
    const Lock& lock = *locks.lock(locks.index(row, 0));
    if (lock.blocker && lock.blocker->key == key) names << keyText(lock.name, 80);
  }
  return names;
}

QStringList warnings(const Contender& contender, bool holds, const LocksModel& locks) {
  QStringList lines;
  if (contender.hasLease()) lines << ReleaseDialog::tr("The lease stays, and so does whoever renews it.");
  if (holds) lines << ReleaseDialog::tr("Its client is not told: it believes that it still holds the lock.");
  if (!holds) {
    lines << ReleaseDialog::tr(
        "An etcd client older than 3.5 that loses its key while waiting may believe that it "
        "holds the lock.");
  }
  for (const QString& name : blockedBy(contender.key, locks)) {
    lines << ReleaseDialog::tr(
                 "It is also in the way of %1: without it the first in that queue holds that lock, "
                 "unless one more key is in the way.")
                 .arg(name);
  }
  return lines;
}

}  // namespace

void ReleaseDialog::ask(ClusterLink* link, ShownPicture& picture, const Lock& lock, const std::string& key,
                        QWidget* parent) {
  ReleaseDialog* dialog = nullptr;
  const LeaseBook& book = picture.book();
  const auto place = std::ranges::find(lock.queue, key, &Contender::key);
  if (place != lock.queue.end()) {
    const Contender& contender = **place;
    dialog = new ReleaseDialog(link, key, contender.createRevision, lead(lock, contender, book),
                               warnings(contender, lock.holder() == &contender, *picture.locks()), parent);
  } else if (lock.blocker && lock.blocker->key == key) {
    dialog = new ReleaseDialog(
        link, key, lock.blocker->createRevision,
        tr("Nobody holds the lock: this key is in the way of all who wait. Without it %1 gets the lock, "
           "unless another key is in the way, too.")
            .arg(named(*lock.queue.front(), book)),
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
