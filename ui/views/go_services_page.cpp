#include "ui/views/go_services_page.h"

#include <algorithm>

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/service_address.h"
#include "ui/models/format.h"
#include "ui/models/go_service_words.h"
#include "ui/models/go_services_model.h"
#include "ui/models/go_services_proxy.h"
#include "ui/models/row_delegates.h"
#include "ui/models/shown_picture.h"
#include "ui/models/watched_services.h"
#include "ui/theme/theme.h"
#include "ui/views/details_splitter.h"
#include "ui/views/empty_state.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 1s;
constexpr int kMargin = 14;
constexpr QLatin1String kPage("goServices");  // in the settings

constexpr TableView::ColumnWidth kColumnWidths[] = {
    {GoServicesModel::NameColumn, 180},    {GoServicesModel::TotalColumn, 88},
    {GoServicesModel::SessionsColumn, 74}, {GoServicesModel::WaitersColumn, 68},
    {GoServicesModel::LoopsColumn, 58},    {GoServicesModel::WatchersColumn, 78},
    {GoServicesModel::RestColumn, 50},     {GoServicesModel::SeenColumn, 66},
    {GoServicesModel::StateColumn, 84},
};

}  // namespace

GoServicesPage::GoServicesPage(ClusterLink* link, ShownPicture* picture, WatchedServices* services,
                               QWidget* parent)
    : QWidget(parent),
      link_(link),
      picture_(picture),
      services_(services),
      model_(new GoServicesModel(this)),
      proxy_(new GoServicesProxy(model_, this)) {
  QWidget* toolBar = makeToolBar();
  comparison_ = new QLabel(this);
  comparison_->setObjectName(QStringLiteral("comparison"));
  comparison_->setTextInteractionFlags(kSelectable);
  comparison_->setTextFormat(Qt::RichText);
  comparison_->setWordWrap(true);
  comparisonBox_ = new QWidget(this);  // with the room around it
  auto* comparisonRow = new QHBoxLayout(comparisonBox_);
  comparisonRow->setContentsMargins(kMargin, 0, kMargin, 12);
  comparisonRow->addWidget(comparison_);
  makeTable();
  details_ = new GoServiceDetails(this);
  splitter_ =
      new DetailsSplitter(table_, details_, tr("Select a service to see its goroutines over time."), this);
  stack_ = new QStackedWidget(this);
  stack_->addWidget(empty_ = new EmptyState(this));
  stack_->addWidget(splitter_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(toolBar);
  column->addWidget(comparisonBox_);
  column->addWidget(stack_, 1);
  empty_->show(QStringLiteral("threads"), tr("No Go service is watched"),
               howToShowGoroutines() + tr(" Or open what was saved of /debug/pprof/goroutine?debug=2."),
               EmptyState::Offer::None);
  connectSignals();
  changed();
  sample_.start(ServiceProbes::kRest);
}

QWidget* GoServicesPage::makeToolBar() {
  auto* bar = new QWidget(this);
  input_ = new ServiceAddress(bar);
  input_->setMinimumWidth(160);
  input_->setMaximumWidth(300);
  add_ = new QPushButton(icon(QStringLiteral("spawn")), tr("Add"), bar);
  add_->setObjectName(QStringLiteral("addService"));
  remove_ = new QPushButton(icon(QStringLiteral("close")), tr("Remove"), bar);
  remove_->setObjectName(QStringLiteral("removeService"));
  open_ = new QPushButton(tr("Open a saved profile…"), bar);
  open_->setToolTip(tr("What was saved of /debug/pprof/goroutine, with ?debug=2 or in any other form"));
  paste_ = new QPushButton(icon(QStringLiteral("copy")), tr("Paste a profile"), bar);
  paste_->setObjectName(QStringLiteral("pasteProfile"));
  paste_->setToolTip(
      tr("Goroutines from the clipboard, as a browser shows them or as a crash prints them (%1)")
          .arg(QKeySequence(QKeySequence::Paste).toString(QKeySequence::NativeText)));
  paste_->setShortcut(QKeySequence::Paste);
  problem_ = new QLabel(bar);
  problem_->setObjectName(QStringLiteral("serviceProblem"));
  problem_->setTextInteractionFlags(kSelectable);
  problem_->setTextFormat(Qt::PlainText);
  problem_->setWordWrap(true);
  setRole(problem_, LabelRole::Bad);
  problem_->hide();
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(input_, 2);
  row->addWidget(add_);
  row->addWidget(remove_);
  row->addStretch(1);
  row->addWidget(open_);
  row->addWidget(paste_);
  auto* column = new QVBoxLayout(bar);
  column->setContentsMargins(kMargin, 12, kMargin, 12);
  column->setSpacing(8);
  column->addLayout(row);
  column->addWidget(problem_);
  return bar;
}

void GoServicesPage::makeTable() {
  table_ = new TableView(proxy_, Qt::WindowShortcut, this);
  table_->setItemDelegateForColumn(GoServicesModel::StateColumn, new StateTagDelegate(table_));
  table_->sortByColumn(GoServicesModel::NameColumn, Qt::AscendingOrder);
  table_->setColumnWidths(kColumnWidths);
  table_->setColumnHidden(GoServicesModel::KeptAliveColumn, true);  // nearly always as many as sessions
  QAction* remove = table_->addCommand(QStringLiteral("close"), tr("Remove"), QKeySequence::Delete,
                                       [this] { removeSelected(); });
  remove->setShortcutContext(Qt::WidgetShortcut);  // asks nothing, so it needs the table's focus
}

void GoServicesPage::connectSignals() {
  connect(services_, &WatchedServices::changed, this, &GoServicesPage::changed);
  connect(link_, &ClusterLink::reset, this, [this] {
    leaseTrends_ = {};
    sampleLeases();
  });
  connect(picture_, &ShownPicture::changed, this, [this] {
    if (count() > 0 && leaseTrends_.all.points().isEmpty() && knownLeases()) sampleLeases();
  });
  connect(&sample_, &QTimer::timeout, this, &GoServicesPage::sampleLeases);
  connect(&tick_, &QTimer::timeout, this, &GoServicesPage::tick);
  connect(input_, &ServiceAddress::returnPressed, this, &GoServicesPage::add);
  connect(input_, &ServiceAddress::problemChanged, this, &GoServicesPage::showProblem);
  connect(add_, &QPushButton::clicked, this, &GoServicesPage::add);
  connect(remove_, &QPushButton::clicked, this, &GoServicesPage::removeSelected);
  connect(open_, &QPushButton::clicked, this, &GoServicesPage::chooseProfile);
  connect(paste_, &QPushButton::clicked, this, &GoServicesPage::pasteProfile);
  connect(table_, &TableView::selectionMoved, this, &GoServicesPage::updateDetails, Qt::QueuedConnection);
}

int GoServicesPage::count() const { return static_cast<int>(services_->all().size()); }

void GoServicesPage::add() {
  const auto target = input_->take();
  if (!target) return;
  choose(services_->watch(*target));
  input_->clear();
}

void GoServicesPage::chooseProfile() {
  const QString path = QFileDialog::getOpenFileName(this, tr("Open a saved goroutine profile"));
  if (!path.isEmpty()) openProfile(path);
}

void GoServicesPage::openProfile(const QString& path) {
  services_->openFile(path, [this](const absl::StatusOr<int>& id) { showOpened(id); });
}

void GoServicesPage::pasteProfile() {
  const QByteArray text = QGuiApplication::clipboard()->text().toUtf8();
  services_->openText(tr("pasted at %1").arg(clockText(absl::Now())), text,
                      [this](const absl::StatusOr<int>& id) { showOpened(id); });
}

void GoServicesPage::showOpened(const absl::StatusOr<int>& id) {
  showProblem(problemText(id.status()));
  if (id.ok()) choose(*id);
}

void GoServicesPage::removeSelected() {
  std::vector<int> ids;
  const QModelIndexList rows = table_->selectionModel()->selectedRows();
  for (const QModelIndex& row : rows) ids.push_back(proxy_->service(row).id);
  for (const int id : ids) services_->remove(id);
}

void GoServicesPage::showProblem(const QString& problem) {
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
}

void GoServicesPage::choose(int id) {
  for (int row = 0; row < proxy_->rowCount(); ++row) {
    if (proxy_->service(proxy_->index(row, 0)).id == id) return table_->choose(proxy_->index(row, 0));
  }
}

/// After anything about the services did.
void GoServicesPage::changed() {
  model_->merge(services_->all());
  stack_->setCurrentWidget(count() == 0 ? static_cast<QWidget*>(empty_) : splitter_);
  if (count() > 0 && !table_->selectionModel()->hasSelection()) table_->choose(proxy_->index(0, 0));
  leases_ = knownLeases();
  emit countChanged(count());
  tick();
}

/// What was true before a pause or a loss says nothing about the goroutines of now.
std::optional<LeaseCounts> GoServicesPage::knownLeases() const {
  const bool live = picture_->ready() && picture_->health().state == Health::State::Live;
  if (!live || link_->paused()) return std::nullopt;
  const LeaseCounts counts = countLeases(*picture_->leases());
  return counts.complete ? std::optional(counts) : std::nullopt;
}

void GoServicesPage::sampleLeases() {
  leases_ = knownLeases();
  leaseTrends_.add(Moment::now(), leases_);
  tick();
}

void GoServicesPage::tick() {
  proxy_->setNow(Moment::now());
  updateComparison();
  updateDetails();
}

void GoServicesPage::updateComparison() {
  SessionCount count;
  bool any = false;
  for (const GoService& service : services_->all()) {
    if (service.state(proxy_->now()) != GoService::State::Fresh) continue;
    any = true;
    count.sessions += service.seen->roles.sessions;
    count.complete = count.complete && service.seen->complete;
  }
  comparisonBox_->setVisible(any);
  if (!any) return;
  const Insight insight = compareSessions(count, leases_);
  setRole(comparison_, noteRole(insight.tone));
  const QStringList lines = insight.text.toHtmlEscaped().split(u'\n');
  comparison_->setText(QStringLiteral("<b>%1</b><br>%2").arg(lines.first(), lines.last()));
}

void GoServicesPage::updateDetails() {
  const QModelIndex row = table_->selectedRow();
  remove_->setEnabled(row.isValid());
  splitter_->setSomethingSelected(row.isValid());
  if (!row.isValid() || !isVisible()) return;
  const GoService& service = proxy_->service(row);
  details_->show(service, services_->trends(service.id), leaseTrends_, proxy_->now());
}

void GoServicesPage::saveLayout(QSettings& settings) const {
  table_->saveColumns(settings, kPage);
  splitter_->save(settings, kPage);
}

void GoServicesPage::restoreLayout(QSettings& settings) {
  if (count() > 0) table_->choose(proxy_->index(0, 0));
  table_->restoreColumns(settings, kPage);
  splitter_->restore(settings, kPage);
}

void GoServicesPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  tick();
  tick_.start(kTick);
}

void GoServicesPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  tick_.stop();
}

}  // namespace leasescope::ui
