#include "ui/views/leases_page.h"

#include <algorithm>

#include <QLabel>
#include <QPushButton>

#include "ui/models/format.h"
#include "ui/models/insights.h"
#include "ui/models/lease_words.h"
#include "ui/models/row_delegates.h"
#include "ui/views/details_pane.h"
#include "ui/views/facts.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

constexpr TableView::ColumnWidth kColumnWidths[] = {
    {LeasesModel::Id, 130},         {LeasesModel::State, 84},     {LeasesModel::Remaining, 104},
    {LeasesModel::Granted, 70},     {LeasesModel::Keys, 72},      {LeasesModel::Renewals, 74},
    {LeasesModel::LastRenewal, 78}, {LeasesModel::FirstSeen, 74}, {LeasesModel::Who, 56},
};

constexpr std::size_t kMostKeys = 30;
constexpr int kMostKeyChars = 120;

/// "17:41:03"; what was there before us is older than that.
QString firstSeenText(const Since& since) {
  const QString at = clockText(since.moment.wall);
  return since.exact ? at : LeasesPage::tr("%1, there before").arg(at);
}

}  // namespace

LeasesPage::LeasesPage(ClusterLink* link, ShownPicture* picture, QWidget* parent)
    : LeasesPage(link, picture, new LeasesProxy(picture->leases(), picture->clock()), new DetailsPane,
                 parent) {}

LeasesPage::LeasesPage(ClusterLink* link, ShownPicture* picture, LeasesProxy* proxy, DetailsPane* details,
                       QWidget* parent)
    : TablePage(link, picture,
                {.name = QStringLiteral("leases"),
                 .none = {QStringLiteral("leases"), tr("No leases"),
                          tr("Nobody has a lease. They appear here as soon as somebody asks for one.")},
                 .filterExample = QStringLiteral("keys=0 renewals>3"),
                 .detailsHint =
                     tr("Select a lease to see its TTL over time and its keys; select several to compare."),
                 .proxy = proxy,
                 .details = details},
                parent),
      proxy_(proxy),
      details_(details) {
  setUpTable();
  setUpDetails();
}

void LeasesPage::setUpTable() {
  TableView* view = table();
  view->setObjectName(QStringLiteral("leasesTable"));
  view->setTextElideMode(Qt::ElideRight);
  view->setItemDelegateForColumn(LeasesModel::Remaining, new TtlBarDelegate(view));
  view->setItemDelegateForColumn(LeasesModel::State, new StateTagDelegate(view));
  view->setColumnWidths(kColumnWidths);
  view->sortByColumn(LeasesModel::Id, Qt::AscendingOrder);
}

void LeasesPage::setUpDetails() {
  facts_ = new Facts(details_);
  details_->addPart(facts_);
  keysHeading_ = details_->addHeading({});
  keys_ = details_->addText();
  keys_->setFont(monospace());
  revoke_ = details_->addButton({}, tr("Revoke lease…"), QStringLiteral("revokeLease"));
  setFlag(revoke_, "danger");
  QPushButton* copy = details_->addButton({}, tr("Copy"), QStringLiteral("copyRow"));
  connect(revoke_, &QPushButton::clicked, this, [this] {
    const Lease* lease = proxy_->lease(selectedRow());
    if (lease != nullptr) askToRevoke(lease->id);
  });
  connect(copy, &QPushButton::clicked, table(), &TableView::copySelection);
}

void LeasesPage::choose(LeaseId lease) { reveal(picture().leases()->find(lease)); }

void LeasesPage::showDetails() {
  const std::vector<LeaseId> leases = table()->selectedLeases();
  const bool one = leases.size() == 1;
  revoke_->setEnabled(one);
  facts_->setVisible(one);
  keysHeading_->setVisible(one);
  keys_->setVisible(one);
  details_->plotLeases(leases, picture());
  if (one) {
    showOne(*proxy_->lease(selectedRow()));
  } else {
    showSeveral();
  }
}

void LeasesPage::showOne(const Lease& lease) {
  const Moment now = picture().clock().now();
  const QString id = leaseText(lease.id);
  details_->setTitle(id);
  details_->setSummary(
      tr("seen for %1 · %2")
          .arg(sinceText(lease.firstSeen, now), keyCountText(static_cast<qint64>(lease.keys->size()))));
  details_->setInsight(leaseInsight(lease, now));
  details_->setPlotHeading(tr("TTL LEFT — %1 SEEN").arg(renewalCountText(lease.renewals).toUpper()));
  std::vector<Facts::Fact> facts;
  facts.emplace_back(tr("who"), whoWords(&lease));
  if (lease.identity != nullptr && lease.identity->since) {
    facts.emplace_back(tr("since, it says"), clockText(*lease.identity->since));
  }
  facts.emplace_back(tr("granted TTL"), lease.granted ? grantedText(*lease.granted) : tr("not sampled yet"));
  facts.emplace_back(tr("time left"), ttlWords(&lease, now));
  facts.emplace_back(tr("renewals"), countText(lease.renewals));
  facts.emplace_back(tr("last renewal"),
                     lease.lastRenewal ? clockText(lease.lastRenewal->wall) : tr("none seen"));
  if (lease.lastSample) facts.emplace_back(tr("last sample"), clockText(lease.lastSample->wall));
  facts.emplace_back(tr("first seen"), firstSeenText(lease.firstSeen));
  facts.emplace_back(tr("decimal id"), QString::number(lease.id));
  facts_->set(facts);
  showKeys(lease);
}

void LeasesPage::showSeveral() {
  details_->setTitle(tr("%1 leases").arg(countText(table()->selectedRowCount())));
  details_->setSummary(tr("Revoking is done one lease at a time."));
  details_->setInsight(
      {Tone::Neutral, tr("Curves that rise are renewed by somebody; curves that only fall are not.")});
  details_->setPlotHeading(tr("TTL LEFT"));
}

void LeasesPage::showKeys(const Lease& lease) {
  const std::vector<std::string>& keys = *lease.keys;
  const std::size_t shown = std::min(keys.size(), kMostKeys);
  QStringList lines;
  for (std::size_t i = 0; i < shown; ++i) lines << keyText(keys[i], kMostKeyChars);
  if (shown < keys.size()) lines << tr("… %1 more").arg(countText(static_cast<qint64>(keys.size() - shown)));
  keysHeading_->setText(lease.keyless() ? tr("NO KEYS")
                        : keys.empty()  ? tr("NO KEYS BELOW THE WATCHED PREFIXES")
                                        : tr("KEYS"));
  keys_->setText(lines.join(u'\n'));
}

}  // namespace leasescope::ui
