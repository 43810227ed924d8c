#include "ui/views/locks_page.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>

#include "ui/dialogs/release_dialog.h"
#include "ui/models/format.h"
#include "ui/models/insights.h"
#include "ui/models/lease_words.h"
#include "ui/models/lock_trouble.h"
#include "ui/models/row_delegates.h"
#include "ui/views/details_pane.h"
#include "ui/views/facts.h"
#include "ui/views/queue_list.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

constexpr TableView::ColumnWidth kColumnWidths[] = {
    {LocksModel::Name, 152},    {LocksModel::HolderLease, 136}, {LocksModel::Waiters, 82},
    {LocksModel::HeldFor, 100}, {LocksModel::Ttl, 108},         {LocksModel::State, 84},
    {LocksModel::Who, 80},
};

constexpr int kMostTitleChars = 200;
constexpr int kMostKeyChars = 200;

}  // namespace

LocksPage::LocksPage(ClusterLink* link, ShownPicture* picture, QWidget* parent)
    : LocksPage(link, picture, new LocksProxy(picture->locks(), picture->clock()), new DetailsPane, parent) {}

LocksPage::LocksPage(ClusterLink* link, ShownPicture* picture, LocksProxy* proxy, DetailsPane* details,
                     QWidget* parent)
    : TablePage(
          link, picture,
          {.name = QStringLiteral("locks"),
           .none =
               {QStringLiteral("locks"), tr("No locks"),
                tr("Nobody holds a lock or waits for one. They appear here as soon as somebody does; test "
                   "lockers are on the page “Holder threads”.")},
           .filterExample = QStringLiteral("waiters>0 held>5m"),
           .detailsHint =
               tr("Select a lock to see who holds it, who waits, and whether its lease is renewed."),
           .proxy = proxy,
           .details = details},
          parent),
      proxy_(proxy),
      details_(details) {
  setUpTable();
  connect(picture, &ShownPicture::judged, this, &LocksPage::followFindings);
  setUpDetails();
}

void LocksPage::setUpTable() {
  TableView* view = table();
  view->setObjectName(QStringLiteral("locksTable"));
  view->setItemDelegateForColumn(LocksModel::Ttl, new TtlBarDelegate(view));
  view->setItemDelegateForColumn(LocksModel::State, new StateTagDelegate(view));
  view->setRootIsDecorated(true);
  view->setColumnWidths(kColumnWidths);
  view->sortByColumn(LocksModel::Name, Qt::AscendingOrder);
}

void LocksPage::setUpDetails() {
  details_->addHeading(tr("QUEUE"));
  queue_ = new QueueList(details_);
  details_->addPart(queue_);
  factsHeading_ = details_->addHeading({});
  facts_ = new Facts(details_);
  details_->addPart(facts_);
  details_->addHeading(tr("IF THIS LEASE IS REVOKED"));
  ifRevoked_ = details_->addText();
  revoke_ = details_->addButton({}, tr("Revoke lease…"), QStringLiteral("revokeLease"));
  setFlag(revoke_, "danger");
  release_ = details_->addButton({}, tr("Release this key…"), QStringLiteral("releaseKey"));
  QPushButton* copy = details_->addButton({}, tr("Copy"), QStringLiteral("copyRow"));
  connect(revoke_, &QPushButton::clicked, this, [this] { askToRevoke(proxy_->lease(selectedRow())); });
  connect(release_, &QPushButton::clicked, this, &LocksPage::askToRelease);
  connect(copy, &QPushButton::clicked, table(), &TableView::copySelection);
}

void LocksPage::choose(const std::string& lock) { reveal(picture().locks()->find(lock)); }

void LocksPage::showDetails() {
  const QModelIndex row = selectedRow();
  const Lock& lock = *proxy_->lock(row);
  const std::size_t position = proxy_->position(row);
  const Moment now = picture().clock().now();
  details_->setTitle(lock.name.empty() ? tr("(empty name)") : keyText(lock.name, kMostTitleChars));
  details_->setSummary(lockSummary(lock, now));
  const std::optional<Insight> trouble = lockTrouble(lock, picture());
  details_->setInsight(trouble ? *trouble : lockInsight(lock, picture().book(), now));
  queue_->set(lock, position, picture().book(), now);
  showPlot(lock, position);
  showFacts(lock, position);
  showRevoke(lock, position);
}

/// Locks that nobody gets any more are seen in the table.
void LocksPage::followFindings() { proxy_->setFound(lockTroubles(picture())); }

void LocksPage::showPlot(const Lock& lock, std::size_t position) {
  const LeaseId id = lock.queue[position]->lease;
  const Lease* lease = picture().book().find(id);
  details_->setPlotVisible(id != etcd::kNoLease);
  if (id == etcd::kNoLease) return;
  const qint64 renewals = lease != nullptr ? lease->renewals : 0;
  details_->setPlotHeading(
      tr("TTL OF LEASE %1 — %2 SEEN").arg(leaseText(id), renewalCountText(renewals).toUpper()));
  details_->plotLeases({id}, picture());
}

void LocksPage::showFacts(const Lock& lock, std::size_t position) {
  const Contender& contender = *lock.queue[position];
  const bool holds = &contender == lock.holder();
  const Lease* lease = picture().book().find(contender.lease);
  const Moment now = picture().clock().now();
  factsHeading_->setText(holds ? tr("HOLDER") : tr("PLACE %1 IN THE QUEUE").arg(position + 1));
  std::vector<Facts::Fact> facts;
  facts.emplace_back(tr("who"), whoWords(lease));
  facts.emplace_back(tr("key"), keyText(contender.key, kMostKeyChars));
  facts.emplace_back(tr("fencing token"), QString::number(contender.createRevision));
  if (!contender.waitsOn.empty())
    facts.emplace_back(tr("waits on"), keyText(contender.waitsOn, kMostKeyChars));
  if (lease != nullptr && lease->granted) facts.emplace_back(tr("granted TTL"), grantedText(*lease->granted));
  if (lease != nullptr && lease->lastRenewal) {
    facts.emplace_back(tr("last renewal"), tr("%1 ago").arg(durationText(now - *lease->lastRenewal)));
  }
  facts_->set(facts);
}

void LocksPage::showRevoke(const Lock& lock, std::size_t position) {
  ifRevoked_->setText(ifRevoked(lock, position, picture().book()));
  revoke_->setEnabled(lock.queue[position]->hasLease());
}

void LocksPage::askToRelease() {
  const QModelIndex row = selectedRow();
  const Lock* lock = proxy_->lock(row);
  if (lock == nullptr) return;
  ReleaseDialog::ask(link(), picture(), *lock, lock->queue[proxy_->position(row)]->key, window());
}

}  // namespace leasescope::ui
