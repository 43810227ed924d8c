#include "ui/views/table_page.h"

#include <utility>

#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/revoke_dialog.h"
#include "ui/views/details_pane.h"
#include "ui/views/details_splitter.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

constexpr int kTicksBetweenSorts = 4;  // a second

}  // namespace

TablePage::TablePage(ClusterLink* link, ShownPicture* picture, const Parts& parts, QWidget* parent)
    : QWidget(parent),
      link_(link),
      picture_(picture),
      name_(parts.name),
      none_(parts.none),
      filterExample_(parts.filterExample),
      proxy_(parts.proxy),
      details_(parts.details),
      table_(new TableView(proxy_, Qt::WindowShortcut, this)),
      empty_(new EmptyState(this)),
      stack_(new QStackedWidget(this)),
      splitter_(new DetailsSplitter(table_, details_, parts.detailsHint, this)) {
  proxy_->setParent(this);
  table_->addCommand(QStringLiteral("revoke"), tr("Revoke lease…"), QKeySequence::Delete, [this] {
    const std::vector<LeaseId> leases = table_->selectedLeases();
    if (leases.size() == 1) askToRevoke(leases.front());
  });
  buildLayout();
  connectSignals();
  follow();
}

void TablePage::buildLayout() {
  stack_->addWidget(empty_);
  stack_->addWidget(splitter_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(stack_);
}

void TablePage::addBar(QWidget* bar) { static_cast<QVBoxLayout*>(layout())->insertWidget(0, bar); }

void TablePage::connectSignals() {
  connect(picture_, &ShownPicture::changed, this, &TablePage::follow);
  connect(proxy_, &QAbstractItemModel::rowsInserted, this, &TablePage::follow);
  connect(proxy_, &QAbstractItemModel::rowsRemoved, this, &TablePage::follow);
  connect(table_, &TableView::selectionMoved, this, &TablePage::updateDetails, Qt::QueuedConnection);
  connect(table_, &TableView::ticked, this, &TablePage::tick);
  connect(empty_, &EmptyState::connectRequested, this, &TablePage::connectRequested);
  connect(empty_, &EmptyState::playgroundRequested, this, &TablePage::playgroundRequested);
  connect(empty_, &EmptyState::retryRequested, link_, &ClusterLink::refresh);
  connect(empty_, &EmptyState::clearFilterRequested, this, [this] {
    setFilterText({});
    emit filterCleared();
  });
}

QString TablePage::setFilterText(const QString& text) {
  filterText_ = text;
  FilterExpression::Result parsed = FilterExpression::parse(text);
  if (!parsed.error.isEmpty()) return parsed.error;
  proxy_->setFilter(std::move(parsed.expression));
  follow();
  return {};
}

int TablePage::rows() const { return proxy_->sourceModel()->rowCount(); }

int TablePage::rowsShown() const { return proxy_->rowCount(); }

/// The table or the reason why there is none.
void TablePage::follow() {
  const std::optional<Emptiness> nothing =
      emptiness(*picture_, link_->connected(), rows(), rowsShown(), none_);
  if (nothing) empty_->show(nothing->icon, nothing->title, nothing->text, nothing->offer);
  stack_->setCurrentWidget(nothing ? static_cast<QWidget*>(empty_) : splitter_);
  setFocusProxy(nothing ? static_cast<QWidget*>(empty_) : table_);
  table_->setStale(picture_->health().state == Health::State::Stale);
  if (rowsShown_ == rowsShown()) return;
  if (std::exchange(rowsShown_, rowsShown()) == 0) selectSomething();
  emit rowsShownChanged();
}

void TablePage::selectSomething() {
  if (!table_->selectionModel()->hasSelection()) table_->choose(proxy_->index(0, 0));
}

QModelIndex TablePage::selectedRow() const { return table_->selectedRow(); }

void TablePage::reveal(const QModelIndex& source) {
  if (!source.isValid()) return;
  if (!proxy_->mapFromSource(source).isValid()) {
    setFilterText({});
    emit filterCleared();
  }
  table_->choose(proxy_->mapFromSource(source));
}

void TablePage::updateDetails() {
  const bool something = selectedRow().isValid();
  splitter_->setSomethingSelected(something);
  if (!something) return;
  const Health& health = picture_->health();
  details_->setAsOf(health.state == Health::State::Stale ? std::optional(health.lastGood) : std::nullopt);
  showDetails();
}

std::vector<LeaseId> TablePage::leasesInDetails() const { return table_->selectedLeases(); }

void TablePage::tick() {
  // What was selected for a user who did not choose may be gone.
  if (!table_->touched() && proxy_->rowCount() > 0) selectSomething();
  const std::vector<LeaseId> selected = leasesInDetails();
  picture_->book().keepHistories(selected);
  link_->lookAt(selected, table_->visibleLeases());
  if (picture_->clock().runs() && ++ticks_ % kTicksBetweenSorts == 0) proxy_->tick();
  updateDetails();
}

/// What depends on the time alone is not kept up to date while nobody sees it.
void TablePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  tick();
}

void TablePage::askToRevoke(LeaseId lease) { RevokeDialog::ask(link_, lease, window()); }

void TablePage::saveLayout(QSettings& settings) const {
  table_->saveColumns(settings, name_);
  splitter_->save(settings, name_);
}

void TablePage::restoreLayout(QSettings& settings) {
  table_->restoreColumns(settings, name_);
  splitter_->restore(settings, name_);
}

}  // namespace leasescope::ui
