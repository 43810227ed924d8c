#include "ui/views/local_processes_page.h"

#include <algorithm>

#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/cluster_link.h"
#include "ui/models/format.h"
#include "ui/models/insights.h"
#include "ui/models/local_processes_model.h"
#include "ui/models/local_processes_proxy.h"
#include "ui/models/shown_picture.h"
#include "ui/theme/theme.h"
#include "ui/views/details_pane.h"
#include "ui/views/details_splitter.h"
#include "ui/views/emptiness.h"
#include "ui/views/empty_state.h"
#include "ui/views/facts.h"
#include "ui/views/table_view.h"
#include "ui/views/trend_grid.h"

namespace leasescope::ui {
namespace {

constexpr int kMargin = 14;
constexpr QLatin1String kPage("processes");  // in the settings

constexpr TableView::ColumnWidth kColumnWidths[] = {
    {LocalProcessesModel::CommandColumn, 220}, {LocalProcessesModel::PidColumn, 90},
    {LocalProcessesModel::UserColumn, 100},    {LocalProcessesModel::ThreadsColumn, 80},
    {LocalProcessesModel::MemoryColumn, 124},
};

QLabel* makeNote(LabelRole role, QWidget* parent) {
  auto* note = new QLabel(parent);
  note->setWordWrap(true);
  note->setTextFormat(Qt::PlainText);
  note->setTextInteractionFlags(kSelectable);
  setRole(note, role);
  note->hide();
  return note;
}

/// Clients connect to what members advertise, whatever address they began with.
std::vector<std::string> endpointsOf(const etcd::ConnectionOptions& connection, const ClusterView* cluster) {
  std::vector<std::string> endpoints = connection.endpoints;
  if (cluster == nullptr) return endpoints;
  for (const MemberView& member : cluster->members) {
    const bool known = std::ranges::find(endpoints, member.endpoint) != endpoints.end();
    if (!known && etcd::parseEndpoint(member.endpoint, false).ok()) endpoints.push_back(member.endpoint);
  }
  return endpoints;
}

QString othersText(int connections) {
  if (connections == 0) return {};
  return connections == 1 ? LocalProcessesPage::tr(
                                "1 connection belongs to a process of somebody else: start Leasescope "
                                "as its user, or as root, to see it.")
                          : LocalProcessesPage::tr(
                                "%1 connections belong to processes of others: start Leasescope as "
                                "their user, or as root, to see them.")
                                .arg(countText(connections));
}

QString namesText(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  QStringList all;
  for (const std::string& name : names) all << QString::fromStdString(name);
  return LocalProcessesPage::tr("Not looked for: %1. Only addresses in numbers can be told by the kernel.")
      .arg(all.join(QStringLiteral(", ")));
}

}  // namespace

LocalProcessesPage::LocalProcessesPage(ClusterLink* link, ShownPicture* picture, QWidget* parent)
    : QWidget(parent),
      link_(link),
      picture_(picture),
      probe_(new ProcessProbe(this)),
      model_(new LocalProcessesModel(this)),
      proxy_(new LocalProcessesProxy(model_, this)) {
  problem_ = makeNote(LabelRole::BadNote, this);
  problem_->setObjectName(QStringLiteral("processProblem"));
  note_ = makeNote(LabelRole::InfoNote, this);
  note_->setObjectName(QStringLiteral("processNote"));
  makeTable();
  makeDetails();
  splitter_ = new DetailsSplitter(
      table_, details_, tr("Select a process to see its threads, connections and memory over time."), this);
  stack_ = new QStackedWidget(this);
  stack_->addWidget(empty_ = new EmptyState(this));
  stack_->addWidget(splitter_);
  auto* notes = new QVBoxLayout;
  notes->setContentsMargins(kMargin, 12, kMargin, 0);
  notes->setSpacing(8);
  notes->addWidget(problem_);
  notes->addWidget(note_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(12);
  column->addLayout(notes);
  column->addWidget(stack_, 1);
  connectSignals();
  aim();
}

void LocalProcessesPage::makeTable() {
  table_ = new TableView(proxy_, Qt::WindowShortcut, this);
  table_->sortByColumn(LocalProcessesModel::CommandColumn, Qt::AscendingOrder);
  table_->setColumnWidths(kColumnWidths);
}

void LocalProcessesPage::makeDetails() {
  details_ = new DetailsPane(this);
  details_->setPlotVisible(false);
  const auto inCounts = [](double value) { return countText(qRound64(value)); };
  details_->addHeading(tr("OVER TIME"));
  plots_ = new TrendGrid(
      {{tr("Threads"), Tone::Neutral, {}, 0, inCounts},
       {tr("Connections"), Tone::Neutral, tr("Sockets to the cluster's endpoints"), 1, inCounts},
       {tr("Memory"), Tone::Neutral, tr("Resident memory"), 2,
        [](double value) { return tr("%1 MiB").arg(countText(qRound64(value))); }}},
      details_);
  details_->addPart(plots_);
  details_->addHeading(tr("PROCESS"));
  facts_ = new Facts(details_);
  details_->addPart(facts_);
}

void LocalProcessesPage::connectSignals() {
  connect(probe_, &ProcessProbe::found, this, &LocalProcessesPage::receive);
  connect(link_, &ClusterLink::reset, this, [this] {
    looked_ = false;
    trends_.clear();
    showProblem({});
    show({});
    aim();
  });
  connect(picture_, &ShownPicture::changed, this, &LocalProcessesPage::aim);
  connect(empty_, &EmptyState::playgroundRequested, this, &LocalProcessesPage::playgroundRequested);
  connect(empty_, &EmptyState::connectRequested, this, &LocalProcessesPage::connectRequested);
  connect(empty_, &EmptyState::retryRequested, link_, &ClusterLink::refresh);
  connect(table_, &TableView::selectionMoved, this, &LocalProcessesPage::updateDetails, Qt::QueuedConnection);
}

/// Looks for the cluster that is connected; for a playground, once it has an address.
void LocalProcessesPage::aim() {
  const bool known = link_->connected() && !link_->starting();
  probe_->setEndpoints(known ? endpointsOf(link_->connection(), picture_->cluster().get())
                             : std::vector<std::string>());
  if (model_->rowCount() == 0) explainEmptiness();
}

void LocalProcessesPage::receive(const FoundProcesses& found) {
  if (!found.processes.ok()) {
    showProblem(QString::fromStdString(std::string(found.processes.status().message())));
    return;
  }
  looked_ = true;
  lookedAt_ = found.at;
  showProblem({});
  remember(found.at, found.processes->processes);
  show(*found.processes);
}

void LocalProcessesPage::show(const LocalProcesses& processes) {
  QStringList notes = {othersText(processes.connectionsOfOthers), namesText(processes.notLookedFor)};
  notes.removeAll(QString());
  note_->setText(notes.join(u'\n'));
  note_->setVisible(!notes.isEmpty());
  const int before = model_->rowCount();
  model_->merge(processes.processes);
  stack_->setCurrentWidget(model_->rowCount() > 0 ? static_cast<QWidget*>(splitter_) : empty_);
  if (model_->rowCount() == 0) explainEmptiness();
  if (before == 0 && model_->rowCount() > 0) table_->choose(proxy_->index(0, 0));
  if (before != model_->rowCount()) emit countChanged(model_->rowCount());
  updateDetails();
}

void LocalProcessesPage::showProblem(const QString& problem) {
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
  table_->setStale(!problem.isEmpty());
}

void LocalProcessesPage::remember(const Moment& at, const std::vector<LocalProcess>& processes) {
  absl::flat_hash_map<pid_t, Trends> kept;
  for (const LocalProcess& process : processes) {
    const auto before = trends_.find(process.pid);
    const bool same = before != trends_.end() && before->second.commandLine == process.commandLine;
    Trends& trends = kept[process.pid];
    if (same) trends = std::move(before->second);
    trends.commandLine = process.commandLine;
    trends.threads.add(at, process.threads);
    trends.connections.add(at, process.connections);
    trends.memory.add(at, static_cast<double>(process.residentKb) / 1024);
  }
  trends_ = std::move(kept);
}

void LocalProcessesPage::explainEmptiness() {
  const NoneThere none = {
      QStringLiteral("connection"),
      looked_ ? tr("No process of this machine is connected") : tr("Looking for processes"),
      tr("Processes that hold connections to the cluster's endpoints are shown here, with their threads and "
         "their memory. Those in containers have a network of their own and are not seen.")};
  const std::optional<Emptiness> why = emptiness(*picture_, link_->connected(), 0, 0, none);
  if (why) empty_->show(why->icon, why->title, why->text, why->offer);
}

void LocalProcessesPage::updateDetails() {
  const QModelIndex row = table_->selectedRow();
  splitter_->setSomethingSelected(row.isValid());
  if (!row.isValid() || !isVisible()) return;
  const LocalProcess& process = proxy_->process(row);
  const Trends& trends = trends_[process.pid];
  details_->setTitle(commandText(process));
  details_->setSummary(tr("seen at %1").arg(clockText(lookedAt_.wall)));
  details_->setInsight(
      {Tone::Neutral, process.connections == 1
                          ? tr("Holds 1 connection to the cluster.")
                          : tr("Holds %1 connections to the cluster.").arg(countText(process.connections))});
  plots_->setTrends({&trends.threads, &trends.connections, &trends.memory}, trends.threads, lookedAt_);
  facts_->set({{tr("arguments"), argumentsText(process)},
               {tr("pid"), QString::number(process.pid)},
               {tr("user"), keyText(process.user)},
               {tr("threads"), countText(process.threads)},
               {tr("resident memory"), bytesText(process.residentKb * 1024)},
               {tr("connections"), countText(process.connections)}});
}

void LocalProcessesPage::saveLayout(QSettings& settings) const {
  table_->saveColumns(settings, kPage);
  splitter_->save(settings, kPage);
}

void LocalProcessesPage::restoreLayout(QSettings& settings) {
  table_->restoreColumns(settings, kPage);
  splitter_->restore(settings, kPage);
}

void LocalProcessesPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  updateDetails();
}

}  // namespace leasescope::ui
