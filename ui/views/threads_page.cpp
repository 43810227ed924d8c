#include "ui/views/threads_page.h"

#include <algorithm>

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/spawn_dialog.h"
#include "ui/models/format.h"
#include "ui/models/row_delegates.h"
#include "ui/models/threads_model.h"
#include "ui/models/threads_proxy.h"
#include "ui/theme/theme.h"
#include "ui/views/empty_state.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

using namespace std::chrono_literals;

constexpr auto kShownInterval = 250ms;
constexpr auto kHiddenInterval = 2s;  // for the count in the side bar
constexpr int kMargin = 14;
constexpr QLatin1String kColumnsSetting("threads/columns");

constexpr std::pair<ThreadsModel::Column, int> kColumnWidths[] = {
    {ThreadsModel::NameColumn, 120}, {ThreadsModel::OsThreadColumn, 85}, {ThreadsModel::BehaviourColumn, 130},
    {ThreadsModel::StateColumn, 85}, {ThreadsModel::LockColumn, 145},    {ThreadsModel::LeaseColumn, 140},
    {ThreadsModel::SinceColumn, 75},
};

QString threadsText(int count) {
  return count == 1 ? ThreadsPage::tr("1 thread") : ThreadsPage::tr("%1 threads").arg(countText(count));
}

}  // namespace

ThreadsPage::ThreadsPage(ClusterLink* link, QWidget* parent)
    : QWidget(parent), link_(link), model_(new ThreadsModel(this)), proxy_(new ThreadsProxy(model_, this)) {
  problem_ = new QLabel(this);
  problem_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  problem_->setWordWrap(true);
  setRole(problem_, LabelRole::BadNote);
  problem_->hide();
  auto* problemRow = new QHBoxLayout;
  problemRow->setContentsMargins(kMargin, 0, kMargin, 0);
  problemRow->addWidget(problem_);

  QWidget* toolBar = makeToolBar();
  stack_ = new QStackedWidget(this);
  stack_->addWidget(empty_ = new EmptyState(this));
  stack_->addWidget(makeTable());
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

QWidget* ThreadsPage::makeTable() {
  table_ = new TableView(this);
  table_->setRootIsDecorated(false);
  table_->setItemDelegate(new RowDelegate(table_));
  table_->setItemDelegateForColumn(ThreadsModel::StateColumn, new StateTagDelegate(table_));
  table_->setModel(proxy_);
  table_->sortByColumn(ThreadsModel::NameColumn, Qt::AscendingOrder);
  for (const auto& [column, width] : kColumnWidths) table_->header()->resizeSection(column, width);
  auto* copy = new QAction(icon(QStringLiteral("copy")), tr("Copy rows"), table_);
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetShortcut);
  table_->addAction(copy);
  connect(copy, &QAction::triggered, table_, &TableView::copySelection);
  return table_;
}

void ThreadsPage::connectSignals() {
  connect(&poll_, &QTimer::timeout, this, &ThreadsPage::refresh);
  connect(link_, &ClusterLink::reset, this, &ThreadsPage::refresh);
  connect(spawn_, &QPushButton::clicked, this, &ThreadsPage::spawn);
  connect(empty_, &EmptyState::playgroundRequested, this, &ThreadsPage::playgroundRequested);
  connect(empty_, &EmptyState::connectRequested, this, &ThreadsPage::connectRequested);
  connect(empty_, &EmptyState::clearFilterRequested, filter_, &QLineEdit::clear);
  connect(stop_, &QPushButton::clicked, this, &ThreadsPage::stopSelected);
  connect(stopAll_, &QPushButton::clicked, this, &ThreadsPage::stopAll);
  connect(leave_, &QCheckBox::toggled, this, &ThreadsPage::updateActions);
  connect(filter_, &QLineEdit::textChanged, proxy_, &ThreadsProxy::setFilterText);
  connect(filter_, &QLineEdit::textChanged, this, &ThreadsPage::updateActions);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &ThreadsPage::updateActions);
}

void ThreadsPage::refresh() {
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
  stack_->setCurrentWidget(shown > 0 ? static_cast<QWidget*>(table_) : empty_);
  if (shown == 0) explainEmptiness();
}

void ThreadsPage::explainEmptiness() {
  const QString iconName = QStringLiteral("threads");
  if (!link_->connected()) {
    empty_->show(iconName, tr("Not connected"),
                 tr("Lockers need a cluster: start a playground or connect to one."),
                 EmptyState::Offer::Connect);
  } else if (model_->rowCount() > 0) {
    empty_->show(iconName, tr("No thread matches the filter"),
                 tr("%1 are there but not shown.").arg(threadsText(model_->rowCount())),
                 EmptyState::Offer::ClearFilter);
  } else {
    empty_->show(
        iconName, tr("No lockers are running"),
        tr("Lockers are test clients: each takes locks on a thread of its own, and its session has one more "
           "that keeps the lease alive. Press Spawn lockers… to see well-behaved and leaking ones."),
        EmptyState::Offer::None);
  }
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
  lockers.erase(std::ranges::unique(lockers).begin(), lockers.end());
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

void ThreadsPage::saveLayout(QSettings& settings) const {
  settings.setValue(kColumnsSetting, table_->header()->saveState());
}

void ThreadsPage::restoreLayout(QSettings& settings) {
  table_->header()->restoreState(settings.value(kColumnsSetting).toByteArray());
}

void ThreadsPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
  poll_.start(kShownInterval);
}

void ThreadsPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  poll_.start(kHiddenInterval);
}

}  // namespace leasescope::ui
