#include "ui/main_window.h"

#include <QAction>
#include <QCloseEvent>
#include <QDir>
#include <QEventLoop>
#include <QGridLayout>
#include <QLineEdit>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>

#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/connect_dialog.h"
#include "ui/models/format.h"
#include "ui/models/shown_picture.h"
#include "ui/models/watched_services.h"
#include "ui/theme/theme.h"
#include "ui/views/connection_page.h"
#include "ui/views/demo_page.h"
#include "ui/views/findings_page.h"
#include "ui/views/go_services_page.h"
#include "ui/views/leases_page.h"
#include "ui/views/local_processes_page.h"
#include "ui/views/locks_page.h"
#include "ui/views/sections_page.h"
#include "ui/views/side_bar.h"
#include "ui/views/status_line.h"
#include "ui/views/threads_page.h"
#include "ui/views/top_bar.h"
#include "ui/views/wait_graph_page.h"

namespace leasescope::ui {
namespace {

constexpr QSize kInitialSize(1440, 860);
constexpr QSize kLeastSize(900, 520);

/// In the order of MainWindow::Page; the file name of the page's picture is the icon's.
constexpr const char* kPageIcons[] = {"findings", "locks", "leases",    "graph",
                                      "threads",  "demo",  "connection"};
static_assert(std::size(kPageIcons) == MainWindow::PageCount);

/// Until what a page asks for when it is shown has come: the curves of its selection, for example.
void letSettle() {
  constexpr int kMilliseconds = 800;
  QEventLoop loop;
  QTimer::singleShot(kMilliseconds, &loop, &QEventLoop::quit);
  loop.exec(QEventLoop::ExcludeUserInputEvents);
}

QSettings settings() { return QSettings(QStringLiteral("leasescope"), QStringLiteral("leasescope")); }

}  // namespace

MainWindow::MainWindow(ClusterLink* link, QWidget* parent)
    : QMainWindow(parent),
      link_(link),
      picture_(new ShownPicture(&Moment::now, this)),
      watched_(new WatchedServices(this)),
      top_(new TopBar(this)),
      side_(new SideBar(this)),
      stack_(new QStackedWidget(this)),
      status_(new StatusLine(link, picture_, this)),
      findings_(new FindingsPage(link, picture_)),
      locks_(new LocksPage(link, picture_)),
      leases_(new LeasesPage(link, picture_)),
      graph_(new WaitGraphPage(link, picture_)),
      threads_(new ThreadsPage(link, picture_)),
      services_(new GoServicesPage(link, picture_, watched_)),
      processes_(new LocalProcessesPage(link, picture_)),
      holders_(new SectionsPage),
      demo_(new DemoPage(link, picture_, watched_)),
      connection_(new ConnectionPage(link)) {
  setWindowTitle(tr("Leasescope"));
  setMinimumSize(kLeastSize);
  resize(kInitialSize);
  buildLayout();
  addPages();
  addShortcuts();
  connectLink();
  connectPages();
  restoreLayout();
  top_->setPaused(link_->paused());
  picture_->setFrozen(link_->paused());
  showCounts();
  showCluster();
  showPage(link_->connected() ? Locks : Connection);
}

MainWindow::~MainWindow() = default;

void MainWindow::buildLayout() {
  auto* centre = new QWidget(this);
  auto* grid = new QGridLayout(centre);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setSpacing(0);
  grid->addWidget(top_, 0, 0, 1, 2);
  grid->addWidget(side_, 1, 0);
  grid->addWidget(stack_, 1, 1);
  grid->addWidget(status_, 2, 0, 1, 2);
  grid->setRowStretch(1, 1);
  grid->setColumnStretch(1, 1);
  setCentralWidget(centre);
}

void MainWindow::addHolders() {
  holders_->addSection(threads_, tr("Lockers"),
                       tr("Threads of the test clients that Leasescope runs itself"));
  holders_->addSection(services_, tr("Go services"), tr("Goroutines of services, as pprof tells them"));
  holders_->addSection(processes_, tr("Local processes"),
                       tr("Processes of this machine that are connected to the cluster"));
}

void MainWindow::addPages() {
  addHolders();
  const std::pair<QWidget*, QString> pages[PageCount] = {
      {findings_, tr("Findings")},      {locks_, tr("Locks")},
      {leases_, tr("Leases")},          {graph_, tr("Wait graph")},
      {holders_, tr("Holder threads")}, {demo_, tr("Leak demo")},
      {connection_, tr("Connection")}};
  for (int page = 0; page < PageCount; ++page) {
    side_->addPage(QLatin1String(kPageIcons[page]), pages[page].second, tr("Ctrl+%1").arg(page + 1));
    stack_->addWidget(pages[page].first);
  }
}

void MainWindow::addShortcuts() {
  const auto add = [this](const QKeySequence& keys, auto run) {
    auto* action = new QAction(this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, run);
    addAction(action);
  };
  add(QKeySequence(Qt::Key_F5), [this] { link_->refresh(); });
  add(QKeySequence(Qt::CTRL | Qt::Key_F), [this] { focusFilter(); });
  for (int page = 0; page < PageCount; ++page) {
    add(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + page)),
        [this, page] { showPage(static_cast<Page>(page)); });
  }
}

void MainWindow::connectLink() {
  connect(link_, &ClusterLink::updated, picture_, &ShownPicture::apply);
  connect(link_, &ClusterLink::behind, picture_, &ShownPicture::applyHealth);
  connect(link_, &ClusterLink::reset, picture_, &ShownPicture::clear);
  connect(link_, &ClusterLink::reset, this, [this] {
    if (!link_->connected()) showPage(Connection);
  });
  connect(link_, &ClusterLink::pausedChanged, picture_, &ShownPicture::setFrozen);
  connect(link_, &ClusterLink::pausedChanged, top_, &TopBar::setPaused);
  connect(link_, &ClusterLink::failed, connection_, &ConnectionPage::showFailure);
  connect(link_, &ClusterLink::failed, this, [this] { showPage(Connection); });
  connect(picture_, &ShownPicture::changed, this, &MainWindow::showCounts);
  connect(picture_, &ShownPicture::changed, this, &MainWindow::showCluster);
}

void MainWindow::connectPages() {
  connect(side_, &SideBar::pageChosen, this, [this](int page) { showPage(static_cast<Page>(page)); });
  connect(top_, &TopBar::filterChanged, this, &MainWindow::useFilter);
  connect(top_, &TopBar::pauseToggled, link_, &ClusterLink::setPaused);
  connect(top_, &TopBar::clusterClicked, this, [this] { showPage(Connection); });
  for (TablePage* page : {static_cast<TablePage*>(findings_), static_cast<TablePage*>(locks_),
                          static_cast<TablePage*>(leases_)}) {
    connect(page, &TablePage::connectRequested, this, &MainWindow::askForConnection);
    connect(page, &TablePage::playgroundRequested, this, &MainWindow::startPlayground);
    connect(page, &TablePage::rowsShownChanged, this, &MainWindow::showCounts);
    connect(page, &TablePage::filterCleared, this, [this, page] {
      top_->showFilter({}, page->filterExample());
      top_->setFilterError({});
    });
  }
  connect(findings_, &FindingsPage::countsChanged, this, &MainWindow::showCounts);
  connect(findings_, &FindingsPage::lockRequested, this, &MainWindow::showLock);
  connect(findings_, &FindingsPage::leaseRequested, this, &MainWindow::showLease);
  connect(findings_, &FindingsPage::waitsRequested, this, &MainWindow::showWaits);
  connect(findings_, &FindingsPage::leasesRequested, this, &MainWindow::showLeases);
  connect(findings_, &FindingsPage::clusterRequested, this, [this] { showPage(Connection); });
  connect(findings_, &FindingsPage::settingsChanged, this, &MainWindow::saveLayout);
  connect(graph_, &WaitGraphPage::leaseOpened, this, &MainWindow::showLease);
  connect(graph_, &WaitGraphPage::lockOpened, this, &MainWindow::showLock);
  connect(graph_, &WaitGraphPage::connectRequested, this, &MainWindow::askForConnection);
  connect(graph_, &WaitGraphPage::playgroundRequested, this, &MainWindow::startPlayground);
  connect(threads_, &ThreadsPage::countChanged, this, [this](qint64 count) {
    side_->setCount(Threads, count > 0 ? count : -1);
    holders_->setCount(Lockers, count);
  });
  connect(services_, &GoServicesPage::countChanged, this,
          [this](int count) { holders_->setCount(Services, count); });
  connect(watched_, &WatchedServices::othersToRemember, this, &MainWindow::saveLayout);
  connect(processes_, &LocalProcessesPage::countChanged, this,
          [this](int count) { holders_->setCount(Processes, count); });
  connect(processes_, &LocalProcessesPage::connectRequested, this, &MainWindow::askForConnection);
  connect(processes_, &LocalProcessesPage::playgroundRequested, this, &MainWindow::startPlayground);
  connect(threads_, &ThreadsPage::playgroundRequested, this, &MainWindow::startPlayground);
  connect(threads_, &ThreadsPage::connectRequested, this, &MainWindow::askForConnection);
  connect(demo_, &DemoPage::findingsRequested, this, [this] { showPage(Findings); });
  connect(demo_, &DemoPage::playgroundRequested, this, &MainWindow::startPlayground);
  connect(connection_, &ConnectionPage::playgroundRequested, this, &MainWindow::startPlayground);
  connect(connection_, &ConnectionPage::connectRequested, this, &MainWindow::askForConnection);
  connect(connection_, &ConnectionPage::disconnectRequested, link_, &ClusterLink::disconnectFromCluster);
}

TablePage* MainWindow::tablePage() const { return qobject_cast<TablePage*>(stack_->currentWidget()); }

void MainWindow::showPage(Page page) {
  stack_->setCurrentIndex(page);
  side_->setCurrent(page);
  const TablePage* table = tablePage();
  top_->setFilterVisible(table != nullptr);
  if (table != nullptr) top_->showFilter(table->filterText(), table->filterExample());
  useFilter(table != nullptr ? table->filterText() : QString());
  stack_->currentWidget()->setFocus();
}

void MainWindow::showHolders(Holders section) {
  holders_->showSection(section);
  showPage(Threads);
}

void MainWindow::useFilter(const QString& text) {
  TablePage* page = tablePage();
  top_->setFilterError(page != nullptr ? page->setFilterText(text) : QString());
  showCounts();
}

void MainWindow::showLock(const std::string& name) {
  showPage(Locks);
  locks_->choose(name);
}

void MainWindow::showLease(LeaseId lease) {
  showPage(Leases);
  leases_->choose(lease);
}

void MainWindow::showLeases(const QString& filter) {
  leases_->setFilterText(filter);
  showPage(Leases);
}

void MainWindow::showWaits(LeaseId lease) {
  showPage(Graph);
  graph_->choose(lease);
}

void MainWindow::focusFilter() {
  QLineEdit* filter = threads_->isVisible() ? threads_->filter() : top_->filter();
  filter->setFocus(Qt::ShortcutFocusReason);
  filter->selectAll();
}

void MainWindow::showCounts() {
  side_->setCount(Locks, picture_->ready() ? locks_->rows() : -1);
  side_->setCount(Leases, picture_->ready() ? leases_->rows() : -1);
  const int critical = findings_->count(FindingSeverity::Critical);
  const int wrong = critical + findings_->count(FindingSeverity::Warning);
  side_->setCount(Findings, wrong > 0 ? wrong : -1, critical > 0 ? Tone::Bad : Tone::Warning);
  const auto waits = static_cast<qint64>(picture_->waits().edgeCount());
  side_->setCount(Graph, waits > 0 ? waits : -1);
  const TablePage* page = tablePage();
  const bool partly = page != nullptr && page->rowsShown() < page->rows();
  status_->setShown(partly ? tr("%1 shown").arg(countText(page->rowsShown())) : QString());
}

void MainWindow::showCluster() {
  const Health& health = picture_->health();
  const auto members = picture_->cluster() ? picture_->cluster()->memberCount() : 0;
  QString name = link_->onPlayground() ? tr("playground") : QString::fromStdString(health.endpoint);
  if (members > 0) name += members == 1 ? tr(" · 1 member") : tr(" · %1 members").arg(countText(members));
  top_->setCluster(link_->connected() ? name : QString(),
                   link_->connected() && health.state == Health::State::Live);
  top_->setUnverified(link_->connected() && link_->connection().tls.skipVerify);
}

void MainWindow::askForConnection() {
  auto* dialog = new ConnectDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QDialog::accepted, this, [this, dialog] {
    link_->connectTo(dialog->connection(), dialog->monitor());
    showPage(Locks);
  });
  dialog->open();
}

void MainWindow::startPlayground() { link_->startPlayground({}); }

QStringList MainWindow::saveScreenshots(const QString& folder) {
  QStringList unwritten;
  QDir().mkpath(folder);
  resize(kInitialSize);
  const int before = stack_->currentIndex();
  const int sectionBefore = holders_->section();
  const auto save = [&](const QString& name) {
    letSettle();
    const QString file = QDir(folder).filePath(name + QStringLiteral(".png"));
    if (!grab().save(file)) unwritten << file;
  };
  for (int page = 0; page < PageCount; ++page) {
    if (page == Threads) holders_->showSection(Lockers);
    showPage(static_cast<Page>(page));
    save(QLatin1String(kPageIcons[page]));
  }
  for (const auto& [section, name] :
       {std::pair(Services, QStringLiteral("services")), std::pair(Processes, QStringLiteral("processes"))}) {
    showHolders(section);
    save(name);
  }
  holders_->showSection(sectionBefore);
  showPage(static_cast<Page>(before));
  return unwritten;
}

void MainWindow::saveLayout() const {
  QSettings stored = settings();
  stored.setValue(QStringLiteral("window/geometry"), saveGeometry());
  findings_->saveLayout(stored);
  locks_->saveLayout(stored);
  leases_->saveLayout(stored);
  graph_->saveLayout(stored);
  threads_->saveLayout(stored);
  watched_->save(stored);
  services_->saveLayout(stored);
  processes_->saveLayout(stored);
}

void MainWindow::restoreLayout() {
  QSettings stored = settings();
  restoreGeometry(stored.value(QStringLiteral("window/geometry")).toByteArray());
  findings_->restoreLayout(stored);
  locks_->restoreLayout(stored);
  leases_->restoreLayout(stored);
  graph_->restoreLayout(stored);
  threads_->restoreLayout(stored);
  watched_->restore(stored);
  services_->restoreLayout(stored);
  processes_->restoreLayout(stored);
}

/// Ending lockers and a playground takes a moment: that happens with the window gone.
void MainWindow::closeEvent(QCloseEvent* event) {
  saveLayout();
  hide();
  link_->disconnectFromCluster();
  event->accept();
}

}  // namespace leasescope::ui
