#include "ui/views/findings_page.h"

#include <algorithm>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSettings>

#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/release_dialog.h"
#include "ui/dialogs/thresholds_dialog.h"
#include "ui/models/finding_words.h"
#include "ui/models/format.h"
#include "ui/models/insights.h"
#include "ui/models/row_delegates.h"
#include "ui/theme/theme.h"
#include "ui/views/desktop_notifier.h"
#include "ui/views/details_pane.h"
#include "ui/views/elided_label.h"
#include "ui/views/facts.h"
#include "ui/views/proof_curves.h"
#include "ui/views/proof_waits.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

constexpr TableView::ColumnWidth kColumnWidths[] = {
    {FindingsModel::SeverityColumn, 88}, {FindingsModel::KindColumn, 128},
    {FindingsModel::SubjectColumn, 190}, {FindingsModel::SummaryColumn, 330},
    {FindingsModel::SinceColumn, 104},
};

constexpr char kMuted[] = "findings/muted";
constexpr char kNotify[] = "findings/notify";
constexpr char kThresholds[] = "thresholds";
constexpr int kMargin = 14;

/// The one lease that shows best what is meant; kNoLease: it is about none, or about many.
LeaseId leaseMeant(const Finding& finding) {
  return finding.subject.lease != etcd::kNoLease ? finding.subject.lease : finding.revoke;
}

/// For a finding about many leases: the filter that leaves them, and as few others as can be; else empty.
QString filterOf(const Finding& finding, const Moment& now) {
  if (finding.kind == FindingKind::SessionGrowth) return QStringLiteral("keys=0");
  if (finding.kind != FindingKind::ExpiryStorm || !finding.curves) return {};
  const CountPoint storm = std::ranges::max(finding.curves->front().points, {}, &CountPoint::count);
  const absl::Duration left = absl::Ceil(storm.at - now, absl::Seconds(1)) + absl::Seconds(1);
  return QStringLiteral("ttl<%1s").arg(std::max<std::int64_t>(1, absl::ToInt64Seconds(left)));
}

/// With a session: a key without a lease waits for nobody.
bool anybodyWaits(const Lock& lock) {
  return std::ranges::any_of(lock.queue, [](const auto& one) { return one->waits(); });
}

QString settingOf(const Threshold& threshold) {
  return QLatin1String(threshold.name.data(), qsizetype(threshold.name.size()));
}

bool isDefault(const Threshold& threshold, const Thresholds& of) {
  return threshold.value(of) == threshold.value({});
}

/// What is the default is not stored: a later version may have better ones.
void storeThresholds(const Thresholds& thresholds, QSettings& settings) {
  settings.beginGroup(QLatin1String(kThresholds));
  settings.remove(QString());
  for (const Threshold& one : allThresholds()) {
    if (!isDefault(one, thresholds)) settings.setValue(settingOf(one), one.value(thresholds));
  }
  settings.endGroup();
}

Thresholds storedThresholds(QSettings& settings) {
  Thresholds thresholds;
  settings.beginGroup(QLatin1String(kThresholds));
  for (const Threshold& one : allThresholds()) {
    bool number = false;
    const double value = settings.value(settingOf(one)).toDouble(&number);
    if (number) one.set(thresholds, value);
  }
  settings.endGroup();
  return thresholds;
}

}  // namespace

FindingsPage::FindingsPage(ClusterLink* link, ShownPicture* picture, QWidget* parent)
    : FindingsPage(link, picture, new FindingsProxy(picture->findings(), picture->clock()), new DetailsPane,
                   parent) {}

FindingsPage::FindingsPage(ClusterLink* link, ShownPicture* picture, FindingsProxy* proxy,
                           DetailsPane* details, QWidget* parent)
    : TablePage(
          link, picture,
          {.name = QStringLiteral("findings"),
           .none = {QStringLiteral("findings"), tr("Nothing is wrong, as far as was seen"),
                    tr("Leaks, stuck queues and deadlocks appear here. What needs time shows only after "
                       "some TTLs.")},
           .filterExample = QStringLiteral("state:critical kind:deadlock"),
           .detailsHint = tr("Select a finding to see what speaks for it and what to do."),
           .proxy = proxy,
           .details = details},
          parent),
      proxy_(proxy),
      details_(details),
      notifier_(new DesktopNotifier(this)) {
  addBar(makeBar());
  setUpTable();
  setUpDetails();
  connect(picture, &ShownPicture::judged, this, &FindingsPage::follow);
  connect(picture, &ShownPicture::changed, this, [this] {
    followCluster();
    if (isVisible()) showBar();
  });
}

QWidget* FindingsPage::makeBar() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(kMargin, 12, kMargin, 12);
  row->setSpacing(14);
  judged_ = new ElidedLabel(bar);
  judged_->setElideMode(Qt::ElideRight);
  judged_->setObjectName(QStringLiteral("judged"));
  setRole(judged_, LabelRole::Muted);
  notify_ = new QCheckBox(tr("Tell the desktop of new critical findings"), bar);
  notify_->setObjectName(QStringLiteral("notify"));
  notify_->setChecked(true);
  auto* ask = new QPushButton(tr("Thresholds…"), bar);
  ask->setObjectName(QStringLiteral("askForThresholds"));
  ask->setToolTip(tr("From when on something counts as wrong"));
  row->addWidget(judged_, 1);
  row->addWidget(notify_);
  row->addWidget(ask);
  connect(notify_, &QCheckBox::toggled, notifier_, &DesktopNotifier::setEnabled);
  connect(notify_, &QCheckBox::clicked, this, &FindingsPage::settingsChanged);
  connect(ask, &QPushButton::clicked, this, &FindingsPage::askForThresholds);
  return bar;
}

void FindingsPage::setUpTable() {
  TableView* view = table();
  view->setObjectName(QStringLiteral("findingsTable"));
  view->setTextElideMode(Qt::ElideRight);
  view->setItemDelegateForColumn(FindingsModel::SeverityColumn, new StateTagDelegate(view));
  view->setColumnWidths(kColumnWidths);
  view->header()->setStretchLastSection(false);
  view->header()->setSectionResizeMode(FindingsModel::SummaryColumn, QHeaderView::Stretch);
  view->sortByColumn(FindingsModel::SeverityColumn, Qt::AscendingOrder);
}

void FindingsPage::setUpDetails() {
  proofWaits_ = new ProofWaits(&picture(), details_);
  details_->addPart(proofWaits_);
  curves_ = new ProofCurves(details_);
  details_->addPart(curves_);
  waits_ = new QPushButton(icon(QStringLiteral("graph")), tr("Show in the wait graph"), details_);
  waits_->setObjectName(QStringLiteral("showWaits"));
  details_->addPart(waits_);
  details_->addHeading(tr("WHAT TO DO"));
  advice_ = details_->addText();
  details_->addHeading(tr("EVIDENCE"));
  facts_ = new Facts(details_);
  details_->addPart(facts_);
  revoke_ = details_->addButton({}, tr("Revoke lease…"), QStringLiteral("revokeLease"));
  setFlag(revoke_, "danger");
  release_ = details_->addButton({}, tr("Release this key…"), QStringLiteral("releaseKey"));
  setFlag(release_, "danger");
  go_ = details_->addButton({}, tr("Show it"), QStringLiteral("showSubject"));
  mute_ = details_->addButton({}, tr("Mute"), QStringLiteral("muteFinding"));
  QPushButton* copy = details_->addButton({}, tr("Copy"), QStringLiteral("copyRow"));
  connect(revoke_, &QPushButton::clicked, this, [this] {
    const Finding* finding = proxy_->finding(selectedRow());
    if (finding != nullptr && finding->revoke != etcd::kNoLease) askToRevoke(finding->revoke);
  });
  connect(release_, &QPushButton::clicked, this, &FindingsPage::askToRelease);
  connect(go_, &QPushButton::clicked, this, &FindingsPage::goToSubject);
  connect(mute_, &QPushButton::clicked, this, &FindingsPage::toggleMute);
  connect(copy, &QPushButton::clicked, table(), &TableView::copySelection);
  connect(proofWaits_, &ProofWaits::clicked, this, &FindingsPage::waitsRequested);
  connect(waits_, &QPushButton::clicked, this, [this] {
    const Finding* finding = proxy_->finding(selectedRow());
    if (finding != nullptr) emit waitsRequested(sessionInGraph(*finding));
  });
}

void FindingsPage::follow() {
  followCluster();
  QMap<QString, QString> critical;
  QSet<QString> muted;
  const FindingsModel& all = *picture().findings();
  for (int i = 0; i < all.rowCount(); ++i) {
    const Finding& finding = all.row(i);
    if (finding.severity != FindingSeverity::Critical) continue;
    const QString name = nameHere(finding);
    critical[name] = QString::fromStdString(finding.summary);
    if (proxy_->isMuted(finding)) muted << name;
  }
  notifier_->follow(critical, muted);
  preferWorse();
  emit countsChanged();
}

/// Whoever looks at nothing in particular looks at the worst. Nothing moves under the hands of somebody who
/// acts on what is shown.
void FindingsPage::preferWorse() {
  const QModelIndex top = proxy_->index(0, 0);
  const bool worstFirst =
      proxy_->sortColumn() == FindingsModel::SeverityColumn && proxy_->sortOrder() == Qt::AscendingOrder;
  if (!top.isValid() || !worstFirst || table()->touched() || details_->underMouse()) return;
  const Finding* shown = proxy_->finding(selectedRow());
  const Finding& worst = *proxy_->finding(top);
  const bool worse = shown == nullptr || proxy_->isMuted(*shown) || worst.severity > shown->severity;
  if (worse && !proxy_->isMuted(worst)) table()->choose(top);
}

void FindingsPage::showDetails() {
  const Finding* finding = proxy_->finding(selectedRow());
  if (finding == nullptr) return;
  details_->setTitle(kindTitle(finding->kind));
  details_->setSummary(QStringLiteral("%1 · %2 · %3")
                           .arg(severityWord(finding->severity), confidenceWord(finding->confidence),
                                QString::fromStdString(subjectText(finding->subject))));
  details_->setInsight({severityTone(finding->severity), QString::fromStdString(finding->summary)});
  showProof(*finding);
  advice_->setText(QString::fromStdString(finding->advice));
  facts_->set(evidenceFacts(*finding));
  const bool aboutAKey = !finding->subject.key.empty();
  revoke_->setVisible(!aboutAKey);
  release_->setVisible(aboutAKey);
  release_->setEnabled(lockOf(*finding) != nullptr);
  revoke_->setEnabled(finding->revoke != etcd::kNoLease);
  revoke_->setToolTip(
      finding->revoke != etcd::kNoLease
          ? tr("Lease %1; you see what it does before it happens.").arg(leaseText(finding->revoke))
          : tr("No revoke would help here."));
  go_->setText(wayTo(*finding).text);
  mute_->setText(proxy_->isMuted(*finding) ? tr("Unmute") : tr("Mute"));
}

/// The graph that proves it, and the way to the one that does not fit here.
void FindingsPage::showProof(const Finding& finding) {
  const std::optional<WaitCycle> circle = circleOf(finding);
  const Lock* queue = finding.kind == FindingKind::OrphanedContender ? lockOf(finding) : nullptr;
  if (circle) proofWaits_->showCircle(*circle);
  if (queue != nullptr) proofWaits_->showQueue(queue->name);
  proofWaits_->setVisible(circle || (queue != nullptr && anybodyWaits(*queue)));
  showTtls(finding.curves || circle ? std::vector<LeaseId>() : leasesMeant(finding));
  curves_->setVisible(finding.curves != nullptr);
  if (finding.curves) curves_->setCurves(*finding.curves);
  waits_->setVisible(sessionInGraph(finding) != etcd::kNoLease);
}

void FindingsPage::showTtls(const std::vector<LeaseId>& leases) {
  details_->setPlotVisible(!leases.empty());
  if (leases.empty()) return;
  QStringList names;
  for (const LeaseId lease : leases) names << leaseText(lease);
  details_->setPlotHeading(tr("TTL LEFT OF %1").arg(names.join(tr(" AND "))));
  details_->plotLeases(leases, picture());
}

/// The leases whose TTLs prove it: of a mismatch the one that the key belongs to, and the one that it is
/// named after, unless that is gone.
std::vector<LeaseId> FindingsPage::leasesMeant(const Finding& finding) const {
  const LeaseId lease = leaseMeant(finding);
  if (lease == etcd::kNoLease) return {};
  const Lock* lock = finding.kind == FindingKind::LeaseMismatch ? lockOf(finding) : nullptr;
  if (lock == nullptr) return {lease};
  const auto key = std::ranges::find(lock->queue, finding.subject.key, &Contender::key);
  if (key == lock->queue.end() || picture().book().find((*key)->nameLease) == nullptr) return {lease};
  return {lease, (*key)->nameLease};
}

std::vector<LeaseId> FindingsPage::leasesInDetails() const {
  const Finding* finding = proxy_->finding(selectedRow());
  return finding != nullptr ? leasesMeant(*finding) : std::vector<LeaseId>();
}

/// nullopt when it is about none, or about one that is open by now.
std::optional<WaitCycle> FindingsPage::circleOf(const Finding& finding) const {
  if (finding.kind != FindingKind::Deadlock) return std::nullopt;
  const std::vector<WaitCycle> cycles = picture().cycles();
  const auto found = std::ranges::find_if(cycles, [&](const WaitCycle& cycle) {
    return cycle.confidence == finding.confidence && cycle.edges.front().waiter == finding.subject.lease &&
           cycle.edges.front().lock == finding.subject.lock;
  });
  return found == cycles.end() ? std::nullopt : std::optional(*found);
}

/// Null when it is about none, or about one that is gone.
const Lock* FindingsPage::lockOf(const Finding& finding) const {
  const LocksModel& locks = *picture().locks();
  return finding.subject.lock.empty() ? nullptr : locks.lock(locks.find(finding.subject.lock));
}

/// Who waits, or is waited for, there; kNoLease: nobody is.
LeaseId FindingsPage::sessionInGraph(const Finding& finding) const {
  const auto inGraph = [this](LeaseId lease) { return picture().waits().contains(lease); };
  if (inGraph(finding.subject.lease)) return finding.subject.lease;
  const Lock* lock = lockOf(finding);
  if (lock == nullptr) return etcd::kNoLease;
  const auto found = std::ranges::find_if(lock->queue, inGraph, &Contender::lease);
  return found == lock->queue.end() ? etcd::kNoLease : (*found)->lease;
}

void FindingsPage::askToRelease() {
  const Finding* finding = proxy_->finding(selectedRow());
  if (finding == nullptr) return;
  if (const Lock* lock = lockOf(*finding))
    ReleaseDialog::ask(link(), picture(), *lock, finding->subject.key, window());
}

/// What is muted or known in one cluster is not in another: "cafe1234 stuck-queue lock /jobs of lease 1f".
QString FindingsPage::nameHere(const Finding& finding) const {
  return QStringLiteral("%1 %2").arg(QString::number(picture().clusterId(), 16),
                                     QString::fromStdString(findingName(finding)));
}

void FindingsPage::followCluster() {
  if (mutedOf_ != picture().clusterId()) showMuted();
}

void FindingsPage::showMuted() {
  mutedOf_ = picture().clusterId();
  const QString here = QString::number(mutedOf_, 16) + u' ';
  QSet<QString> names;
  for (const QString& name : muted_) {
    if (name.startsWith(here)) names.insert(name.mid(here.size()));
  }
  proxy_->setMuted(names);
}

/// By what it is judged, and what can't be judged yet.
void FindingsPage::showBar() {
  QStringList parts;
  parts << (thresholdsChanged_ == 0   ? tr("Judged by the default thresholds")
            : thresholdsChanged_ == 1 ? tr("1 threshold is not its default")
                                      : tr("%1 thresholds are not their defaults").arg(thresholdsChanged_));
  const QString unjudged = unjudgedWords(picture().unjudged(), picture().judgedAfter());
  if (!unjudged.isEmpty()) parts << unjudged;
  judged_->setWholeText(parts.join(QStringLiteral(" · ")));
}

void FindingsPage::toggleMute() {
  const Finding* finding = proxy_->finding(selectedRow());
  if (finding == nullptr) return;
  const QString name = nameHere(*finding);
  if (!muted_.remove(name)) muted_.insert(name);
  showMuted();
  follow();
  emit settingsChanged();
  if (selectedRow().isValid()) showDetails();
}

FindingsPage::Way FindingsPage::wayTo(const Finding& finding) {
  if (!finding.subject.lock.empty()) {
    return {tr("Show lock"), [this, lock = finding.subject.lock] { emit lockRequested(lock); }};
  }
  if (const LeaseId lease = leaseMeant(finding); lease != etcd::kNoLease) {
    return {tr("Show lease"), [this, lease] { emit leaseRequested(lease); }};
  }
  const QString leases = filterOf(finding, picture().clock().now());
  if (leases.isEmpty()) return {tr("Show connection"), [this] { emit clusterRequested(); }};
  return {tr("Show leases"), [this, leases] { emit leasesRequested(leases); }};
}

void FindingsPage::goToSubject() {
  if (const Finding* finding = proxy_->finding(selectedRow())) wayTo(*finding).go();
}

void FindingsPage::askForThresholds() {
  auto* dialog = new ThresholdsDialog(link()->thresholds(), this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QDialog::accepted, this, [this, dialog] {
    useThresholds(dialog->thresholds());
    emit settingsChanged();
  });
  dialog->open();
}

void FindingsPage::useThresholds(const Thresholds& thresholds) {
  link()->setThresholds(thresholds);
  thresholdsChanged_ = static_cast<int>(std::ranges::count_if(
      allThresholds(), [&](const Threshold& one) { return !isDefault(one, thresholds); }));
  showBar();
}

void FindingsPage::saveLayout(QSettings& settings) const {
  TablePage::saveLayout(settings);
  settings.setValue(QLatin1String(kMuted), QStringList(muted_.begin(), muted_.end()));
  settings.setValue(QLatin1String(kNotify), notify_->isChecked());
  storeThresholds(link()->thresholds(), settings);
}

void FindingsPage::restoreLayout(QSettings& settings) {
  TablePage::restoreLayout(settings);
  const QStringList muted = settings.value(QLatin1String(kMuted)).toStringList();
  muted_ = QSet<QString>(muted.begin(), muted.end());
  showMuted();
  notify_->setChecked(settings.value(QLatin1String(kNotify), true).toBool());
  useThresholds(storedThresholds(settings));
}

}  // namespace leasescope::ui
