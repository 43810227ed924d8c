#include "ui/views/threads_page.h"

#include <algorithm>
#include <utility>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/revoke_dialog.h"
#include "ui/dialogs/spawn_dialog.h"
#include "ui/models/format.h"
#include "ui/models/lease_words.h"
#include "ui/models/locker_insight.h"
#include "ui/models/locker_words.h"
#include "ui/models/row_delegates.h"
#include "ui/models/shown_picture.h"
#include "ui/models/threads_model.h"
#include "ui/models/threads_proxy.h"
#include "ui/theme/theme.h"
#include "ui/views/details_pane.h"
#include "ui/views/details_splitter.h"
#include "ui/views/emptiness.h"
#include "ui/views/empty_state.h"
#include "ui/views/facts.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

using namespace std::chrono_literals;

constexpr auto kShownInterval = 250ms;
constexpr auto kHiddenInterval = 2s;  // for the count in the side bar
constexpr int kMargin = 14;
constexpr int kMostNameChars = 200;
constexpr QLatin1String kPage("threads");  // in the settings

constexpr TableView::ColumnWidth kColumnWidths[] = {
    {ThreadsModel::NameColumn, 112}, {ThreadsModel::OsThreadColumn, 84}, {ThreadsModel::BehaviourColumn, 124},
    {ThreadsModel::StateColumn, 88}, {ThreadsModel::LockColumn, 136},    {ThreadsModel::LeaseColumn, 134},
    {ThreadsModel::SinceColumn, 62},
};

QString threadsText(int count) {
  return count == 1 ? ThreadsPage::tr("1 thread") : ThreadsPage::tr("%1 threads").arg(countText(count));
}

}  // namespace

ThreadsPage::ThreadsPage(ClusterLink* link, ShownPicture* picture, QWidget* parent)
    : QWidget(parent),
      link_(link),
      picture_(picture),
      model_(new ThreadsModel(this)),
      proxy_(new ThreadsProxy(model_, this)) {
  problem_ = new QLabel(this);
  problem_->setTextInteractionFlags(kSelectable);
  problem_->setWordWrap(true);
  setRole(problem_, LabelRole::BadNote);
  problem_->hide();
  auto* problemRow = new QHBoxLayout;
  problemRow->setContentsMargins(kMargin, 0, kMargin, 0);
  problemRow->addWidget(problem_);

  QWidget* toolBar = makeToolBar();
  stack_ = new QStackedWidget(this);
  stack_->addWidget(empty_ = new EmptyState(this));
  makeTable();
  makeDetails();
  splitter_ = new DetailsSplitter(
      table_, details_, tr("Select a thread to see what it does and whether its lease is renewed."), this);
  stack_->addWidget(splitter_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(toolBar);
  column->addLayout(problemRow);
  column->addWidget(stack_, 1);
  connectSignals();
  poll_.start(kHiddenInterval);
  refresh();
}

QWidget* ThreadsPage::makeToolBar() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(kMargin, 12, kMargin, 12);
  row->setSpacing(8);
  spawn_ = new QPushButton(icon(QStringLiteral("spawn")), tr("Spawn lockers…"), bar);
  stop_ = new QPushButton(icon(QStringLiteral("stop")), tr("Stop"), bar);
  stop_->setToolTip(tr("Stop the lockers of the selected rows"));
  stopAll_ = new QPushButton(icon(QStringLiteral("clean")), tr("Stop all and clean up"), bar);
  leave_ = new QCheckBox(tr("Leave the leak"), bar);
  leave_->setToolTip(
      tr("Stopped lockers only stop renewing: leases and keys stay in etcd until their TTL is over"));
  summary_ = new QLabel(bar);
  setRole(summary_, LabelRole::Muted);
  filter_ = new QLineEdit(bar);
  filter_->setPlaceholderText(tr("Filter threads"));
  filter_->setClearButtonEnabled(true);
  filter_->setMinimumWidth(160);
  filter_->setMaximumWidth(240);
  for (QWidget* button : std::initializer_list<QWidget*>{spawn_, stop_, stopAll_, leave_})
    row->addWidget(button);
  row->addStretch(1);
  row->addWidget(summary_);
  row->addWidget(filter_, 1);
  return bar;
}

void ThreadsPage::makeTable() {
  table_ = new TableView(proxy_, Qt::WindowShortcut, this);
  table_->setItemDelegateForColumn(ThreadsModel::StateColumn, new StateTagDelegate(table_));
  table_->sortByColumn(ThreadsModel::NameColumn, Qt::AscendingOrder);
  table_->setColumnWidths(kColumnWidths);
  table_->setColumnHidden(ThreadsModel::ProblemColumn, true);  // is told in the details
  table_->addCommand(QStringLiteral("stop"), tr("Stop"), {}, [this] { stopSelected(); });
  table_->addCommand(QStringLiteral("revoke"), tr("Revoke lease…"), QKeySequence::Delete, [this] {
    if (table_->selectedLeases().size() == 1) revokeShown();
  });
}

void ThreadsPage::makeDetails() {
  details_ = new DetailsPane(this);
  details_->addHeading(tr("THREAD"));
  facts_ = new Facts(details_);
  details_->addPart(facts_);
  problemHeading_ = details_->addHeading(tr("PROBLEM"));
  threadProblem_ = details_->addText();
  stopShown_ = details_->addButton({}, tr("Stop"), QStringLiteral("stopLocker"));
  stopShown_->setToolTip(tr("Stop this locker and its keep-alive thread"));
  revokeShown_ = details_->addButton({}, tr("Revoke lease…"), QStringLiteral("revokeLease"));
  setFlag(revokeShown_, "danger");
  QPushButton* copy = details_->addButton({}, tr("Copy"), QStringLiteral("copyRow"));
  connect(stopShown_, &QPushButton::clicked, this, &ThreadsPage::stopShown);
  connect(revokeShown_, &QPushButton::clicked, this, &ThreadsPage::revokeShown);
  connect(copy, &QPushButton::clicked, table_, &TableView::copySelection);
}

void ThreadsPage::connectSignals() {
  connect(&poll_, &QTimer::timeout, this, &ThreadsPage::refresh);
  connect(link_, &ClusterLink::reset, this, &ThreadsPage::refresh);
  connect(spawn_, &QPushButton::clicked, this, &ThreadsPage::spawn);
  connect(empty_, &EmptyState::playgroundRequested, this, &ThreadsPage::playgroundRequested);
  connect(empty_, &EmptyState::connectRequested, this, &ThreadsPage::connectRequested);
  connect(empty_, &EmptyState::retryRequested, link_, &ClusterLink::refresh);
  connect(empty_, &EmptyState::clearFilterRequested, filter_, &QLineEdit::clear);
  connect(stop_, &QPushButton::clicked, this, &ThreadsPage::stopSelected);
  connect(stopAll_, &QPushButton::clicked, this, &ThreadsPage::stopAll);
  connect(leave_, &QCheckBox::toggled, this, &ThreadsPage::updateActions);
  connect(filter_, &QLineEdit::textChanged, proxy_, &ThreadsProxy::setFilterText);
  connect(filter_, &QLineEdit::textChanged, this, &ThreadsPage::updateActions);
  connect(table_, &TableView::selectionMoved, this, &ThreadsPage::updateActions, Qt::QueuedConnection);
  connect(table_, &TableView::selectionMoved, this, &ThreadsPage::tick, Qt::QueuedConnection);
  connect(table_, &TableView::ticked, this, &ThreadsPage::tick);
}

/// Does nothing while the view is frozen.
void ThreadsPage::refresh() {
  if (link_->paused()) return;
  model_->merge(link_->lockerThreads());
  proxy_->setNow(Moment::now());
  updateActions();
  if (const qint64 count = model_->rowCount(); count != count_) emit countChanged(count_ = count);
}

void ThreadsPage::updateActions() {
  const bool any = model_->rowCount() > 0;
  spawn_->setEnabled(link_->connected() && !link_->starting());
  stop_->setEnabled(table_->selectionModel()->hasSelection());
  stopAll_->setEnabled(any);
  stopAll_->setText(leave_->isChecked() ? tr("Stop all, leave the leak") : tr("Stop all and clean up"));
  leave_->setEnabled(any);
  updateSummary();
}

void ThreadsPage::updateSummary() {
  const int shown = proxy_->rowCount();
  const int all = model_->rowCount();
  summary_->setText(shown == all ? threadsText(all) : tr("%1 of %2").arg(countText(shown), threadsText(all)));
  summary_->setVisible(all > 0);
  stack_->setCurrentWidget(shown > 0 ? static_cast<QWidget*>(splitter_) : empty_);
  if (shown == 0) explainEmptiness();
  const bool first = std::exchange(shown_, shown) == 0 && shown > 0;
  if (first && !table_->selectionModel()->hasSelection()) table_->choose(proxy_->index(0, 0));
}

void ThreadsPage::explainEmptiness() {
  if (link_->connected() && model_->rowCount() > 0) {
    empty_->show(QStringLiteral("filter"), tr("No thread matches the filter"),
                 tr("%1 not shown.").arg(threadsText(model_->rowCount())), EmptyState::Offer::ClearFilter);
    return;
  }
  const NoneThere none{
      QStringLiteral("threads"), tr("No lockers are running"),
      tr("Lockers are test clients: each takes locks on a thread of its own, and its session has one more "
         "that keeps the lease alive. Press Spawn lockers… to see well-behaved and leaking ones.")};
  const std::optional<Emptiness> why = emptiness(*picture_, link_->connected(), 0, 0, none);
  if (why) empty_->show(why->icon, why->title, why->text, why->offer);
}

void ThreadsPage::spawn() {
  SpawnDialog dialog(this);
  if (!link_->onPlayground()) {
    dialog.setWarning(tr("This is not a playground: lockers take real locks in the connected cluster."));
  }
  if (dialog.exec() != QDialog::Accepted) return;
  link_->spawnLockers(dialog.spec(), [this](const absl::Status& status) {
    showProblem(
        status.ok()
            ? QString()
            : tr("No lockers were started: %1").arg(QString::fromStdString(std::string(status.message()))));
    refresh();
  });
}

void ThreadsPage::showProblem(const QString& problem) {
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
}

std::vector<std::int64_t> ThreadsPage::selectedLockers() const {
  std::vector<std::int64_t> lockers;
  const QModelIndexList rows = table_->selectionModel()->selectedRows();
  for (const QModelIndex& index : rows) lockers.push_back(proxy_->thread(index).locker);
  std::ranges::sort(lockers);
  lockers.erase(std::unique(lockers.begin(), lockers.end()), lockers.end());
  return lockers;
}

Leftovers ThreadsPage::leftovers() const {
  return leave_->isChecked() ? Leftovers::Leave : Leftovers::CleanUp;
}

void ThreadsPage::stopSelected() {
  for (const std::int64_t locker : selectedLockers()) link_->stopLocker(locker, leftovers());
  refresh();
}

void ThreadsPage::stopAll() {
  link_->stopAllLockers(leftovers());
  refresh();
}

void ThreadsPage::stopShown() {
  if (const LockerThread* thread = shownThread()) link_->stopLocker(thread->locker, leftovers());
  refresh();
}

void ThreadsPage::revokeShown() {
  const LockerThread* thread = shownThread();
  if (thread != nullptr && thread->lease != etcd::kNoLease) RevokeDialog::ask(link_, thread->lease, window());
}

const LockerThread* ThreadsPage::shownThread() const {
  const QModelIndex row = table_->selectedRow();
  return row.isValid() ? &proxy_->thread(row) : nullptr;
}

/// What etcd said of the lease before it fell silent says nothing about now.
const Lease* ThreadsPage::knownLease(const LockerThread& thread) const {
  const bool live = picture_->health().state == Health::State::Live;
  return live ? picture_->book().find(thread.lease) : nullptr;
}

/// What is looked at is for the page that is shown to say.
void ThreadsPage::tick() {
  if (!isVisible()) return;
  const LockerThread* thread = shownThread();
  std::vector<LeaseId> shown;
  if (thread != nullptr && thread->lease != etcd::kNoLease) shown.push_back(thread->lease);
  picture_->book().keepHistories(shown);
  link_->lookAt(shown, table_->visibleLeases());
  updateDetails();
}

void ThreadsPage::updateDetails() {
  const LockerThread* thread = shownThread();
  splitter_->setSomethingSelected(thread != nullptr);
  if (thread != nullptr) showDetails(*thread);
}

void ThreadsPage::showDetails(const LockerThread& thread) {
  const Moment now = picture_->clock().now();
  const bool leased = thread.lease != etcd::kNoLease;
  details_->setTitle(QString::fromStdString(thread.name));
  details_->setSummary(lockerSummary(thread, proxy_->now()));
  details_->setInsight(lockerInsight(thread, knownLease(thread), now));
  details_->setPlotVisible(leased);
  if (leased) {
    details_->setPlotHeading(tr("TTL OF LEASE %1").arg(leaseText(thread.lease)));
    details_->plotLeases({thread.lease}, *picture_);
  }
  revokeShown_->setEnabled(leased);
  showFacts(thread);
  threadProblem_->setText(QString::fromStdString(thread.problem));
  threadProblem_->setVisible(!thread.problem.empty());
  problemHeading_->setVisible(!thread.problem.empty());
}

void ThreadsPage::showFacts(const LockerThread& thread) {
  const bool leased = thread.lease != etcd::kNoLease;
  const Lease* lease = picture_->book().find(thread.lease);
  std::vector<Facts::Fact> facts;
  facts.emplace_back(tr("OS thread"), thread.osThread == 0 ? tr("ended") : QString::number(thread.osThread));
  facts.emplace_back(tr("behaviour"), behaviourText(thread.behaviour));
  facts.emplace_back(tr("state"),
                     tr("%1 since %2").arg(lockerStateText(thread.state), clockText(thread.since.wall)));
  facts.emplace_back(tr("lock"), keyText(thread.lock, kMostNameChars));
  facts.emplace_back(tr("lease"), leased ? leaseText(thread.lease) : tr("none"));
  if (leased) facts.emplace_back(tr("time left"), ttlWords(lease, picture_->clock().now()));
  facts_->set(facts);
}

void ThreadsPage::saveLayout(QSettings& settings) const {
  table_->saveColumns(settings, kPage);
  splitter_->save(settings, kPage);
}

void ThreadsPage::restoreLayout(QSettings& settings) {
  table_->restoreColumns(settings, kPage);
  splitter_->restore(settings, kPage);
}

void ThreadsPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
  tick();
  poll_.start(kShownInterval);
}

void ThreadsPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  poll_.start(kHiddenInterval);
}

}  // namespace leasescope::ui
